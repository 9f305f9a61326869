"""How many dimensions code of a rewrite has, as far as its form tells."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from loopscope.vectorize import code
from loopscope.vectorize.ops.elementwise_names import UNARY

REDUCTIONS = {"sum", "mean", "amax", "amin", "std", "var", "logsumexp", "norm", "prod", "any",
              "all"}  # fmt: skip
OF_ELEMENTS = {*UNARY, "clamp", "clamp_max", "clamp_min", "pow"}  # with numbers beside them
_TRANSFORMS = {"fft", "ifft", "rfft", "irfft"}
ALONG = {"cumsum", "cumprod", "flip", "softmax", "log_softmax", "logcumsumexp", "diff",
         *_TRANSFORMS}  # fmt: skip
_BY_NAME = {"norm", "std", "var", "diff", *_TRANSFORMS}  # their first argument is something else
_MODULES = {"torch", "F", "torch.nn.functional", "torch.fft"}
_OTHER_MODULES = {"torch", "F", "math", "np", "numpy", "nn"}
_MOVES = {"transpose", "movedim", "permute", "swapaxes"}


def rank_of(node: ast.expr, ranks: Mapping[str, int]) -> int | None:
    """Return the number of dimensions of code; ``None`` where its form does not tell.

    Args:
        node: The code.
        ranks: Of names and of dotted attributes; that of a number is 0.
    """
    match node:
        case ast.Constant(value=int() | float()):
            return 0
        case ast.Name() | ast.Attribute() if (known := ranks.get(code.text(node))) is not None:
            return known
        case ast.Attribute(value=value, attr="T" | "mT"):
            return rank_of(value, ranks)
        case ast.UnaryOp(operand=operand):
            return rank_of(operand, ranks)
        case ast.BinOp(left=left, op=op, right=right) if not isinstance(op, ast.MatMult):
            return _greatest([left, right], ranks)
        case ast.BinOp(left=left, right=right) if rank_of(right, ranks) == 2:
            return rank_of(left, ranks)
        case ast.Compare(left=left, comparators=[right]):
            return _greatest([left, right], ranks)
        case ast.Subscript(value=value, slice=index):
            return _subscripted(rank_of(value, ranks), index)
        case ast.Call():
            equation = equation_of(node)
            return len(equation[1]) if equation is not None else _called(node, ranks)
        case _:
            return None


def equation_of(node: ast.Call) -> tuple[list[str], str] | None:
    """The letters of each operand and of the result of ``torch.einsum("ij,j->i", a, x)``."""
    match node:
        case ast.Call(func=function, args=[ast.Constant(value=str(text)), *_]) if (
            code.text(function) == "torch.einsum" and "->" in text and "." not in text
        ):
            inputs, _, result = text.replace(" ", "").partition("->")
            return inputs.split(","), result
        case _:
            return None


def dim_of(node: ast.Call, position: int) -> int | None:
    """The one dimension that a call names, by name or by place; ``None`` where it names none."""
    for keyword in node.keywords:
        if keyword.arg == "dim":
            return code.integer(keyword.value)
    by_name = isinstance(node.func, ast.Attribute) and node.func.attr in _BY_NAME
    alone = len(node.args) == position + 1 and not by_name
    return code.integer(node.args[position]) if alone else None


def operand_of(node: ast.Call) -> tuple[ast.expr, str, list[ast.expr]] | None:
    """``x``, ``sum`` and the other arguments of ``x.sum(…)`` and of ``torch.sum(x, …)``."""
    match node:
        case ast.Call(func=ast.Attribute(value=module, attr=attr), args=[x, *rest]) if (
            code.text(module) in _MODULES
        ):
            return x, attr, rest
        case ast.Call(func=ast.Attribute(value=x, attr=attr), args=rest) if (
            isinstance(x, ast.Call) or code.text(x).split(".")[0] not in _OTHER_MODULES
        ):
            return x, attr, rest
        case _:
            return None


def _greatest(nodes: list[ast.expr], ranks: Mapping[str, int]) -> int | None:
    found = [rank_of(node, ranks) for node in nodes]
    return None if None in found else max(r for r in found if r is not None)


def _subscripted(rank: int | None, index: ast.expr) -> int | None:
    if rank is None:
        return None
    for part in index.elts if isinstance(index, ast.Tuple) else [index]:
        if code.integer(part) is not None:
            rank -= 1
        elif isinstance(part, ast.Constant) and part.value is None:
            rank += 1
        elif not isinstance(part, ast.Slice):
            return None
    return rank


def _called(node: ast.Call, ranks: Mapping[str, int]) -> int | None:
    found = operand_of(node)
    if found is None:
        return None
    operand, attr, rest = found
    rank = rank_of(operand, ranks)
    kept = any(k.arg == "keepdim" for k in node.keywords)
    if rank is None:
        return None
    if attr in {*OF_ELEMENTS, *_MOVES, *ALONG, "pad"} or (attr in REDUCTIONS and kept):
        return rank
    if attr in ("unsqueeze", "unfold"):
        return rank + 1
    if attr in REDUCTIONS:
        single = dim_of(node, len(node.args) - len(rest))
        return rank - 1 if single is not None else None
    return None
