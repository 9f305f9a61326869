"""Whether a rewrite left everything as the loop did."""

from __future__ import annotations

import collections
import types
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from loopscope.verify.change import root_of
from loopscope.verify.closeness import judge_closeness
from loopscope.verify.replay import Ending
from loopscope.verify.within import attributes_of

_NOTHING = object()
_ABSENT = (IndexError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Endings:
    """Runs on one input.

    Attributes:
        loop: The loop.
        rewrite: The rewrite.
        exact: The loop in float64, where it runs so.
        twin: The rewrite in float64, where it runs so.
        shaken: The loop in float64 with inputs that are off by a rounding.
    """

    loop: Ending
    rewrite: Ending
    exact: Ending | None = None
    twin: Ending | None = None
    shaken: tuple[Ending | None, ...] = ()


@dataclass(slots=True)
class Comparison:
    """What a comparison found.

    Attributes:
        difference: What differs first, for the user; empty where nothing does.
        rounding: It may be rounding alone: in float64 the two are the same.
        error: Largest difference between floating-point results that count as equal.
        telling: False where agreement proves nothing.
        untyped: The loop made a tensor of an empty list, whose dtype and shape say nothing.
        aspect: What differs, where it is no value: ``type``; of a tensor ``dtype``, ``shape``, …
    """

    difference: str = ""
    rounding: bool = False
    error: float = 0.0
    telling: bool = True
    untyped: bool = False
    aspect: str = ""


def compare_endings(
    endings: Endings,
    live: Collection[str],
    fresh: Collection[str],
    *,
    no_iterations: bool = False,
    cancels_from: float = 0.0,
    most_items: int = 0,
    made: bool = False,
) -> Comparison:
    """Compare names that later code may read, then all that could be changed in place.

    Args:
        endings: Runs that raised nothing.
        live: Names to compare.
        fresh: Of those, names whose value counts and not which object it is.
        no_iterations: The body never ran, so the result may be a number that was there before.
        cancels_from: Size of the inputs where results may cancel to nothing.
        most_items: Of one input: so many may go into one number.
        made: The input is not the user's own: where none of its items has a gradient, as all are
            masked, the rewrite's result may have one, of zeros.
    """
    walk = _Walk(endings, fresh, no_iterations, made)
    walk.cancels_from, walk.most_items = cancels_from, most_items
    for name in live:
        walk.compare_name(name)
    for path in endings.loop.scene.objects:
        if not walk.found.difference and root_of(path) not in fresh:
            walk.compare_object(path)
    return walk.found


@dataclass(frozen=True, slots=True)
class _Views:
    """One value as each of the runs left it; ``_NOTHING`` where a replay has none such."""

    loop: Any
    rewrite: Any
    replays: tuple[Any, ...]

    def at(self, take: Callable[[Any], object]) -> _Views:
        """Return a part of each."""
        parts = []
        for replay in self.replays:
            try:
                parts.append(take(replay))
            except _ABSENT:
                parts.append(_NOTHING)
        return _Views(take(self.loop), take(self.rewrite), tuple(parts))


class _Walk:
    def __init__(
        self, endings: Endings, fresh: Collection[str], no_iterations: bool, made: bool
    ) -> None:
        e = endings
        self.runs = _Views(e.loop, e.rewrite, (e.exact, e.twin, *e.shaken))
        self.fresh, self.no_iterations, self.made = fresh, no_iterations, made
        self.cancels_from, self.most_items = 0.0, 0
        self.found = Comparison()
        self.seen: set[tuple[int, int]] = set()
        self.rough = _below_float64(e.loop)
        self.given = _paths(e.loop, fresh), _paths(e.rewrite, fresh)

    def compare_name(self, name: str) -> None:
        loop, rewrite = self.runs.loop.scene.names, self.runs.rewrite.scene.names
        if name not in loop:
            return  # later code cannot read it after this input
        if name not in rewrite:
            self._differ(f"`{name}` is not set by the rewrite")
            return
        before = self.given[0].get(id(loop[name])), self.given[1].get(id(rewrite[name]))
        # A new tensor's sharing memory with what was given is another question: `sharing`.
        new = before[0] is None and isinstance(loop[name], torch.Tensor)
        other = not new and name not in self.fresh and before[0] != before[1]
        if other and not self.no_iterations:
            if before[0] is None:
                self._differ(f"`{name}` is `{before[1]}` itself, the loop makes a new value")
            else:
                self._differ(f"`{name}` is a new value, the loop changes `{before[0]}` in place")
            return
        self._compare(f"`{name}`", self.runs.at(lambda run: run.scene.names[name]))

    def compare_object(self, path: str) -> None:
        if path not in self.runs.rewrite.scene.objects:
            self._differ(f"`{path}` is missing")
            return
        self._compare(f"what `{path}` was", self.runs.at(lambda run: run.scene.objects[path]))

    def _differ(self, what: str, *, rounding: bool = False) -> None:
        if not self.found.difference:
            self.found.difference, self.found.rounding = what, rounding

    def _compare(self, path: str, views: _Views) -> None:
        a, b = views.loop, views.rewrite
        if self.found.difference or (id(a), id(b)) in self.seen:
            return
        if not isinstance(a, bool | int | float | str | bytes | None):
            self.seen.add((id(a), id(b)))
        if self.no_iterations and _is_number_for_tensor(a, b):
            a, b = torch.as_tensor(a).to(b.dtype), b.cpu()
            views = _Views(a, b, ())
        if type(a) is not type(b):
            self._differ(f"{path} is {_kind(b)} where the loop has {_kind(a)}")
            self.found.aspect = "type"
            return
        match a:
            case torch.Tensor():
                self._tensors(path, views)
            case np.ndarray() | np.generic():
                self._arrays(path, views)
            case bool() | int() | str() | bytes() | None | range() | slice():
                if a != b:
                    self._differ(f"{path} is {b!r:.60} where the loop has {a!r:.60}")
            case float() | complex():
                self._numbers(path, views)
            case list() | tuple() | collections.deque():
                self._sequences(path, views)
            case dict():
                self._mappings(path, views)
            case set() | frozenset():
                if a != b:
                    self._differ(f"{path} holds other items")
            case type() | types.ModuleType() | types.BuiltinFunctionType():
                if a is not b:
                    self._differ(f"{path} is another {_kind(a)}")
            case types.FunctionType():
                if a.__code__ is not b.__code__:
                    self._differ(f"{path} is another function")
            case types.MethodType():
                self._compare(path, views.at(lambda v: v.__self__))
            case _:
                self._objects(path, views)

    def _tensors(self, path: str, views: _Views) -> None:
        a, b = views.loop, views.rewrite
        if _are_left_alone(views):
            return
        if (a.dtype, a.shape) != (b.dtype, b.shape) and _is_of_no_items(a, b):
            self.found.untyped = True
            return
        for what in ("dtype", "shape", "device", "layout"):
            left, right = getattr(a, what), getattr(b, what)
            if left != right:
                left, right = (tuple(v) if what == "shape" else v for v in (left, right))
                self._differ(f"{path} has {what} {right} where the loop has {left}")
                self.found.aspect = what
                return
        if a.requires_grad != b.requires_grad and not (b.requires_grad and self.made):
            with_graph = "the rewrite" if b.requires_grad else "the loop"
            self._differ(f"{path} requires a gradient after {with_graph} alone")
        elif not (a.is_floating_point() or a.is_complex()):
            if not torch.equal(a, b):
                self._differ(f"{path} has other values")
        else:
            self._close(path, views)
            if a.is_leaf and b.is_leaf and (a.grad is not None or b.grad is not None):
                self._compare(f"{path}.grad", views.at(lambda v: v.grad))

    def _arrays(self, path: str, views: _Views) -> None:
        a, b = views.loop, views.rewrite
        if a.dtype != b.dtype or a.shape != b.shape:
            mine, other = (f"{v.dtype}{list(v.shape)}" for v in (b, a))
            self._differ(f"{path} is {mine} where the loop has {other}")
        elif a.dtype.kind in "fc":
            self._close(path, views.at(lambda v: torch.from_numpy(np.array(v))))
        elif not np.array_equal(a, b):
            self._differ(f"{path} has other values")

    def _numbers(self, path: str, views: _Views) -> None:
        wide = torch.complex128 if type(views.loop) is complex else torch.float64
        tensors = views.at(lambda v: torch.tensor(v, dtype=wide))
        if self.rough:
            # Numbers that come out of float32 tensors carry no more than their precision.
            narrow = torch.complex64 if type(views.loop) is complex else torch.float32
            loop, rewrite = (t.to(narrow) for t in (tensors.loop, tensors.rewrite))
            tensors = _Views(loop, rewrite, tensors.replays)
        self._close(path, tensors)

    def _close(self, path: str, views: _Views) -> None:
        a, b = views.loop, views.rewrite
        exact, twin, *shaken = (
            v if isinstance(v, torch.Tensor) and v.shape == a.shape else None
            for v in (*views.replays, None, None)
        )
        others = [v for v in shaken if v is not None]
        result = judge_closeness(
            a, b, exact, twin, others, cancels_from=self.cancels_from, most_items=self.most_items
        )
        self.found.telling &= result.telling
        if result.close:
            self.found.error = max(self.found.error, result.error)
            return
        finite = [v.detach().isfinite() for v in (a, b)]
        if bool((finite[0] & ~finite[1]).any()):
            self._differ(f"{path} is not finite where the loop is")
        elif bool((~finite[0] & finite[1]).any()):
            self._differ(f"{path} is finite where the loop is not")
        else:
            self._differ(f"{path} differs by up to {result.error:.3g}", rounding=result.rounding)

    def _sequences(self, path: str, views: _Views) -> None:
        a, b = views.loop, views.rewrite
        if len(a) != len(b):
            self._differ(f"{path} has {len(b)} items where the loop has {len(a)}")
            return
        for n in range(len(a)):
            # The default binds n now; mypy infers no type for such a lambda.
            self._compare(f"{path}[{n}]", views.at(lambda v, n=n: v[n]))  # type: ignore[misc]

    def _mappings(self, path: str, views: _Views) -> None:
        a, b = views.loop, views.rewrite
        plain = all(isinstance(key, str | int | float | tuple) for key in a)
        if len(a) != len(b) or (plain and list(a) != list(b)):
            self._differ(f"{path} has other keys, or in another order")
            return
        # Keys that are tensors or objects pair up by their order.
        values = views.at(lambda v: list(v.values()))
        for n, key in enumerate(a):
            # As above.
            self._compare(f"{path}[{key!r:.40}]", values.at(lambda v, n=n: v[n]))  # type: ignore[misc]

    def _objects(self, path: str, views: _Views) -> None:
        held = views.at(attributes_of)
        if held.loop or held.rewrite:
            self._mappings(path, held)
        elif not self._is_same(views.loop, views.rewrite):
            self._differ(f"{path} is another {type(views.loop).__name__}")

    def _is_same(self, loop: object, rewrite: object) -> bool:
        given = self.given[0].get(id(loop))  # copies of one object of the user's, or of none
        alike = given is not None and given == self.given[1].get(id(rewrite))
        return loop is rewrite or alike or _equal(loop, rewrite)


def _are_left_alone(views: _Views) -> bool:
    """Whether two tensors are the same in every way, as most are that a loop only reads."""
    a, b = views.loop, views.rewrite
    if a.dtype != b.dtype or a.device != b.device or a.requires_grad != b.requires_grad:
        return False
    if not a.is_leaf or not b.is_leaf or a.grad is not None or b.grad is not None:
        return False
    exact, twin = (*views.replays, None, None)[:2]
    replayed = isinstance(exact, torch.Tensor) and isinstance(twin, torch.Tensor)
    if not torch.equal(a, b):
        return False
    return bool(torch.equal(exact, twin)) if replayed else exact is twin is None


def _paths(ending: Ending, fresh: Collection[str]) -> dict[int, str]:
    """Return what a run was given, by identity, but for what is bound anew."""
    found: dict[int, str] = {}
    for path, value in ending.scene.objects.items():
        if root_of(path) not in fresh:
            found.setdefault(id(value), path)
    return found


def _below_float64(ending: Ending) -> bool:
    tensors = (v for v in ending.scene.objects.values() if isinstance(v, torch.Tensor))
    return any(t.is_floating_point() and t.dtype != torch.float64 for t in tensors)


def _is_number_for_tensor(a: object, b: object) -> bool:
    if not isinstance(a, bool | int | float) or not isinstance(b, torch.Tensor) or b.shape:
        return False
    if b.is_floating_point() or b.is_complex():
        return True
    return bool(torch.as_tensor(a).to(b.dtype) == a)  # -inf would be the least of integers


def _equal(a: object, b: object) -> bool:
    try:
        return bool(a == b)
    except Exception:  # comparing is the object's own business
        return False


def _kind(value: object) -> str:
    match value:
        case torch.Tensor() if type(value) is torch.Tensor:
            return f"a {value.ndim}-d tensor"
        case None:
            return "None"
        case _:
            return f"a {type(value).__name__}"


def _is_of_no_items(made: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether a tensor may be ``torch.tensor([])``, where the other has rows, but none of them.

    Turned around, it is the other's columns that there are none of; of several empty lists it has
    as many rows as the other.
    """
    of_lists = made.ndim > 1 and made.shape == other.shape and made.shape[-1] == 0
    empty = (made.shape == (0,) or of_lists) and not other.numel()
    return empty and made.dtype in (torch.get_default_dtype(), other.dtype)
