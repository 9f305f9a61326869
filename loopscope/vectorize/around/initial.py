"""How a name was made right before the loop."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.value import Value

_FILLS = {"zeros": 0, "zeros_like": 0, "new_zeros": 0, "ones": 1, "ones_like": 1, "new_ones": 1}
_EMPTY = {"empty", "empty_like", "new_empty"}
_FULL = {"full", "full_like", "new_full"}
_LIKE = {"zeros_like", "ones_like", "empty_like", "full_like"}
_MOST_ITEMS = 3
_COPIES = {"clone"}


@dataclass(frozen=True, slots=True)
class Initial:
    """An initialisation that the rewrite may take over.

    Attributes:
        code: The right-hand side.
        fill: The number that fills it.
        copied: What it is a copy of.
        empty: Its contents do not matter.
        like: Source text of the tensor whose shape it has, or ``""``.
        shape: Sizes, where they are written out.
        statement: Where it stands.
        items: What a list holds already.
        places: How many of them a list has that the loop fills, as text.
        of_lists: A dict that begins a list for each new key.
    """

    code: ast.expr
    statement: ast.stmt
    fill: ast.expr | None = None
    copied: ast.expr | None = None
    empty: bool = False
    shape: tuple[ast.expr, ...] = ()
    is_list: bool = False
    items: tuple[ast.expr, ...] = ()
    places: str = ""
    scalar: bool = False
    is_dict: bool = False
    of_lists: bool = False
    is_none: bool = False
    is_identity: bool = False
    is_item: bool = False
    like: str = ""

    def is_fill(self, number: float) -> bool:
        """Whether every element is this number."""
        return isinstance(self.fill, ast.Constant) and self.fill.value == number

    @property
    def has_no_items(self) -> bool:
        """Whether it is a tensor without any: ``torch.tensor([])``, ``torch.empty(0, 3)``."""
        if self.shape:
            return code.integer(self.shape[0]) == 0
        match self.code:
            case ast.Call(func=function, args=[] | [ast.List(elts=[])]):
                return dotted(function).endswith((".tensor", ".Tensor", ".FloatTensor"))
            case _:
                return False

    @property
    def size(self) -> ast.expr | None:
        """Its length, where it has one dimension that is written out."""
        return self.shape[0] if len(self.shape) == 1 else None

    def value(self, dtype: str) -> Value | None:
        """What a place that is not stored to holds: a number, or the tensor it copies."""
        if self.fill is not None:
            kind = "int" if code.integer(self.fill) is not None else "float"
            return Value(self.fill, kind="number", dtype=kind)
        if self.copied is not None:
            return Value(self.copied, dtype=dtype)
        return None


def read_initial(statement: ast.stmt) -> tuple[str, Initial] | None:
    """Return the name that a statement makes anew, and how; ``None`` for anything else."""
    match statement:
        case ast.Assign(targets=[target], value=value) if dotted(target):
            found = _initial(value, statement)
            return (dotted(target), found) if found is not None else None
        case _:
            return None


def _initial(value: ast.expr, statement: ast.stmt) -> Initial | None:
    match value:
        case ast.List(elts=[_, *_]) if len(value.elts) <= _MOST_ITEMS:
            return Initial(value, statement, is_list=True, items=tuple(value.elts))
        case ast.List(elts=[]) | ast.Call(func=ast.Name(id="list"), args=[], keywords=[]):
            return Initial(value, statement, is_list=True)
        case ast.BinOp(left=ast.List(elts=[ast.Constant()]), op=ast.Mult(), right=count):
            return Initial(value, statement, is_list=True, places=code.text(count))
        case ast.Dict(keys=[]) | ast.Call(func=ast.Name(id="dict"), args=[], keywords=[]):
            return Initial(value, statement, is_dict=True)
        case ast.Call(func=function, args=[ast.Name(id="list")], keywords=[]) if (
            dotted(function).rpartition(".")[2] == "defaultdict"
        ):
            return Initial(value, statement, of_lists=True)
        case ast.Constant(value=None):
            return Initial(value, statement, is_none=True)
        case ast.Constant(value=bool() | int() | float()):
            return Initial(value, statement, fill=value, scalar=True)
        case ast.UnaryOp(op=ast.USub()) if _is_number(value):
            return Initial(value, statement, fill=value, scalar=True)
        case ast.Call(func=ast.Name(id="float"), args=[ast.Constant()]):
            return Initial(value, statement, fill=value, scalar=True)
        case ast.Tuple(elts=parts) if all(map(_is_literal, parts)):
            return Initial(value, statement)
        case ast.Subscript(value=whole, slice=place) if dotted(whole) and _is_place(place):
            return Initial(value, statement, is_item=True)
        case ast.Call(func=ast.Attribute() as function):
            return _factory(value, dotted(function) or f".{function.attr}", statement)
        case _:
            return None


def _factory(value: ast.Call, name: str, statement: ast.stmt) -> Initial | None:
    last = name.rsplit(".", 1)[-1]
    if last in _COPIES and isinstance(value.func, ast.Attribute) and not value.args:
        like = code.text(value.func.value)
        return Initial(value, statement, copied=value.func.value, like=like)
    if name == "torch.eye" and len(value.args) == 1:
        return Initial(value, statement, is_identity=True)
    if not name.startswith("torch.") and not last.startswith("new_"):
        return None
    sizes = [] if last in _LIKE else list(value.args)
    like = code.text(value.args[0]) if last in _LIKE and value.args else ""
    if last in _FULL:
        fill = value.args[-1] if len(value.args) > 1 else None
        sizes = sizes[:-1]
        if fill is None:
            return None
        return Initial(value, statement, fill=fill, shape=_shape(sizes), like=like)
    if last in _FILLS:
        fill = code.const(_FILLS[last])
        return Initial(value, statement, fill=fill, shape=_shape(sizes), like=like)
    if last in _EMPTY:
        return Initial(value, statement, empty=True, shape=_shape(sizes), like=like)
    if last in ("tensor", "Tensor", "FloatTensor") and code.text(value).endswith(("()", "([])")):
        return Initial(value, statement)
    if last in ("tensor", "new_tensor") and len(value.args) == 1 and _is_literal(value.args[0]):
        return Initial(value, statement, fill=value.args[0])
    return None


def number_in(value: ast.expr) -> ast.expr | None:
    """Return the number that fills what an expression makes: 0 of ``torch.zeros(3)``."""
    made = _initial(value, ast.Pass())
    return None if made is None else made.fill


def _shape(sizes: list[ast.expr]) -> tuple[ast.expr, ...]:
    if len(sizes) == 1 and isinstance(sizes[0], ast.Tuple | ast.List):
        sizes = list(sizes[0].elts)
    return tuple(sizes)


def _is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) or code.integer(node) is not None or _is_number(node)


def _is_place(node: ast.expr) -> bool:
    """Whether a subscript is written out: ``0``, ``-1``, ``0, 1``."""
    places = node.elts if isinstance(node, ast.Tuple) else [node]
    return all(isinstance(code.integer(p), int) for p in places)


def _is_number(node: ast.expr) -> bool:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _is_number(operand)
        case ast.Constant(value=int() | float()):
            return True
        case ast.Call(func=ast.Name(id="float")):
            return True
        case _:
            return dotted(node) in ("torch.inf", "math.inf", "np.inf", "numpy.inf")
