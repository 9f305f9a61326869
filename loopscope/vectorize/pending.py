"""Whether code that is still to be written mentions a name."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from loopscope.vectorize.lifter import Lifter


def is_pending(lifter: Lifter, name: str, of: str, values: object) -> bool:
    """Whether code of ours is waited for that mentions a name.

    Args:
        lifter: What is known.
        name: The name.
        of: The user's name for it, which is assigned anew.
        values: What else is waiting.
    """
    known = {n: v for n, v in lifter.env.items() if n != of}
    return mentions(
        (
            known, values, lifter.stores, lifter.contents, lifter.limits, lifter.start_of,
            lifter.updates, lifter.recurrences, lifter.ranges, lifter.owners, lifter.axes,
            lifter.before_first,
        ),
        name,
    )  # fmt: skip


def mentions(what: object, name: str) -> bool:
    """Whether code anywhere in values, lists of them and so on mentions a name."""
    match what:
        case ast.AST():
            return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(what))
        case str():
            return what == name
        case Mapping():
            return any(mentions(v, name) for v in what.values())
        case list() | tuple() | set() | frozenset():
            return any(mentions(v, name) for v in what)
        case _ if is_dataclass(what) and not isinstance(what, type):
            return any(mentions(getattr(what, f.name), name) for f in fields(what))
        case _:
            return False
