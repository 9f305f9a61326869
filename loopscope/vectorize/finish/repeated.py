"""What the rewrite would compute twice gets a name."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import cast

from loopscope.vectorize import code

_MIN_LENGTH = 12
_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "total", ast.Sub: "diff", ast.Mult: "product", ast.Div: "ratio",
    ast.MatMult: "product", ast.Pow: "power", ast.BitAnd: "mask", ast.BitOr: "mask",
}  # fmt: skip
_OPAQUE = (ast.IfExp, ast.Lambda, ast.ListComp, ast.GeneratorExp, ast.DictComp, ast.SetComp)
_VIEWS = {"movedim": "moved", "transpose": "transposed", "permute": "permuted",
          "unflatten": "unflattened", "unfold": "windows"}  # fmt: skip
_CHEAP = {"len", "size", "dim", "numel", "float", "int", "view", "reshape", "unsqueeze", "expand",
          *_VIEWS}  # fmt: skip
_NAMES = {"arange": "index", "any": "hit", "where": "filled", "clamp": "clamped", **_VIEWS}
_OFTEN = 3  # what costs nothing gets a name for its length only


def named_repeats(
    statements: list[ast.stmt], fresh: Callable[[str], str], known: Mapping[str, str]
) -> list[ast.stmt]:
    """Return the statements with names for what each of them computes more than once.

    Args:
        statements: What is written in the place of one statement.
        fresh: Makes a name that nothing uses yet.
        known: Names that the user had for code: ``{"torch.arange(n)": "i"}``.
    """
    found: list[ast.stmt] = []
    rest = _shared_named(statements, fresh, known)
    while rest:
        while (repeated := _longest_repeat(rest[0], known)) is not None:
            name = fresh(known.get(code.text(repeated)) or _wanted(repeated, rest[0]))
            found.append(code.assignment(name, repeated))
            rest[0] = replaced(rest[0], repeated, name)
            rest = _with_result([found[-1], *rest], known)
        found.append(rest.pop(0))
    for k, statement in enumerate(found):
        if not isinstance(statement, ast.Assign) or code.text(statement.value) not in known:
            found[k + 1 :] = _with_result(found[k:], known)
    return _shared_named(found, fresh, known)


def _with_result(statements: list[ast.stmt], known: Collection[str]) -> list[ast.stmt]:
    """The statements behind the first, which read its name where they computed the same."""
    first, *later = statements
    match first:
        case ast.Assign(targets=[ast.Name(id=name)], value=made) if _is_work(made, known):
            pass
        case _:
            return later
    read, text = (
        {name, *(n.id for n in ast.walk(made) if isinstance(n, ast.Name))},
        code.text(made),
    )
    settled = is_settled(made, [first])
    for k, statement in enumerate(later):
        settled = settled and not read & set(changed_in_place(statement))
        if not settled or not isinstance(statement, ast.Assign | ast.AugAssign):
            break
        if text not in map(code.text, _results(statement)):
            later[k] = replaced(statement, made, name)
        settled = is_settled(code.name(name), [statement]) and is_settled(made, [statement])
    return later


def _shared_named(
    statements: list[ast.stmt], fresh: Callable[[str], str], known: Mapping[str, str]
) -> list[ast.stmt]:
    """Name what several statements compute, where nothing in it changes in between."""
    found = list(statements)
    while (shared := _longest_shared(found, known)) is not None:
        repeated, first, last = shared
        name = fresh(known.get(code.text(repeated)) or _wanted(repeated, found[first]))
        made = code.assignment(name, repeated)
        rest = [replaced(s, repeated, name) for s in found[first : last + 1]] + found[last + 1 :]
        found[first:] = [made, *_with_result([made, *rest], known)]
    return found


def _longest_shared(
    statements: list[ast.stmt], known: Collection[str]
) -> tuple[ast.expr, int, int] | None:
    """Return what is computed in several statements, the first of these and the last."""
    at: dict[str, list[int]] = {}
    nodes: dict[str, ast.expr] = {}
    changed = {text for statement in statements for text in changed_in_place(statement)}
    for k, statement in enumerate(statements):
        if not isinstance(statement, ast.Assign):
            continue
        for node in _computed(statement):
            worth = _is_work(node, known) or _is_view(node)
            text = code.text(node) if worth else ""
            if worth and text not in changed and node not in _results(statement):
                nodes.setdefault(text, node)
                at.setdefault(text, []).append(k)
    shared = [
        (nodes[text], places[0], places[-1])
        for text, places in at.items()
        if places[0] != places[-1]
        and (_is_work(nodes[text], known) or len(places) >= _OFTEN)
        and is_settled(nodes[text], statements[places[0] : places[-1]])
    ]
    return max(shared, key=lambda found: len(code.text(found[0])), default=None)


def is_settled(node: ast.expr, statements: list[ast.stmt]) -> bool:
    """Whether an expression has one value for all these statements: they set other names."""
    read = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    for statement in statements:
        match statement:
            case ast.Assign(targets=[target]) if not read & _set_names(target):
                pass
            case _:
                return False
    return True


def _set_names(target: ast.expr) -> set[str]:
    """Names that a target sets, or whose items or attributes it sets; it reads its subscripts."""
    match target:
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            return {name for element in elts for name in _set_names(element)}
        case ast.Subscript(value=value) | ast.Attribute(value=value):
            return _set_names(value)
        case _:
            return {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}


def _longest_repeat(statement: ast.stmt, known: Collection[str]) -> ast.expr | None:
    if not isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr):
        return None
    changed, begun = set(changed_in_place(statement)), set(_begun_like(statement))
    texts = ((code.text(n), n) for n in _computed(statement))
    nodes = [(text, n) for text, n in texts if text in begun or _is_work(n, known)]
    times = Counter(text for text, _ in nodes)
    results = Counter(code.text(n) for n in _results(statement))
    apart = {text for text, count in results.items() if count > 1}  # two results are two tensors
    left_out = changed | apart
    repeated = [found for found in nodes if times[found[0]] > 1 and found[0] not in left_out]
    return max(repeated, key=lambda found: len(found[0]), default=("", None))[1]


def _begun_like(statement: ast.stmt) -> Iterator[str]:
    """What results begin like: ``x[k]`` of ``x[k].new_zeros(n)``, cheap or not."""
    for node in ast.walk(statement):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Call() | ast.Subscript() as like, attr=attr)
            ):
                if attr.startswith("new_"):
                    yield code.text(like)
            case _:
                pass


def _results(statement: ast.Assign | ast.AugAssign | ast.Expr) -> list[ast.expr]:
    """What a statement gives names to: its value, or the items of a tuple."""
    match statement.value:
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            return elts
        case value:
            return [value]


def _computed(statement: ast.Assign | ast.AugAssign | ast.Expr) -> Iterator[ast.expr]:
    """Expressions of a statement's value, and of the subscripts that it is stored at."""
    for target in _targets(statement):
        yield from evaluated(target.slice)
    yield from evaluated(statement.value)


