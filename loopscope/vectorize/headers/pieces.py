"""``chunk``, ``split`` and ``unbind`` as a leading dimension of pieces."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable, Value

_HOW = ("chunks", "sections", "indices_or_sections", "split_size_or_sections", "split_size")


@dataclass(frozen=True, slots=True)
class Pieces:
    """A call that cuts a tensor into pieces.

    Attributes:
        name: ``chunk``, ``split``, ``tensor_split`` or ``unbind``.
        whole: The tensor.
        how: Into how many, or how large, pieces; ``None`` of ``unbind``.
        dim: Along which dimension, as code.
    """

    name: str
    whole: ast.expr
    how: ast.expr | None
    dim: ast.expr


def called_pieces(iterable: ast.expr) -> Pieces | None:
    """Return what ``torch.chunk(x, n)`` or ``x.split(k)`` cuts; ``None`` for anything else."""
    if not isinstance(iterable, ast.Call):
        return None
    name = dotted(iterable.func).rsplit(".", 1)[-1] or getattr(iterable.func, "attr", "")
    if name not in ("chunk", "split", "tensor_split", "unbind"):
        return None
    args = list(iterable.args)
    is_function = dotted(iterable.func).startswith("torch.")
    if not is_function and isinstance(iterable.func, ast.Attribute):
        args.insert(0, iterable.func.value)
    keywords = {k.arg: k.value for k in iterable.keywords}
    by_position = dict(enumerate(args))
    if 0 not in by_position:
        return None
    how = next((keywords[k] for k in _HOW if k in keywords), by_position.get(1))
    dim = keywords.get("dim", by_position.get(1 if name == "unbind" else 2, code.const(0)))
    return Pieces(name, args[0], how if name != "unbind" else None, dim)


def read_pieces(lifter: Lifter, iterable: ast.expr) -> Value | None:
    """``torch.chunk(x, n)`` and ``x.split(k)`` as a leading dimension of pieces."""
    pieces = called_pieces(iterable)
    number = None if pieces is None else code.integer(pieces.dim)
    if pieces is None:
        return None
    whole = lifter.lift(pieces.whole)
    if whole.axes or number is None or whole.kind == "other":
        return None
    number %= max(whole.rank, 1)
    made = whole.code
    if pieces.name != "unbind":
        seen = lifter.what(iterable)
        if pieces.how is None or seen is None or seen.item is None or None in seen.item.shape:
            raise NotLiftable("pieces of different sizes")
        size = lifter.fixed(pieces.how)
        parts = [size, code.const(-1)] if pieces.name != "split" else [code.const(-1), size]
        made = code.method(made, "unflatten", code.const(number), code.tuple_of(parts))
        lifter.used_ops += ["Tensor.unflatten", "torch.reshape", "Tensor.view"]
        lifter.assume(f"{code.text(whole.code)}.shape[{number}] % {code.text(size)} == 0")
        rank = whole.rank + 1
        shape: tuple[int | None, ...] = (seen.shape[0], *seen.item.shape)
    else:
        rank, shape = whole.rank, whole.shape
        shape = (shape[number], *(s for k, s in enumerate(shape) if k != number))
    if number:
        made = code.method(made, "movedim", code.const(number), code.const(0))
    return replace(whole, code=made, rank=rank, shape=shape)
