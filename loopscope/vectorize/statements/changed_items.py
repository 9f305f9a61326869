"""Tensors of a list, each changed by a number of its own: ``p.grad.mul_(scale)``.

The numbers are those of one tensor, so a test chooses between them: where it does not hold, the
factor is 1. That the change is the last thing an iteration does keeps what is read before it.
"""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.finish.repeated import replaced
from loopscope.vectorize.in_place import IN_PLACE
from loopscope.vectorize.item_lists import attribute_name, plural
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import assigned_names
from loopscope.vectorize.operators.combine import choose
from loopscope.vectorize.value import NotLiftable, Value, whole_number

_FACTORS = ("mul_", "div_")


def change_items(lifter: Lifter, call: ast.Call) -> bool:
    """Write the change of all tensors of a list; ``False`` where the call changes anything else.

    Raises:
        NotLiftable: Something else of the loop waits for what is changed.
    """
    match call:
        case ast.Call(func=ast.Attribute(value=item, attr=attr), args=[amount], keywords=[]) if (
            attr in IN_PLACE and dotted(item) and lifter.env.get(dotted(item).partition(".")[0])
        ):
            items = lifter.lift(item)
        case _:
            return False
    if not items.ragged or items.python or not _is_held(items.code):
        return False
    value = lifter.lift(amount)
    if value.axes != items.axes or value.rank or value.kind != "tensor":
        return False
    guard = lifter.guard
    if guard is not None and (guard.axes != items.axes or guard.rank or attr not in _FACTORS):
        return False
    if not _comes_last(lifter, call) or _waits(lifter):
        raise NotLiftable(f"{code.text(item)} is changed before the iteration ends")
    if guard is not None:
        value = choose(lifter, guard, value, whole_number(code.const(1)))
    _assume_apart(lifter, items.code)
    amounts = lifter.bind("scale" if attr in _FACTORS else "change", value)
    function = f"torch._foreach_{attr}"
    lifter.used_ops += [function, function.removesuffix("_")]
    changed = code.call(function, _named(lifter, items), code.method(amounts.code, "unbind"))
    lifter.statements.append(ast.Expr(value=changed))
    return True


def _is_held(items: ast.expr) -> bool:
    """Whether it lists tensors that are there, not what is made of them."""
    return not isinstance(items, ast.ListComp) or bool(dotted(items.elt))


def _comes_last(lifter: Lifter, call: ast.Call) -> bool:
    """Whether it ends the iteration, and nothing else is changed in one."""
    node: ast.stmt | None = lifter.outermost
    while isinstance(node, ast.For | ast.If):
        node = None if node.orelse else node.body[-1]
    if not isinstance(node, ast.Expr) or code.text(node.value) != code.text(call):
        return False
    effects = [n for n in ast.walk(lifter.outermost or node) if isinstance(n, ast.Expr)]
    return sum(isinstance(effect.value, ast.Call) for effect in effects) == 1


def _waits(lifter: Lifter) -> bool:
    """Whether anything is written after the loop's statements that reads what they change."""
    names = assigned_names([lifter.outermost] if lifter.outermost is not None else [])
    filled = [v for v in lifter.env.values() if v.list_of is not None and v.list_of.item]
    carried = [v for v in lifter.env.values() if v.carry is not None and v.carry.form != "keep"]
    return bool(lifter.stores or filled or carried or lifter.live & {*names})


def _assume_apart(lifter: Lifter, items: ast.expr) -> None:
    """A tensor that is in the list twice is changed twice, by what it is then."""
    while isinstance(items, ast.ListComp) or lifter.defined(items) is not items:
        walked = items.generators[0].iter if isinstance(items, ast.ListComp) else items
        items = lifter.defined(walked)
    if dotted(items):  # a module gives each of its parameters once
        lifter.assume(f"len(set({code.text(items)})) == len({code.text(items)})")


def _named(lifter: Lifter, items: Value) -> ast.expr:
    """The list under a name, which stands for it in what is written already."""
    if not isinstance(items.code, ast.ListComp):
        return items.code
    name = lifter.fresh(plural(attribute_name(items.code.elt) or items.item))
    text, written = code.text(items.code), lifter.statements
    first = next((k for k, s in enumerate(written) if text in code.text(s)), len(written))
    after = [replaced(s, items.code, name) for s in written[first:]]
    written[first:] = [code.assignment(name, items.code), *after]
    return code.name(name)