def _targets(statement: ast.stmt) -> list[ast.Subscript]:
    """Where a statement stores to elements."""
    match statement:
        case ast.Assign(targets=targets):
            return [target for target in targets if isinstance(target, ast.Subscript)]
        case ast.AugAssign(target=ast.Subscript() as target):
            return [target]
        case _:
            return []


def evaluated(node: ast.AST) -> Iterator[ast.expr]:
    """Expressions that are always evaluated, once."""
    if isinstance(node, _OPAQUE):
        return
    if isinstance(node, ast.expr):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from evaluated(child)


def changed_in_place(statement: ast.stmt) -> Iterator[str]:
    """What in-place methods change: ``torch.zeros(n)`` of ``torch.zeros(n).index_add_(…)``."""
    for node in ast.walk(statement):
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr=attr)) if attr.endswith("_"):
                while isinstance(receiver, ast.Subscript | ast.Attribute):
                    yield code.text(receiver)
                    receiver = receiver.value
                yield code.text(receiver)
            case _:
                pass


def _is_work(node: ast.expr, known: Collection[str]) -> bool:
    """Whether an expression makes a tensor worth a name: it is long, or the user named it."""
    match node:
        case ast.Call(func=ast.Attribute(attr=attr)):
            makes = not attr.endswith("_") and attr not in _CHEAP and _has_tensor(node)
        case ast.BinOp():
            makes = _has_tensor(node)
        case ast.Compare():
            makes = True
        case ast.Subscript(value=ast.Call() | ast.BinOp(), slice=place):
            makes = all(isinstance(n, ast.Name) for n in _listed(place))
        case _:
            makes = False
    if not makes:
        return False
    text = code.text(node)
    return len(text) >= _MIN_LENGTH or text in known


def _listed(place: ast.expr) -> list[ast.expr]:
    return place.elts if isinstance(place, ast.Tuple) else [place]


def _is_view(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=attr)):
            return attr in _VIEWS and len(code.text(node)) >= _MIN_LENGTH
        case _:
            return False


def _has_tensor(node: ast.expr) -> bool:
    """Whether a tensor may be in it: sizes and what ``math`` makes of them are numbers."""
    match node:
        case ast.BinOp(left=left, right=right):
            return _has_tensor(left) or _has_tensor(right)
        case ast.UnaryOp(operand=operand):
            return _has_tensor(operand)
        case ast.Constant() | ast.Call(func=ast.Name()):
            return False
        case ast.Subscript(value=ast.Attribute(attr="shape")):
            return False
        case ast.Call(func=ast.Attribute(value=ast.Name(id="math"))):
            return False
        case ast.Attribute(value=ast.Name(id="math")):
            return False
        case _:
            return True


def _wanted(node: ast.expr, statement: ast.stmt) -> str:
    """A name for what an expression of the statement makes."""
    texts = {code.text(n) for target in _targets(statement) for n in evaluated(target.slice)}
    match node:
        case ast.BinOp() if code.text(node) in texts:
            return "index"
        case ast.Call(func=ast.Attribute(attr=attr)):
            return _NAMES.get(attr) or ("values" if hasattr(builtins, attr) else attr)
        case ast.BinOp(op=op):
            return _OPERATORS.get(type(op), "value")
        case ast.Subscript():
            return "picked"
        case _:
            return "mask"


def replaced(statement: ast.stmt, node: ast.expr, name: str) -> ast.stmt:
    """Return the statement with a name wherever an expression stands in it."""
    return cast("ast.stmt", _Replace(node, name).visit(statement))


class _Replace(ast.NodeTransformer):
    def __init__(self, of: ast.expr, name: str) -> None:
        self.kind, self.text, self.name = type(of), code.text(of), name

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, self.kind) and code.text(node) == self.text:
            return code.name(self.name)
        return self.generic_visit(node)
