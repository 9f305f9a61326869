"""``x[i * n + j]``: a dimension that two loops walk over together, split in two."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.place import Place
from loopscope.vectorize.value import Value


def split_digits(
    lifter: Lifter, base: Value, places: Sequence[Place]
) -> tuple[Value, list[Place]]:
    """Return the tensor with each such dimension split, and the places in it."""
    found: list[Place] = []
    shift = 0
    for place in places:
        digits = place.index.digits if place.index is not None else None
        size = base.shape[place.dim + shift] if digits is not None else None
        if digits is None or not is_whole(digits, size):
            found.append(replace(place, dim=place.dim + shift if place.dim >= 0 else place.dim))
            continue
        first, second = digits
        dim = place.dim + shift
        if not shift:
            assume_digits(lifter, digits, code.text(base.code), place.dim)
        lifter.used_ops += ["Tensor.unflatten", "torch.reshape", "Tensor.view"]
        sizes = code.tuple_of([first.size, second.size])
        made = code.method(base.code, "unflatten", code.const(dim + len(base.axes)), sizes)
        shape = (*base.shape[:dim], first.length, second.length, *base.shape[dim + 1 :])
        base = replace(base, code=made, rank=base.rank + 1, shape=shape)
        found += [Place(dim + k, counter=Counter(axis)) for k, axis in enumerate(digits)]
        shift += 1
    return base, found


def assume_digits(lifter: Lifter, digits: tuple[Axis, Axis], base: str, dim: int) -> None:
    """The two loops together take the whole dimension."""
    whole = code.text(code.binary(digits[0].size, ast.Mult(), digits[1].size))
    lifter.assume(f"{base}.shape[{dim}] == {whole}")


def is_whole(digits: tuple[Axis, Axis], size: int | None) -> bool:
    """Whether that was so when the loop ran."""
    first, second = (axis.length for axis in digits)
    return first is not None and second is not None and first * second == size
