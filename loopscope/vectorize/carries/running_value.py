"""What a carried variable is in each iteration, for the test that ends the loop.

Until the loop is left it is what a scan of all items makes of it, and what it would have been
later is read by nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.carries.scanned import scanned
from loopscope.vectorize.leaving import Running
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Carry, Value


def running_value(
    lifter: Lifter, value: Value, running: Mapping[str, Running] | None = None
) -> Value | None:
    """Return what a value made of a carried variable is in each iteration.

    ``None`` for any other value, and where no test that ends the loop is being lifted.

    Args:
        lifter: Of what the scan is made.
        value: What was made of a variable.
        running: What is known of such variables; that of the test that is being lifted if not
            given.

    Raises:
        NotLiftable: Its update is no scan that we know.
    """
    by_name = lifter.running if running is None else running
    known = by_name.get(value.carry.name) if value.carry is not None else None
    if known is None or value.carry is None or known.update.carry is None:
        return None
    ends = same_update(value.carry, known.update.carry)
    key = f"running {value.carry.name} {known.axis.order}"
    if ends and key in lifter.ranges:
        return lifter.ranges[key]
    scan = scanned(lifter, known.update if ends else value, known.update, known.axis, known.before)
    scan = replace(scan, python=value.python or scan.python)
    lifter.scans[code.text(scan.code)] = known.update.carry
    return scan


def same_update(one: Carry, other: Carry) -> bool:
    """Return whether two updates do the same, each lifted by itself."""
    if one.form != other.form or one.test is not other.test or one.scale is not other.scale:
        return False
    return one.term is other.term or (
        one.term is not None
        and other.term is not None
        and code.text(one.term.code) == code.text(other.term.code)
    )
