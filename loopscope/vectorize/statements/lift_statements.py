"""Statements of a loop's body, one after the other."""

from __future__ import annotations

import ast
import copy

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.each_item import keep_items
from loopscope.vectorize.expressions.conditions import lift_condition
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import combine
from loopscope.vectorize.ops.sample_function import only_derived
from loopscope.vectorize.statements.assignments import assign
from loopscope.vectorize.statements.branches import lift_branches
from loopscope.vectorize.statements.counted_skips import lift_counted_skip
from loopscope.vectorize.statements.each_loops import lift_each_loop
from loopscope.vectorize.statements.effects import lift_effect
from loopscope.vectorize.statements.exits import lift_break, lift_returning_branch
from loopscope.vectorize.statements.first_iteration import lift_first_iteration
from loopscope.vectorize.statements.item_loops import lift_item_loop
from loopscope.vectorize.statements.joined_items import lift_joined
from loopscope.vectorize.statements.kept_first import lift_kept_first
from loopscope.vectorize.statements.kept_in_turn import keep_in_turn, keep_while
from loopscope.vectorize.statements.keyed_results import note_keyed
from loopscope.vectorize.statements.loops import lift_for
from loopscope.vectorize.statements.nested_breaks import with_break_outside, with_one_break
from loopscope.vectorize.statements.nested_tests import nested_tests
from loopscope.vectorize.statements.note_store import note_item_store, note_store
from loopscope.vectorize.statements.opposite_order import opposite_order
from loopscope.vectorize.statements.passing_tests import lift_passing
from loopscope.vectorize.statements.refusals import lift_assert, lift_raise
from loopscope.vectorize.statements.temporaries import kept, named_test
from loopscope.vectorize.statements.without_grad import lift_without_grad
from loopscope.vectorize.value import NotLiftable, Value


def lift_statements(lifter: Lifter, body: list[ast.stmt]) -> Value | None:
    """Lift statements into the lifter's names and stores; return what a ``return`` gives.

    Raises:
        NotLiftable: One of them has no form that we know.
    """
    for k, statement in enumerate(body):
        rest = body[k + 1 :]
        match statement:
            case ast.Return(value=value):
                return lifter.lift(value) if value is not None else None
            case ast.If() if (apart := with_break_outside(statement)) is not None:
                return lifter.lift_statements([*apart, *rest])
            case ast.If() if (once := with_one_break(statement, rest)) is not None:
                return lifter.lift_statements(once)
            case ast.If() if (other := lift_raise(lifter, statement)) is not None:
                return lifter.lift_statements([*other, *rest])
            case ast.If() if (nested := nested_tests(lifter, statement)) is not None:
                lifter.lift_statements([nested])
            case ast.If():
                if lift_first_iteration(lifter, statement) or lift_kept_first(lifter, statement):
                    continue
                if _skips(statement) and keep_items(lifter, statement.test, negate=True):
                    continue
                if lift_counted_skip(lifter, statement, rest):
                    continue
                if not rest and not statement.orelse and keep_items(lifter, statement.test):
                    lifter.lift_statements(statement.body)
                    return None
                if _ends(statement.body, ast.Return) or _ends(statement.orelse, ast.Return):
                    return lift_returning_branch(lifter, statement, rest)
                if _ends(statement.body, ast.Break):
                    lift_break(lifter, statement, [*statement.orelse, *rest])
                    return None
                if _skips(statement) and lift_passing(lifter, statement.test, rest):
                    return None
                runs = opposite_order(lifter, statement.test) if _skips(statement) else None
                if runs is not None:
                    condition = named_test(lifter, lift_condition(lifter, runs))
                    lift_branches(lifter, condition, rest, [])
                    return None
                if _ends(statement.body, ast.Continue):
                    condition = named_test(lifter, lift_condition(lifter, statement.test))
                    lift_branches(
                        lifter, condition, statement.body[:-1], [*statement.orelse, *rest]
                    )
                    return None
                condition = named_test(lifter, lift_condition(lifter, statement.test))
                lift_branches(lifter, condition, statement.body, statement.orelse)
            case ast.Continue():
                return None
            case ast.For(orelse=[*others, ast.Continue()]):
                hit = lift_for(lifter, _searching(statement))
                if hit is None:
                    raise NotLiftable("a loop that goes on with the next of the one around it")
                lift_branches(lifter, hit, rest, others)
                return None
            case _:
                lift_statement(lifter, statement)
    return None


