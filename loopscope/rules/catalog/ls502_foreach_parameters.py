"""Tensors of a list are updated one at a time.

What it does:
    Reports in-place updates of each tensor of a list, and norms summed over one: optimizers,
    moving averages of weights and gradient clipping by hand.

Why is this slow:
    A model has hundreds of small parameters, and each op on each is a call; ``.item()`` on each
    waits for the device.

Example::

    for p, g in zip(params, grads):
        p.add_(g, alpha=-lr)

Use instead::

    torch._foreach_add_(params, grads, alpha=-lr)

When not to:
    Parameters alias each other, or lie on several devices: group them first.

References:
    https://pytorch.org/docs/stable/optim.html
    https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
"""

from __future__ import annotations

import ast
from typing import TypeGuard

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Index, LoopFacts
from loopscope.source.names import last_name, names_in, root_name
from loopscope.source.update import Update

_FOREACH = {
    "add_",
    "mul_",
    "div_",
    "sub_",
    "addcmul_",
    "addcdiv_",
    "lerp_",
    "zero_",
    "clamp_",
    "copy_",
}

MIN_TENSORS = 8


def match(subject: Subject) -> Match | None:
    """Recognise updates and norms over a list of tensors."""
    facts = subject.facts
    sums = [c for c in facts.carried if c.update is Update.ADD and not c.counter]
    total_norm = "torch.linalg.vector_norm" in subject.idioms
    total_norm = total_norm and _takes_norms_of_items(subject)
    if sums and "norm" in facts.calls and (total_norm or _is_over_a_list(subject)):
        return Match(
            "foreach",
            ("torch._foreach_norm", "torch.nn.utils.clip_grad_norm_", "torch.linalg.vector_norm"),
            f"norms of {subject.source} summed in {sums[0].name}",
            "use torch.nn.utils.clip_grad_norm_, or the norm of torch._foreach_norm",
        )
    if subject.cost.iterations < MIN_TENSORS * subject.cost.entries:
        return None
    by_name = _is_over_a_mapping(facts) and (
        any(store.augment is not Update.NONE for store in facts.stored(Index.GATHER))
        or _is_made_of_itself(subject)
    )
    changes = facts.inplace or _steps_along_gradients(subject)
    if not by_name and not (changes and _is_over_a_list(subject)):
        return _note_on_dict(subject)
    methods = [f"torch._foreach_{m}" for m in sorted(facts.inplace) if m in _FOREACH]
    ops = (*methods, "torch._foreach_add_", "torch.optim.SGD", "torch._foreach_lerp_")
    ops += ("torch._foreach_copy_",) if by_name else ()
    return Match(
        "foreach",
        tuple(dict.fromkeys(ops)),
        f"in-place update of each of {subject.source}",
        "update all tensors at once with torch._foreach_* or a fused optimizer",
    )


def _takes_norms_of_items(subject: Subject) -> bool:
    """``p.norm()`` and ``p.grad.norm()`` of a ``p`` that the loop walks over."""
    items = {name for header in subject.facts.headers for name in header.elements}
    calls = [n for n in ast.walk(subject.loop.node) if isinstance(n, ast.Call)]
    norms = [c for c in calls if last_name(c.func) in ("norm", "vector_norm")]
    return any(not items.isdisjoint(map(root_name, (c.func, *c.args))) for c in norms)


def _steps_along_gradients(subject: Subject) -> bool:
    """``p -= lr * p.grad`` or ``p.data -= …`` for each ``p`` that the loop walks over."""
    items = {name for header in subject.facts.headers for name in header.elements}
    nodes = list(ast.walk(subject.loop.node))
    changed = {ast.unparse(n.target) for n in nodes if isinstance(n, ast.AugAssign)}
    if not changed.isdisjoint(f"{name}.data" for name in items):
        return True
    of_grad = any(isinstance(n, ast.Attribute) and n.attr == "grad" for n in nodes)
    return of_grad and not changed.isdisjoint(items)


def _is_made_of_itself(subject: Subject) -> bool:
    """``new = d * shadow[name] + …`` and then ``shadow[name] = new``."""
    assigned = [n for n in ast.walk(subject.loop.node) if isinstance(n, ast.Assign)]
    made = {t.id: ast.unparse(n.value) for n in assigned for t in n.targets if _is_name(t)}
    return any(
        isinstance(target, ast.Subscript) and ast.unparse(target) in made.get(name, "")
        for node in assigned
        for target in node.targets
        for name in names_in(node.value)
    )


def _is_name(node: ast.expr) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name)


def _note_on_dict(subject: Subject) -> Match | None:
    """Tensors that are put into a dict by name have no common shape to batch over."""
    facts = subject.facts
    plain = [s for s in facts.stores if s.augment is Update.NONE and subject.is_dict(s.target)]
    if all(_is_number(s.value) for s in plain):
        return None  # of each item, not an item: all of them can be had at once
    if not plain or len(plain) < len(facts.stores) or facts.appends or facts.carried:
        return None
    if facts.masks:  # groups of one tensor
        return None
    if any(Index.COUNTER in s.index for s in plain):  # items by number
        return None
    return Match(
        "foreach",
        ("keep_as_is", "torch._foreach_add_"),
        f"tensors put into {plain[0].target} one at a time",
        "torch._foreach_* take lists of tensors, whatever their shapes",
        actionable=False,
    )


def _is_number(value: ast.expr) -> bool:
    match value:
        case (
            ast.Call(func=ast.Name(id="float" | "int")) | ast.Call(func=ast.Attribute(attr="item"))
        ):
            return True
        case ast.Tuple(elts=elts):
            return all(map(_is_number, elts))
        case _:
            return False


def _is_over_a_list(subject: Subject) -> bool:
    """Whether the items are whole tensors: the source says so, or their gradients are used."""
    text = "\n".join(subject.loop.lines[subject.loop.line - 1 : subject.loop.end_line])
    return ".grad" in text or bool(subject.list_items)


def _is_over_a_mapping(facts: LoopFacts) -> bool:
    """Whether names of parameters are walked over: ``state_dict().items()``."""
    calls = {header.call.rsplit(".", 1)[-1] for header in facts.headers}
    return bool(calls & {"items", "named_parameters", "named_buffers"})


RULE = Rule(
    code="LS502",
    name="foreach-parameters",
    summary="Tensors of a list are updated one at a time",
    order=20,
    match=match,
    doc=__doc__,
)
