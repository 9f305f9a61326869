"""``while total < budget: total += cost[k]; k += 1`` ends behind the last item at the latest.

There it would raise. A loop that also tests its counter is written with that test first.
"""

from __future__ import annotations

import ast
import copy

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.normal_form.while_test import parts_of_test


def with_bound_first(node: ast.While) -> None:
    """Write the test of a loop that counts by one so that it begins with the counter's, in place.

    Other loops stay as they are.
    """
    match node.body[-1]:
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=ast.Constant(value=1)):
            pass
        case _:
            return
    tests = parts_of_test(node.test)
    own = [t for t in tests if _is_bound(t, name)]
    if not own and name not in count_uses(node.test):
        walked = _walked(node.body, name)
        if walked is None:
            return
        size = code.call("len", copy.deepcopy(walked))
        own = [ast.Compare(code.name(name), [ast.Lt()], [size])]
    if own and own[0] is not tests[0]:
        rest = [t for t in tests if t is not own[0]]
        node.test = ast.copy_location(ast.BoolOp(ast.And(), [own[0], *rest]), node.test)
        ast.fix_missing_locations(node)


def _is_bound(test: ast.expr, name: str) -> bool:
    match test:
        case ast.Compare(left=left, ops=[ast.Lt()], comparators=[_]):
            return dotted(left) == name
        case _:
            return False


def _walked(body: list[ast.stmt], name: str) -> ast.expr | None:
    """What every iteration takes the item of that the counter stands at."""
    changed = set(assigned_names(body))
    for statement in body:
        if not isinstance(statement, ast.Assign | ast.AugAssign):
            continue
        for node in ast.walk(statement.value):
            match node:
                case ast.IfExp() | ast.BoolOp() | ast.Lambda():
                    return None
                case ast.Subscript(value=base, slice=ast.Name(id=index)) if (
                    index == name and dotted(base) and dotted(base) not in changed
                ):
                    return base
                case _:
                    pass
    return None
