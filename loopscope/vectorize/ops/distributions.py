"""Distributions: one made of all items' parameters is the distribution of each."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.ops.modules import per_item_call
from loopscope.vectorize.value import NotLiftable, Value, align

_OF_NUMBERS = [
    "Normal", "Bernoulli", "Laplace", "LogNormal", "Exponential", "Gamma", "Beta", "Poisson",
    "Cauchy", "StudentT", "Uniform", "HalfNormal",
]  # fmt: skip
_OF_VECTORS = {"Categorical": 0, "OneHotCategorical": 1, "Dirichlet": 1}  # dimensions of a draw
_MODULE = "torch.distributions"


@batches(*_OF_NUMBERS, *_OF_VECTORS, "MultivariateNormal")
def distribution(lifter: Lifter, call: Call) -> Value:
    """``Categorical(logits=logits[t])`` of every ``t`` is ``Categorical(logits=logits)``."""
    if not _is_of_torch(lifter, call):
        return per_item_call(lifter, call)
    operands = [*call.args, *call.keywords.values()]
    if any(v.kind == "other" for v in operands):
        raise NotLiftable(f"a {call.name} of what is no tensor")
    axes = union([v.axes for v in operands])
    if call.name == "MultivariateNormal":
        mean = call.argument(0, "loc")
        if mean is None or mean.rank != 1:
            raise NotLiftable("a MultivariateNormal of several means")
        args = [align(v, axes, v.rank) for v in call.args]
        named = {k: align(v, axes, v.rank) for k, v in call.keywords.items()}
        rank = 0
    else:
        rank = max(v.rank for v in operands)
        args = [align(v, axes, rank) for v in call.args]
        named = {k: align(v, axes, rank) for k, v in call.keywords.items()}
        rank -= call.name in _OF_VECTORS
    if rank < 0:
        raise NotLiftable(f"a {call.name} of a single number")
    lifter.used_ops += [f"{_MODULE}.{call.name}", "batched_call"]
    return Value(call.rebuild(args, **named), axes, rank, "other", law=call.name)


@batches("log_prob", "cdf", "icdf")
def of_a_draw(lifter: Lifter, call: Call) -> Value:
    """``dist.log_prob(value)`` of every item's distribution and value."""
    law, value = _law(call), call.args[-1]
    deep = law.rank + _draw_rank(law.law)
    if len(call.args) != 2 or value.kind == "other" or value.rank != deep:
        raise NotLiftable(f"{call.name} of several draws")
    if not set(value.axes) <= set(law.axes):
        raise NotLiftable(f"{call.name} of draws of another loop")
    made = code.method(law.code, call.name, align(value, law.axes, deep))
    return lifter.of(call.node, made, law.axes, law.rank)


@batches("entropy")
def entropy(lifter: Lifter, call: Call) -> Value:
    """``dist.entropy()`` of every item's distribution."""
    law = _law(call)
    return lifter.of(call.node, code.method(law.code, "entropy"), law.axes, law.rank)


@batches("kl_divergence")
def divergence(lifter: Lifter, call: Call) -> Value:
    """``kl_divergence(p, q)`` of every item's distributions."""
    first, second = call.args
    if not first.law or first.law != second.law or first.axes != second.axes:
        raise NotLiftable("a divergence of distributions of different loops")
    lifter.used_ops.append(f"{_MODULE}.kl_divergence")
    made = call.rebuild([first.code, second.code])
    return lifter.of(call.node, made, first.axes, first.rank)


def _is_of_torch(lifter: Lifter, call: Call) -> bool:
    """Whether the name is that of torch's own class."""
    function = code.text(call.function) if call.function is not None else ""
    known = {_MODULE, *(n for m, n in lifter.imports.items() if m == _MODULE)}
    inner = {n for m, n in lifter.imports.items() if m.startswith(f"{_MODULE}.")}
    return function.rpartition(".")[0] in known or (
        function in inner and isinstance(call.function, ast.Name)
    )


def _law(call: Call) -> Value:
    if not call.args or not call.args[0].law:
        raise NotLiftable(f"how {call.name} batches is not known")
    return call.args[0]


def _draw_rank(law: str) -> int:
    return 1 if law == "MultivariateNormal" else _OF_VECTORS.get(law, 0)
