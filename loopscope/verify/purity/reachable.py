"""The objects that code can get at from the values it names."""

from __future__ import annotations

import collections
import datetime
import decimal
import functools
import io
import operator
import re
import types
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import numpy as np
import torch

from loopscope.verify.purity.body import ImpureError
from loopscope.verify.purity.scope import computes_attributes, is_user_type

_LEAVES = (str, bytes, int, float, complex, types.ModuleType, np.ndarray, np.generic)
_MAX_OBJECTS = 100_000
_STEPPING = frozenset(["step", "zero_grad", "load_state_dict", "add_param_group"])
_TENSORS = (torch.Tensor, torch.nn.Parameter)
# What is copied for every run, or cannot be changed.
_COPIED = (
    torch.Tensor,
    list,
    tuple,
    dict,
    set,
    frozenset,
    collections.deque,
    range,
    slice,
    type,
    type(Ellipsis),
    type(NotImplemented),
    types.FunctionType,
    types.MethodType,
    types.BuiltinFunctionType,
    types.MethodWrapperType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
    types.GenericAlias,
    types.UnionType,
    types.MappingProxyType,
    types.SimpleNamespace,
    functools.partial,
    functools._lru_cache_wrapper,
    operator.itemgetter,
    operator.attrgetter,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    decimal.Decimal,
    re.Pattern,
    re.Match,
)
_LIBRARIES = ("torch", "numpy", "enum", "typing", "einops")


def reachable(values: Iterable[object], attributes: Collection[str]) -> Iterator[object]:
    """Yield what can be got at by items and by attributes of the given names.

    Raises:
        ImpureError: One of them cannot be copied for a replay.
    """
    seen: set[int] = set()
    todo = list(values)
    while todo:
        value = todo.pop()
        if type(value) in _TENSORS:  # there may be thousands
            if id(value) not in seen:
                seen.add(id(value))
                _refuse_tensor(value)
                _refuse_many(seen)
                yield value
                todo += _parts(value, attributes)
            continue
        if computes_attributes(value):
            raise ImpureError(f"reads a `{type(value).__name__}`, which computes its attributes")
        if value is None or isinstance(value, _LEAVES) or id(value) in seen:
            continue
        seen.add(id(value))
        _refuse_many(seen)
        _refuse(value, attributes)
        yield value
        todo += _parts(value, attributes)


def user_types(kind: type) -> tuple[type, ...]:
    """Return the classes of a class that are neither Python's own nor torch's nor numpy's."""
    return tuple(cls for cls in kind.__mro__ if is_user_type(cls))


def _refuse_many(seen: Collection[int]) -> None:
    if len(seen) > _MAX_OBJECTS:
        raise ImpureError("reads too many objects to copy them for every run")


def _refuse(value: object, attributes: Collection[str]) -> None:
    match value:
        case torch.Tensor():
            _refuse_tensor(value)
        case types.GeneratorType() | map() | filter() | zip() | enumerate() | reversed():
            raise ImpureError("reads from an iterator, which is used up by it")
        case io.IOBase():
            raise ImpureError("uses a file")
        case torch.UntypedStorage() | torch.TypedStorage():
            raise ImpureError("uses a tensor's memory")
        case torch.Generator():
            raise ImpureError("uses a random generator")
        case type() if issubclass(value, torch.autograd.Function):
            raise ImpureError(f"uses `{value.__name__}`, a custom autograd function")
        case torch.optim.Optimizer() | torch.optim.lr_scheduler.LRScheduler():
            stepping = sorted(_STEPPING & set(attributes))
            if stepping:
                raise ImpureError(f"calls `{stepping[0]}` of an optimizer")
    library = type(value).__module__
    if library.startswith(
        ("torch.utils.data.dataloader", "torch.utils.tensorboard", "torch.cuda")
    ):
        raise ImpureError(f"uses a {type(value).__name__}")
    if library.startswith("numpy.random"):
        raise ImpureError("uses a random generator")
    if user_types(type(value)):
        return
    if hasattr(type(value), "__next__"):
        raise ImpureError("reads from an iterator, which is used up by it")
    if not isinstance(value, _COPIED) and not library.startswith(_LIBRARIES):
        raise ImpureError(f"uses a `{type(value).__name__}`, which cannot be copied")


def _refuse_tensor(tensor: torch.Tensor) -> None:
    if type(tensor) not in _TENSORS:
        raise ImpureError(f"uses a tensor subclass, {type(tensor).__name__}")
    if tensor.layout != torch.strided or tensor.is_quantized or tensor.is_nested:
        raise ImpureError("uses a tensor that is not dense")
    if tensor.is_meta:
        raise ImpureError("uses a tensor without values")
    hooks = tensor._backward_hooks or getattr(tensor, "_post_accumulate_grad_hooks", None)
    if hooks:
        raise ImpureError("uses a tensor with hooks")


def _parts(value: Any, attributes: Collection[str]) -> list[object]:  # noqa: ANN401 (any object)
    match value:
        case torch.Tensor():
            return [value.grad] if value.is_leaf and "grad" in attributes else []
        case list() | tuple() | set() | frozenset() | collections.deque():
            found: list[object] = list(value)
        case dict():
            found = [*value, *value.values()]
        case types.MethodType():
            return [value.__self__]
        case types.FunctionType() | types.BuiltinFunctionType() | type():
            return []
        case torch.nn.Module():
            found = []
            for part in ("_parameters", "_buffers", "_modules"):
                held = value.__dict__[part]
                found += [v for k, v in held.items() if k in attributes or _is_container(value)]
        case _:
            found = []
    own = getattr(value, "__dict__", {})
    found += [v for k, v in own.items() if k in attributes or _private_to_dataset(value)]
    for cls in type(value).__mro__:
        slots = cls.__dict__.get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            if slot in attributes and hasattr(value, slot):
                found.append(getattr(value, slot))
    return found


def _is_container(value: torch.nn.Module) -> bool:
    return isinstance(value, torch.nn.ModuleList | torch.nn.ModuleDict | torch.nn.Sequential)


def _private_to_dataset(value: object) -> bool:
    return type(value).__module__ == "torch.utils.data.dataset"
