"""Items of a list, or what else an iteration gives, stacked."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.list_as_tensor import list_as_tensor
from loopscope.vectorize.value import NotLiftable, Value


def stack_items(lifter: Lifter, target: ast.expr, iterable: ast.expr, value: Value) -> Value:
    """Items of a list, or what else an iteration gives, stacked."""
    seen = lifter.what(iterable)
    if seen is not None and seen.kind == "list":
        return list_as_tensor(lifter, iterable, value, iterable)
    names = {
        n.id: what
        for n in ast.walk(target)
        if isinstance(n, ast.Name) and (what := lifter.loaded.get(n.id)) is not None
    }
    if len(names) != 1:
        raise NotLiftable(f"{code.text(iterable)} is no tensor")
    ((name, what),) = names.items()
    if what.kind != "tensor" or what.mixed or None in what.shape:
        raise NotLiftable(f"{code.text(iterable)} is no tensor")
    comprehension = ast.ListComp(
        elt=code.name(name),
        generators=[ast.comprehension(target=target, iter=value.code, ifs=[], is_async=0)],
    )
    if lifter.items == "guarded" and what.rank:
        shapes = f"{name}.shape for {code.text(target)} in {code.text(value.code)}"
        lifter.assume(f"len({{{shapes}}}) == 1")
    lifter.used_ops.append("torch.stack")
    made = lifter.bind(f"{name}s", Value(code.call("torch.stack", comprehension)))
    lifter.fetched = name
    return Value(made.code, (), what.rank + 1, "tensor", what.dtype, (None, *what.shape))
