"""Tensors that a loop changes as a whole, ``x *= 2``, and in parts, ``x[i] = v``."""

from __future__ import annotations

import ast

from loopscope.vectorize.carries.update import is_kept
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable


def check_whole_updates(lifter: Lifter) -> None:
    """Check that a loop does not change a tensor both as a whole and in parts; sums may be mixed.

    Raises:
        NotLiftable: It does: what is stored first is changed by what follows.
    """
    for store in lifter.stores:
        own = lifter.env.get(store.base)
        if own is None or own.carry is None or is_kept(own):
            continue
        if own.carry.form != "add" or not isinstance(store.op, ast.Add | ast.Sub):
            raise NotLiftable(f"{store.base} is changed as a whole and in parts")
