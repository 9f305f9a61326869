"""What a rewrite makes of nothing lies on the device that the loop's tensors are on."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

from loopscope.model.seen import Seen
from loopscope.vectorize import code

_MAKERS = {
    f"torch.{name}"
    for name in ("arange", "empty", "eye", "full", "ones", "tensor", "tril_indices",
                 "triu_indices", "zeros")
}  # fmt: skip


def on_device(
    statements: list[ast.stmt], original: Collection[str], tensors: Mapping[str, Seen]
) -> list[ast.stmt]:
    """Return the statements with ``device=x.device`` wherever the CPU would be wrong.

    Args:
        statements: Of the rewrite.
        original: The text of each call of the user's own: these are left as they are.
        tensors: What each name from before the loop was seen to be.
    """
    places = {path: where for path, seen in tensors.items() if (where := _place(path, seen))}
    if len({_device(tensors[path]) for path in places}) != 1:
        return statements
    first = next(iter(places.values()))
    for statement in statements:
        read = [places[path] for path in _paths(statement) if path in places]
        placing = _Placing(original, read[0] if read else first)
        placing.visit(statement)
    return statements


def _place(path: str, seen: Seen) -> ast.expr | None:
    """``x.device`` of a tensor that is not on the CPU; ``xs[0].device`` of a list of them."""
    if not _device(seen):
        return None
    tensor = code.attribute(path)
    if seen.kind == "list":
        tensor = code.subscript(tensor, [code.const(0)])
    return code.attribute_of(tensor, "device")


def _device(seen: Seen) -> str:
    """Where a tensor of at least one dimension is; nothing for one that goes along anywhere."""
    tensor = seen.item if seen.kind == "list" else seen
    if tensor is None or tensor.kind != "tensor" or tensor.device in ("", "cpu"):
        return ""
    return tensor.device if tensor.rank or seen.kind == "list" else ""


def _paths(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name | ast.Attribute):
            yield code.text(node)


class _Placing(ast.NodeTransformer):
    def __init__(self, original: Collection[str], device: ast.expr) -> None:
        self.original, self.device = original, device

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        placed = any(k.arg == "device" for k in node.keywords)
        if _makes(node) and not placed and code.text(node) not in self.original:
            node.keywords.append(ast.keyword("device", self.device))
        return node


def _makes(node: ast.Call) -> bool:
    """Whether a call makes a tensor of nothing; a constant of no dimension goes along anywhere."""
    match node:
        case ast.Call(args=[ast.Constant(), *_]):
            return code.text(node.func) in _MAKERS - {"torch.tensor"}
        case _:
            return code.text(node.func) in _MAKERS
