"""Functions that take a batch in their leading dimension, where they were given one item."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.ops.dims import along
from loopscope.vectorize.ops.mapped import mapped_call
from loopscope.vectorize.value import NotLiftable, Value

_OF_ONE_ITEM = {  # the dimensions of one item; it may come as a batch of one, too
    "conv1d": 2, "conv2d": 3, "conv3d": 4,
    "conv_transpose1d": 2, "conv_transpose2d": 3, "conv_transpose3d": 4,
    "max_pool1d": 2, "max_pool2d": 3, "max_pool3d": 4,
    "avg_pool1d": 2, "avg_pool2d": 3, "avg_pool3d": 4,
    "lp_pool1d": 2, "lp_pool2d": 3, "lp_pool3d": 4,
    "adaptive_avg_pool1d": 2, "adaptive_avg_pool2d": 3, "adaptive_avg_pool3d": 4,
    "adaptive_max_pool1d": 2, "adaptive_max_pool2d": 3, "adaptive_max_pool3d": 4,
}  # fmt: skip
_OF_BATCHES = {
    "interpolate", "upsample", "grid_sample", "affine_grid", "group_norm", "instance_norm",
    "local_response_norm", "fold", "unfold", "channel_shuffle",
}  # fmt: skip
_OF_ANY_RANK = {
    "scaled_dot_product_attention", "pixel_shuffle", "pixel_unshuffle", "rms_norm", "embedding",
    "bilinear",
}  # fmt: skip
_OPERANDS = {  # that have the batch's dimension; one if not named
    "grid_sample": 2, "scaled_dot_product_attention": 3, "bilinear": 2,
}  # fmt: skip
_OWN_DIMENSIONS = {"scaled_dot_product_attention": 2, "bilinear": 1}  # where the operands have one


@batches(*_OF_ONE_ITEM, *_OF_BATCHES)
def with_a_batch(lifter: Lifter, call: Call) -> Value:
    """Give all items at once: as the batch that they are not, or in place of a batch of one."""
    if call.style == "method":  # ``x.unfold(0, 3, 1)``
        return along(lifter, call)
    if not call.args:
        return mapped_call(lifter, call)
    count = _OPERANDS.get(call.name, 1)
    given, others = call.args[:count], [*call.args[count:], *call.keywords.values()]
    axes, single = given[0].axes, _is_batch_of_one(call)
    plain = single or given[0].rank == _OF_ONE_ITEM.get(call.name)
    if not plain or any(v.axes != axes for v in given) or not all(v.is_fixed for v in others):
        return mapped_call(lifter, call)
    lifter.used_ops += [f"torch.nn.functional.{call.name}", "batched_call"]
    items = [_one_batch(v, single=single) for v in given]
    rest = [v.code for v in call.args[count:]]
    if call.name == "affine_grid":
        rest = [_sizes_of_all(rest[0], axes), *rest[1:]]
    made: ast.expr = call.rebuild([*items, *rest])
    if len(axes) > 1:
        sizes = code.tuple_of([axis.size for axis in axes])
        made = code.method(made, "unflatten", code.const(0), sizes)
    if single:
        made = code.method(made, "unsqueeze", code.const(len(axes)))
    seen = lifter.what(call.node)
    if seen is None or seen.kind != "tensor":
        raise NotLiftable(f"{call.name} gives no tensor")
    return lifter.of(call.node, made, axes, seen.rank)


@batches(*_OF_ANY_RANK)
def in_front_of_all(lifter: Lifter, call: Call) -> Value:
    """Leading dimensions may be any: what is the same for all items is broadcast to them."""
    if not call.args:
        return mapped_call(lifter, call)
    count = _OPERANDS.get(call.name, 1)
    given, others = call.args[:count], [*call.args[count:], *call.keywords.values()]
    own = _OWN_DIMENSIONS.get(call.name)
    axes: tuple[Axis, ...] = max((v.axes for v in given), key=len)
    alike = all(v.axes == axes and v.rank == given[0].rank for v in given)
    broadcast = all((v.axes == axes or v.is_fixed) and v.rank == own for v in given)
    if not (alike or broadcast) or not all(v.is_fixed for v in others):
        return mapped_call(lifter, call)
    lifter.used_ops += [f"torch.nn.functional.{call.name}", "batched_call"]
    seen = lifter.what(call.node)
    rank = seen.rank if seen is not None else given[0].rank
    return lifter.of(call.node, call.rebuild([v.code for v in call.args]), axes, rank)


def _is_batch_of_one(call: Call) -> bool:
    rank = _OF_ONE_ITEM.get(call.name)
    value = call.args[0]
    return value.shape[:1] == (1,) and (rank is None or value.rank == rank + 1)


def _one_batch(value: Value, *, single: bool) -> ast.expr:
    """The items in one leading dimension."""
    count = len(value.axes)
    made = code.without_one(value.code, count) if single else value.code
    if count == 1:
        return made
    inner = code.squeezed(made, count)
    flat = code.method(inner, "flatten", code.const(0), code.const(count - 1))
    return flat if inner is made else code.method(flat, "unsqueeze", code.const(1))


def _sizes_of_all(sizes: ast.expr, axes: tuple[Axis, ...]) -> ast.expr:
    """``[len(x), 3, h, w]`` for the ``[1, 3, h, w]`` of one."""
    match sizes:
        case (
            ast.List(elts=[ast.Constant(value=1), *rest])
            | ast.Tuple(elts=[ast.Constant(value=1), *rest])
        ) if len(axes) == 1:
            return ast.List([axes[0].size, *rest], ast.Load())
        case _:
            raise NotLiftable("the sizes of a grid that are not written out")