def lift_statement(lifter: Lifter, statement: ast.stmt) -> None:
    """Lift one statement that is no branch."""
    match statement:
        case ast.Assign(targets=[ast.Subscript() as place], value=value) if note_keyed(
            lifter, place, value
        ):
            return
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if only_derived(lifter, name):
            _lift_derived(lifter, name, value)
        case ast.Assign(targets=targets, value=value):
            lifted = lifter.lift(value)
            for target in targets:
                assign(lifter, target, lifted, *([lifted] if len(targets) > 1 else []))
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            assign(lifter, target, lifter.lift(value))
        case ast.AugAssign(target=ast.Subscript() as target, op=op, value=value):
            note_store(lifter, target, lifter.lift(value), op)
        case ast.AugAssign(target=target, op=op, value=value):
            lifted = lifter.lift(value)
            name = dotted(target)
            if name in lifter.aliases:
                note_item_store(lifter, name, lifted, op)
                return
            before = lifter.env.get(name)
            if before is None:
                raise NotLiftable(f"{name} is changed in place")
            changed = combine(lifter, before, op, lifted)
            lifter.env[name] = kept(lifter, name, changed) if name in lifter.in_turn else changed
        case ast.Expr(value=ast.Call() as call):
            lift_effect(lifter, call)
        case ast.For() if lift_each_loop(lifter, statement):
            return
        case ast.For():
            _lift_loop(lifter, statement)
        case ast.While() if lifter.steps == "in turn" and lifter.axes:
            keep_while(lifter, statement, lifter.read_later(statement))
        case ast.While():
            raise NotLiftable("a while loop that does not count")
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return
        case ast.Assert():
            lift_assert(lifter, statement)
        case ast.Delete(targets=targets) if all(dotted(t) in lifter.made_in for t in targets):
            for target in targets:
                lifter.env.pop(dotted(target), None)
        case ast.With(
            items=[ast.withitem(context_expr=context, optional_vars=None)], body=body
        ) if code.text(context) in ("torch.no_grad()", "torch.inference_mode()"):
            lift_without_grad(lifter, context, body)
        case _:
            kind = type(statement).__name__.lower()
            raise NotLiftable(f"a {kind} statement in the body")


def _lift_loop(lifter: Lifter, node: ast.For) -> None:
    """Lift an inner loop, or keep it with the iterations around it taken together."""
    in_turn = lifter.steps == "in turn" and bool(lifter.axes)
    before, later = (lifter.saved(), lifter.read_later(node)) if in_turn else ({}, set())
    plain = copy.deepcopy(node)
    try:
        if not lift_joined(lifter, node) and not lift_item_loop(lifter, node):
            lift_for(lifter, node)
    except NotLiftable:
        if not in_turn:
            raise
        lifter.restore(before)
        keep_in_turn(lifter, plain, later)


def _skips(statement: ast.If) -> bool:
    return (
        len(statement.body) == 1 and _ends(statement.body, ast.Continue) and not statement.orelse
    )


def _searching(node: ast.For) -> ast.For:
    """A loop with an ``else`` that does nothing: it tells whether a break has left it."""
    plain = copy.copy(node)
    plain.orelse = [ast.Pass()]
    return plain


def _ends(body: list[ast.stmt], kind: type[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], kind)


def _lift_derived(lifter: Lifter, name: str, value: ast.expr) -> None:
    """Of what is derived only the function of one sample is written, in any case."""
    written, ops = len(lifter.statements), len(lifter.used_ops)
    try:
        assign(lifter, ast.Name(id=name, ctx=ast.Store()), lifter.lift(value))
    except NotLiftable:
        del lifter.statements[written:], lifter.used_ops[ops:]
        lifter.env.pop(name, None)
        lifter.written.add(name)
