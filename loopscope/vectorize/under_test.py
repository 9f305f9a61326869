"""What only runs where a test holds, within an expression or before a return."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager

from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import logic
from loopscope.vectorize.value import Value


@contextmanager
def under_test(lifter: Lifter, test: Value) -> Iterator[None]:
    """Lift what runs where ``test`` holds; a test that is none of the items' stays a test."""
    guard = lifter.guard
    plain = test.carry is None and test.members is None and test.mask is None and not test.rank
    if test.axes and plain and (guard is None or guard.carry is None):
        lifter.guard = test if guard is None else logic(lifter, guard, ast.BitAnd(), test)
    try:
        yield
    finally:
        lifter.guard = guard
