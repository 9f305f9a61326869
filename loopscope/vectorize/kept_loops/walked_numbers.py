"""The header of a loop that reads lists of numbers in the place of a tensor's items.

``for epoch, loss in enumerate(losses.tolist())``: what is walked alone, under the names that were.
"""

from __future__ import annotations

import ast
import copy
import re
from typing import cast

from loopscope.vectorize import code
from loopscope.vectorize.around.liveness import is_read_first
from loopscope.vectorize.item_lists import plural
from loopscope.vectorize.kept_loops.hoist import Hoister, read_in
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.put_in_place import put_in_place

_SHORT = 44


def walk_what_is_read(hoister: Hoister, loop: ast.For) -> None:
    """Walk what is left to walk: a list of numbers under the name of the tensor's items."""
    _name_items(hoister, loop)
    read = read_in(loop)
    match loop:
        case ast.For(
            target=ast.Tuple(elts=[ast.Name(id=counter), ast.Name(id=item)]),
            iter=ast.Call(func=ast.Name(id="enumerate"), args=[walked]) as walk,
        ) if item not in read:
            whole = _list_of(hoister, walked)
            if whole:
                loop.body = [_put(f"{whole}[{counter}]", code.name(item), s) for s in loop.body]
                walk.args = [code.name(whole)]
            else:
                loop.target = ast.Name(id=counter, ctx=ast.Store())
                loop.iter = code.call("range", code.call("len", walked))
        case ast.For(target=ast.Name(id=item), iter=walked) if item not in read:
            whole = _list_of(hoister, walked)
            if whole and not hoister.counter:
                first = next(n for n, w in hoister.walked.items() if w == whole)
                loop.body = [put_in_place(first, code.name(item), s) for s in loop.body]
                hoister.walked = {item if n == first else n: w for n, w in hoister.walked.items()}
            hoister.walk(loop, own=False)
        case _ if not _walks_them_alone(hoister, loop):
            Hoister.walk_along(hoister, loop)
        case _:
            pass
    loop.body = [s for s in loop.body if not _is_idle(s)]
    _put_in_header(hoister, loop)


def _walks_them_alone(hoister: Hoister, loop: ast.For) -> bool:
    """Walk ``bests`` in the place of a counter that nothing but ``bests[i]`` reads."""
    counter, wholes = hoister.counter, list(hoister.walked)
    if not counter or len(wholes) != 1 or counter in hoister.lifter.live:
        return False
    if not isinstance(loop.target, ast.Name):
        return False
    (whole,) = wholes
    read = f"{whole}[{counter}]"
    nodes = [n for s in loop.body for n in ast.walk(s)]
    uses = sum(isinstance(n, ast.Name) and n.id == counter for n in nodes)
    if uses != sum(isinstance(n, ast.Subscript) and code.text(n) == read for n in nodes):
        return False
    item = next((n for n in hoister.known if plural(n) == whole), "")
    without = [_put(read, ast.Constant(0), s) for s in copy.deepcopy(loop.body)]
    if not item or is_read_first(item, without):
        item = hoister.lifter.fresh(whole.removesuffix("_list").removesuffix("s"))
    loop.body = [_put(read, code.name(item), s) for s in loop.body]
    loop.target, loop.iter = ast.Name(id=item, ctx=ast.Store()), code.name(whole)
    return True


def _name_items(hoister: Hoister, loop: ast.For) -> None:
    """Call items what they were called where nothing sets that any more, else ``test``."""
    taken = {*assigned_names(loop.body), *read_in(loop)}
    for item, whole in list(hoister.walked.items()):
        if not whole:
            continue
        name = next((n for n in hoister.known - taken if plural(n) == whole), "")
        name = name or hoister.lifter.fresh(re.sub(r"_\d+$", "", whole).removesuffix("s"))
        loop.body = [put_in_place(item, code.name(name), s) for s in loop.body]
        hoister.walked = {name if n == item else n: w for n, w in hoister.walked.items()}


def _list_of(hoister: Hoister, walked: ast.expr) -> str:
    """The name of ``losses.tolist()`` where the loop walks ``losses``; ``""`` without one."""
    for statement in hoister.lifter.statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if (
                code.text(value) == f"{code.text(walked)}.tolist()"
            ):
                return name
            case _:
                pass
    return ""


def _put_in_header(hoister: Hoister, loop: ast.For) -> None:
    """``for loss in losses.tolist()``, where the list is short to write and walked alone."""
    for statement in list(hoister.lifter.statements):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if (
                len(code.text(value)) <= _SHORT
                and name in count_uses(loop.iter)
                and sum(count_uses(s).get(name, 0) for s in (*hoister.lifter.statements, loop))
                == 1
            ):
                loop.iter = put_in_place(name, value, loop.iter)
                hoister.lifter.statements.remove(statement)
            case _:
                pass


def _put(text: str, value: ast.expr, statement: ast.stmt) -> ast.stmt:
    class Put(ast.NodeTransformer):
        def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
            return value if code.text(node) == text else self.generic_visit(node)

    return cast("ast.stmt", Put().visit(statement))


def _is_idle(statement: ast.stmt) -> bool:
    """``loss = loss``."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=value)):
            return name == value
        case _:
            return False
