"""A variable that holds what the iteration before had: ``prev = x`` at the end of the body."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.value import NotLiftable, Value


def lagging(
    lifter: Lifter,
    name: str,
    body: list[ast.stmt],
    axis: Axis,
    carried: set[str],
    before: Value | None,
) -> Value | None:
    """Return what the variable is in each iteration; ``None`` where it does more than to lag."""
    at = _only_assignment(name, body)
    if at is None or axis.reverse or any(_may_leave(s) for s in body[:at]):
        return None
    statement = body[at]
    if not isinstance(statement, ast.Assign) or _is_read_after(name, body[at + 1 :]):
        return None
    needed = _needed(statement.value, body[:at])
    if needed is None:
        return None
    reads = {n for s in [*needed, ast.Expr(statement.value)] for n in count_uses(s)}
    if reads & (carried - set(assigned_names(needed))) or name in reads:
        return None
    current = _tried(lifter, needed, statement.value)
    if current is None or axis not in current.axes or current.axes[-1] != axis:
        return None
    return _shifted(lifter, name, current, before)


def _only_assignment(name: str, body: list[ast.stmt]) -> int | None:
    """The statement at the top of the body that alone sets the variable."""
    sets = [k for k, s in enumerate(body) if name in assigned_names([s])]
    if len(sets) != 1:
        return None
    match body[sets[0]]:
        case ast.Assign(targets=[ast.Name(id=target)]) if target == name:
            return sets[0]
        case _:
            return None


def _may_leave(statement: ast.stmt) -> bool:
    """Whether what follows may be left out: a test with ``continue``."""
    if isinstance(statement, ast.For | ast.While):
        return False
    parts = [n for n in ast.iter_child_nodes(statement) if isinstance(n, ast.stmt)]
    return isinstance(statement, ast.Continue) or any(map(_may_leave, parts))


def _is_read_after(name: str, statements: list[ast.stmt]) -> bool:
    return any(name in count_uses(s) for s in statements)


def _needed(value: ast.expr, before: list[ast.stmt]) -> list[ast.stmt] | None:
    """The assignments of the body that a value is computed from, in order."""
    wanted = set(count_uses(ast.Expr(value)))
    found: list[ast.stmt] = []
    for statement in reversed(before):
        sets = set(assigned_names([statement]))
        if not sets & wanted:
            continue
        match statement:
            case ast.Assign(targets=[ast.Name()]):
                found.insert(0, statement)
                wanted |= set(count_uses(statement))
            case _:
                return None
    return found


def _tried(lifter: Lifter, needed: list[ast.stmt], value: ast.expr) -> Value | None:
    """Lift a value ahead of the body; ``None`` where it takes statements of its own."""
    env, uses, count = dict(lifter.env), lifter.uses, len(lifter.statements)
    lifter.uses = {}
    try:
        lifter.lift_statements(needed)
        current = lifter.lift(value)
    except NotLiftable:
        return None
    finally:
        lifter.env, lifter.uses = env, uses
        added = len(lifter.statements) > count
        del lifter.statements[count:]
    plain = current.carry is None and current.kind != "other" and current.list_of is None
    return current if plain and not added and current.members is None else None


def _shifted(lifter: Lifter, name: str, current: Value, before: Value | None) -> Value | None:
    """The values of the iterations before: what it was before the loop comes first."""
    start = _start(lifter, name, before)
    if start is None:
        return None
    counted = _counter_before(current, lifter.written_out(start))
    if counted is not None:
        return counted
    lifter.used_ops += ["advanced_indexing", "torch.nn.functional.pad", "torch.roll"]
    front: list[ast.expr] = [code.FULL] * (len(current.axes) - 1)
    rest = code.subscript(current.code, [*front, ast.Slice(upper=code.const(-1))])
    plain = replace(current, counter=None, fill=None, selects=None, factors=None)
    if not front and (whole := _before(start, lifter.defined(current.code))) is not None:
        return replace(plain, code=whole)
    if current.rank == 0 and current.dtype != "bool":
        prefix = lifter.imports.get("torch.nn.functional", "torch.nn.functional")
        sides = code.tuple_of([code.const(1), code.const(0)])
        return replace(plain, code=code.call(f"{prefix}.pad", rest, sides, value=start))
    if front or current.rank == 0:
        return None
    first = code.subscript(start, [code.NONE])
    return replace(plain, code=code.call("torch.cat", code.list_of([first, rest])))


def _counter_before(current: Value, start: ast.expr) -> Value | None:
    """A counter of the iteration before: ``i - 1``; it goes round where it begins with the last.

    ``None`` where it begins with anything else.
    """
    counter = current.counter
    if counter is None or counter.sign != 1 or counter.also is not None or counter.axis.step != 1:
        return None
    axis, one = counter.axis, Linear((), 1)
    if (linear(start) - (axis.start + counter.offset - one)).is_zero:
        return counter_value(replace(counter, offset=counter.offset - one))
    if not (linear(start) - (axis.stop + counter.offset - one)).is_zero:
        return None
    if not axis.start.is_zero or not counter.offset.is_zero:
        return None
    back = code.binary(current.code, ast.Sub(), code.const(1))
    made = code.binary(back, ast.Mod(), axis.size)
    return replace(current, code=made, counter=None, rolled=(axis, -1))


def _start(lifter: Lifter, name: str, before: Value | None) -> ast.expr | None:
    """What the variable was before the loop."""
    made = lifter.initial.get(name)
    if before is not None:
        return before.code if before.is_fixed and before.list_of is None else None
    if len(lifter.axes) > 1 or (made is not None and (made.is_none or made.is_list)):
        return None
    if made is not None and ((made.scalar and made.fill is not None) or made.is_item):
        lifter.dropped.add(name)
        return made.code
    return code.name(name)


def _before(start: ast.expr, current: ast.expr) -> ast.expr | None:
    """``x[:-1]`` for ``x[0]`` before the items of ``x[1:]``."""
    match start, current:
        case (
            ast.Subscript(value=first, slice=ast.Constant(value=0)),
            ast.Subscript(value=items, slice=ast.Slice(lower=ast.Constant(value=1), upper=None)),
        ) if code.text(first) == code.text(items):
            return code.subscript(items, [ast.Slice(upper=code.const(-1))])
        case _:
            return None
