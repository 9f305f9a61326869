"""Lists that stand for what each item of a loop stands for."""

from __future__ import annotations

import ast
import copy

PAIRS = {"items": "values", "named_parameters": "parameters", "named_buffers": "buffers"}


def plural(name: str) -> str:
    """What to call the list of what ``name`` is in each iteration."""
    return f"{name}s" if not name.endswith("s") else f"{name}_list"


def skipped(statement: ast.stmt) -> ast.expr | None:
    """The test of ``if test: continue``; ``None`` for any other statement."""
    match statement:
        case ast.If(test=test, body=[ast.Continue()], orelse=[]):
            return test
        case _:
            return None


def listed_items(element: ast.expr, name: str, items: ast.expr) -> ast.ListComp:
    """``[p.grad for p in params]``."""
    target = ast.Name(id=name, ctx=ast.Store())
    return ast.ListComp(
        elt=element,
        generators=[ast.comprehension(target=target, iter=items, ifs=[], is_async=0)],
    )


def listed_pairs(target: ast.expr, pairs: ast.expr, test: ast.expr) -> ast.ListComp:
    """``[(name, p) for name, p in model.named_parameters() if p.requires_grad]``."""
    match target:
        case ast.Tuple(elts=elts):
            loaded = ast.Tuple([ast.Name(n.id) for n in elts if isinstance(n, ast.Name)])
        case _:
            loaded = ast.Tuple([])
    made = ast.comprehension(target=target, iter=pairs, ifs=[test], is_async=0)
    return ast.ListComp(elt=loaded, generators=[made])


def pairs_of(key: str, pairs: ast.expr) -> ast.comprehension:
    """``for name, _ in model.named_parameters()``, ``for name in state``."""
    target: ast.expr = ast.Name(id=key, ctx=ast.Store())
    match pairs:
        case ast.Call(func=ast.Attribute(value=entries, attr="items")):
            walked = entries
        case _:
            target = ast.Tuple([target, ast.Name(id="_", ctx=ast.Store())], ast.Store())
            walked = pairs
    return ast.comprehension(target=target, iter=walked, ifs=[], is_async=0)


def second_of_pairs(name: str, pairs: ast.expr) -> ast.expr:
    """``list(model.parameters())``, ``list(state.values())``; of pairs in a list, a list."""
    match pairs:
        case ast.Call(func=ast.Attribute(value=owner, attr=attr)) if attr in PAIRS:
            call = ast.Call(ast.Attribute(owner, PAIRS[attr], ast.Load()), [], [])
            return ast.Call(ast.Name("list"), [call], [])
        case _:
            names = [ast.Name(id=n, ctx=ast.Store()) for n in ("_", name)]
            target = ast.Tuple(list(names), ast.Store())
            made = ast.comprehension(target=target, iter=pairs, ifs=[], is_async=0)
            return ast.ListComp(elt=ast.Name(name), generators=[made])


def within_item(items: ast.ListComp, name: str, node: ast.expr) -> ast.expr:
    """``slot["buf"]`` where ``slot`` stands for ``self.state[p]``."""

    class Put(ast.NodeTransformer):
        def visit_Name(self, found: ast.Name) -> ast.expr:
            return items.elt if found.id == name else found

    return ast.ListComp(elt=Put().visit(copy.deepcopy(node)), generators=items.generators)


def root_name(node: ast.expr) -> str:
    """``p`` of ``p.grad`` and of ``p.state[k]``; ``""`` where there is no name."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
