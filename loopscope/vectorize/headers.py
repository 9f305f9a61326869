"""What a loop's header binds in all of its iterations."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.ops.dims import bind_unbound, unbound
from loopscope.vectorize.subscripts import counter_value, list_as_tensor
from loopscope.vectorize.value import Axis, Counter, NotLiftable, Value

_WRAPPERS = {"tqdm", "tqdm.tqdm", "list", "tuple", "iter"}


def bind_header(lifter: Lifter, target: ast.expr, iterable: ast.expr) -> Axis:
    """Bind the loop's names and return its axis.

    Raises:
        NotLiftable: What is iterated is no counter, tensor or list of equal tensors.
    """
    name, args = _called(iterable)
    if name in _WRAPPERS and args:
        return bind_header(lifter, target, args[0])
    match name:
        case "range":
            return _range(lifter, target, iterable, args)
        case "reversed" if args:
            axis = bind_header(lifter, target, args[0])
            return _reversed(lifter, axis)
        case "enumerate" if isinstance(target, ast.Tuple) and len(target.elts) == 2:
            axis = bind_header(lifter, target.elts[1], args[0])
            start = _start(lifter, iterable, args)
            counted = Counter(axis, start - axis.start)
            value = counter_value(counted)
            _bind(lifter, target.elts[0], replace(value, kind="number", dtype="int"))
            return axis
        case "zip" if isinstance(target, ast.Tuple) and len(target.elts) == len(args) > 0:
            return _zip(lifter, target, args)
        case _:
            return _elements(lifter, target, iterable)


def _range(lifter: Lifter, target: ast.expr, iterable: ast.expr, args: list[ast.expr]) -> Axis:
    if len(args) == 1:
        stop_value = lifter.lift(args[0])
        if stop_value.axes and stop_value.counter is None:
            return _up_to(lifter, target, stop_value)
    bounds = [linear(lifter.fixed(a)) for a in args]
    start, stop, step, step_name = Linear(), bounds[0], 1, ""
    if len(bounds) > 1:
        start, stop = bounds[0], bounds[1]
    if len(bounds) > 2:
        step = bounds[2].constant
        if bounds[2].terms:
            what = lifter.what(args[2])
            if what is None or not isinstance(what.value, int) or what.value < 1:
                raise NotLiftable("a step that is not known")
            step, step_name = what.value, code.text(bounds[2].code())
        elif not step:
            raise NotLiftable("a step of zero")
    reverse = step < 0
    if reverse:
        if step != -1:
            raise NotLiftable("a step other than one, backward")
        start, stop, step = stop + Linear((), 1), start + Linear((), 1), 1
    seen = lifter.what(iterable)
    length = seen.shape[0] if seen is not None and seen.shape else None
    size = (stop - start).code()
    if step != 1:
        size = code.call("len", iterable)
    axis = _axis(lifter, target, start, stop, size, length, step=step, reverse=reverse)
    if step_name:
        axis = replace(axis, step_name=step_name)
        lifter.axes[-1] = axis
    value = counter_value(Counter(axis))
    _bind(lifter, target, replace(value, kind="number", dtype="int"))
    return axis


def _up_to(lifter: Lifter, target: ast.expr, stop: Value) -> Axis:
    """A range whose end differs between the iterations around it.

    All of them run to the last end; what lies behind an iteration's own end is masked out.
    """
    if stop.rank or stop.carry is not None or stop.members is not None or stop.kind == "other":
        raise NotLiftable("an inner loop whose length differs between iterations")
    ends = stop
    if not isinstance(stop.code, ast.Name):
        ends = lifter.bind("ends", stop)
    longest = lifter.bind("longest", Value(code.call("int", code.method(ends.code, "max"))))
    name = code.text(longest.code)
    axis = _axis(lifter, target, Linear(), Linear(((name, 1),)), longest.code, None)
    counter = counter_value(Counter(axis))
    _bind(lifter, target, replace(counter, kind="number", dtype="int"))
    axes = (*stop.axes, axis)
    index = [code.FULL] * len(stop.axes) + [code.NONE]
    test = ast.Compare(counter.code, [ast.Lt()], [code.subscript(ends.code, index)])
    lifter.limits[axis.order] = Value(test, axes, 0, "tensor", "bool")
    return axis


def _zip(lifter: Lifter, target: ast.Tuple, args: list[ast.expr]) -> Axis:
    axes = []
    lengths = {seen.shape[0] for a in args if (seen := lifter.what(a)) is not None and seen.shape}
    if len(lengths) > 1:
        raise NotLiftable("sequences of different lengths are zipped")
    first: Axis | None = None
    for element, arg in zip(target.elts, args, strict=True):
        if first is not None:
            lifter.shared_axis = first
        axes.append(bind_header(lifter, element, arg))
        first = first or axes[0]
    lifter.shared_axis = None
    return axes[0]


def _elements(lifter: Lifter, target: ast.expr, iterable: ast.expr) -> Axis:
    """Items of a tensor along its first dimension."""
    pieces = _pieces(lifter, iterable)
    value = pieces if pieces is not None else lifter.lift(_without_tolist(iterable))
    if value.kind == "other" and value.list_of is None and value.is_fixed:
        ragged = _ragged(lifter, target, iterable, value)
        if ragged is not None:
            return ragged
        value = _fetched(lifter, target, iterable, value)
    if value.list_of is not None:
        from loopscope.vectorize.ops.building import list_tensor

        value = list_tensor(lifter, value)
    if value.rank == 0 or value.carry is not None:
        raise NotLiftable(f"{code.text(iterable)} is no tensor")
    length = value.shape[0] if value.shape else None
    if value.axes and length is None:
        raise NotLiftable("an inner loop whose length differs between iterations")
    whole = value.code
    if not value.axes and not isinstance(whole, ast.Name | ast.Attribute):
        value = lifter.bind(_plural(target), value)
        match whole:
            case ast.Call(func=function, args=[items]) if code.text(function) == "torch.stack":
                lifter.stacked[code.text(value.code)] = items
            case _:
                pass
        whole = value.code
    if value.axes:
        size: ast.expr = code.subscript(
            code.attribute_of(whole, "shape"), [code.const(len(value.axes))]
        )
    else:
        size = code.call("len", whole)
    stop = Linear(((code.text(size), 1),))
    axis = _axis(lifter, target, Linear(), stop, size, length, over=code.text(whole))
    item = replace(
        value,
        axes=(*value.axes, axis),
        rank=value.rank - 1,
        shape=value.shape[1:],
        counter=None,
        fill=None,
    )
    if any(a.order > axis.order for a in value.axes):
        raise NotLiftable("loops in an order that is not understood")
    if lifter.fetched:
        target, lifter.fetched = ast.Name(id=lifter.fetched, ctx=ast.Store()), ""
    if isinstance(target, ast.Name) and isinstance(whole, ast.Name | ast.Attribute):
        lifter.aliases[target.id] = axis
    _bind(lifter, target, item)
    return axis


def _ragged(lifter: Lifter, target: ast.expr, iterable: ast.expr, value: Value) -> Axis | None:
    """A list of tensors that differ in size: what little can be said of them."""
    seen = lifter.what(iterable)
    item = seen.item if seen is not None and seen.kind == "list" else None
    if item is None or item.kind != "tensor" or item.mixed or None not in item.shape:
        return None
    size = code.call("len", value.code)
    stop = Linear(((code.text(size), 1),))
    over = code.text(value.code)
    length = seen.shape[0] if seen is not None else None
    axis = _axis(lifter, target, Linear(), stop, size, length, over=over)
    _bind(
        lifter,
        target,
        Value(value.code, (axis,), item.rank, "other", item.dtype, item.shape, ragged=True),
    )
    return axis


def _fetched(lifter: Lifter, target: ast.expr, iterable: ast.expr, value: Value) -> Value:
    """Items of a list, or what else an iteration gives, stacked."""
    seen = lifter.what(iterable)
    if seen is not None and seen.kind == "list":
        return list_as_tensor(lifter, iterable, value, iterable)
    names = {
        n.id: what
        for n in ast.walk(target)
        if isinstance(n, ast.Name) and (what := lifter.target_seen(n.id)) is not None
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
    lifter.used_ops.append("torch.stack")
    made = lifter.bind(f"{name}s", Value(code.call("torch.stack", comprehension)))
    lifter.fetched = name
    return Value(made.code, (), what.rank + 1, "tensor", what.dtype, (None, *what.shape))


def _pieces(lifter: Lifter, iterable: ast.expr) -> Value | None:
    """``torch.chunk(x, n)`` and ``x.split(k)`` as a leading dimension of pieces."""
    if not isinstance(iterable, ast.Call):
        return None
    name = dotted(iterable.func).rsplit(".", 1)[-1] or getattr(iterable.func, "attr", "")
    if name not in ("chunk", "split", "tensor_split", "unbind"):
        return None
    args = list(iterable.args)
    is_function = dotted(iterable.func).startswith("torch.")
    if not is_function and isinstance(iterable.func, ast.Attribute):
        args.insert(0, iterable.func.value)
    keywords = {k.arg: k.value for k in iterable.keywords}
    by_position = dict(enumerate(args))
    dim_at = 1 if name == "unbind" else 2
    dim = keywords.get("dim", by_position.get(dim_at))
    number = 0 if dim is None else code.integer(dim)
    whole = lifter.lift(args[0])
    if whole.axes or number is None or whole.kind == "other":
        return None
    number %= max(whole.rank, 1)
    made = whole.code
    if name != "unbind":
        how = (
            keywords.get("chunks")
            or keywords.get("split_size_or_sections")
            or keywords.get("split_size")
            or by_position.get(1)
        )
        seen = lifter.what(iterable)
        if how is None or seen is None or seen.item is None or None in seen.item.shape:
            raise NotLiftable("pieces of different sizes")
        size = lifter.fixed(how)
        parts = [size, code.const(-1)] if name != "split" else [code.const(-1), size]
        made = code.method(made, "unflatten", code.const(number), code.tuple_of(parts))
        lifter.used_ops += ["Tensor.unflatten", "torch.reshape", "Tensor.view"]
        lifter.assume(f"{code.text(whole.code)}.shape[{number}] % {code.text(size)} == 0")
        rank = whole.rank + 1
        shape: tuple[int | None, ...] = (seen.shape[0], *seen.item.shape)
    else:
        rank, shape = whole.rank, whole.shape
        shape = (shape[number], *(s for k, s in enumerate(shape) if k != number))
    if number:
        made = code.method(made, "movedim", code.const(number), code.const(0))
    return replace(whole, code=made, rank=rank, shape=shape)


def _axis(
    lifter: Lifter,
    target: ast.expr,
    start: Linear,
    stop: Linear,
    size: ast.expr,
    length: int | None,
    *,
    step: int = 1,
    reverse: bool = False,
    over: str = "",
) -> Axis:
    if lifter.shared_axis is not None:
        shared = lifter.shared_axis
        if over and shared.over and over != shared.over:
            lifter.assume(f"len({_given(lifter, over)}) == len({_given(lifter, shared.over)})")
        if not over:
            raise NotLiftable("a counter zipped with a sequence")
        return shared
    axis = Axis(
        name=target.id if isinstance(target, ast.Name) else "item",
        order=lifter.order,
        start=start,
        stop=stop,
        size=size,
        length=length,
        step=step,
        reverse=reverse,
        over=over,
    )
    lifter.order += 1
    lifter.axes.append(axis)
    return axis


def _given(lifter: Lifter, over: str) -> str:
    """The list that a tensor was stacked from, or the tensor itself."""
    items = lifter.stacked.get(over)
    return over if items is None else code.text(items)


def _reversed(lifter: Lifter, axis: Axis) -> Axis:
    turned = replace(axis, reverse=not axis.reverse)
    lifter.axes[-1] = turned
    for name, value in list(lifter.env.items()):
        if axis in value.axes:
            counter = value.counter
            if counter is not None:
                counter = replace(counter, axis=turned)
            axes = tuple(turned if a == axis else a for a in value.axes)
            lifter.env[name] = replace(value, axes=axes, counter=counter)
    return turned


def _bind(lifter: Lifter, target: ast.expr, value: Value) -> None:
    match target:
        case ast.Name(id=name):
            lifter.env[name] = value
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            names = [e.id for e in elts if isinstance(e, ast.Name)]
            if len(names) == len(elts):
                lifter.env.update(bind_unbound(lifter, value, names))
                return
            parts = unbound(lifter, value).parts or ()
            if len(parts) != len(elts):
                raise NotLiftable("an unpacking that is not understood")
            for element, part in zip(elts, parts, strict=True):
                _bind(lifter, element, part)
        case _:
            raise NotLiftable(f"a loop over {code.text(target)}")


def _start(lifter: Lifter, iterable: ast.expr, args: list[ast.expr]) -> Linear:
    keywords = {k.arg: k.value for k in getattr(iterable, "keywords", [])}
    start = keywords.get("start", args[1] if len(args) > 1 else None)
    return Linear() if start is None else linear(lifter.fixed(start))


def _without_tolist(node: ast.expr) -> ast.expr:
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr="tolist"), args=[]):
            return value
        case _:
            return node


def _called(node: ast.expr) -> tuple[str, list[ast.expr]]:
    return (dotted(node.func), list(node.args)) if isinstance(node, ast.Call) else ("", [])


def _plural(target: ast.expr) -> str:
    name = target.id if isinstance(target, ast.Name) else "item"
    return f"{name}s"
