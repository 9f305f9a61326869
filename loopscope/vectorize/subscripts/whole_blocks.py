"""Blocks that a loop's step puts side by side: ``x[g:g + d]`` with ``g`` in steps of ``d``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear


def are_blocks(lifter: Lifter, axis: Axis, base: str, dim: int, rank: int) -> bool:
    """Whether the loop goes through all of a dimension in whole blocks, which it assumes.

    Args:
        lifter: Where that is noted.
        axis: The loop.
        base: Source text of a tensor of ``rank`` dimensions.
        dim: Which of them.
        rank: How many there are.
    """
    term = _end(axis)
    if not term or axis.step == 1:
        return False
    made = lifter.initial.get(base)
    names = [base, made.like] if made is not None and made.like else [base]
    sizes = {f"{name}.{size}" for name in names for size in (f"shape[{dim}]", f"size({dim})")}
    if dim == 0:
        sizes |= {f"len({name})" for name in names}
    if rank == 1:
        sizes |= {f"{name}.numel()" for name in names}
    if made is not None and dim < len(made.shape):
        sizes.add(code.text(made.shape[dim]))
    if term not in sizes and lifter.sizes.get(term) not in [(name, dim) for name in names]:
        return False
    lifter.assume(f"{term} % {code.text(axis.step_code)} == 0")
    return True


def is_number_of_blocks(lifter: Lifter, axis: Axis, base: str, dim: int) -> bool:
    """Whether a dimension was made ``len(x) // d`` long, for as many blocks as there are."""
    made, size = lifter.initial.get(base), ""
    if made is not None and dim < len(made.shape):
        size = code.text(made.shape[dim])
    match axis.size:
        case ast.Call(func=ast.Name(id="len"), args=[ast.Call(args=[start, stop, step])]) if (
            code.integer(start) == 0
        ):
            pass
        case _:
            return False
    counted = lifter.counts.get(size)
    sized = lifter.sizes.get(code.text(stop))
    named = counted is not None and sized is not None and counted == (*sized, code.text(step))
    if size != code.text(code.binary(stop, ast.FloorDiv(), step)) and not named:
        return False
    lifter.assume(f"{code.text(stop)} % {code.text(step)} == 0")
    return True


def _end(axis: Axis) -> str:
    """Where the loop ends, if that is one term and it begins at zero."""
    match axis.stop:
        case Linear(terms=((term, 1),), constant=0) if axis.start.is_zero and not axis.reverse:
            return term
        case _:
            return ""
