"""Whether a rewrite left everything as the loop did."""

from __future__ import annotations

import collections
import types
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from loopscope.verify.closeness import judge_closeness
from loopscope.verify.replay import Ending

_NOTHING = object()


@dataclass(slots=True)
class Comparison:
    """What a comparison found.

    Attributes:
        difference: What differs first, for the user; empty where nothing does.
        error: Largest difference between floating-point results that count as equal.
        telling: False where agreement proves nothing.
    """

    difference: str = ""
    error: float = 0.0
    telling: bool = True


@dataclass(frozen=True, slots=True)
class Endings:
    """Four runs on one input: loop and rewrite, as they are and in float64 where they run so."""

    loop: Ending
    rewrite: Ending
    exact: Ending | None = None
    twin: Ending | None = None


def compare_endings(
    endings: Endings,
    live: Collection[str],
    fresh: Collection[str],
    *,
    no_iterations: bool = False,
    cancels_from: float = 0.0,
) -> Comparison:
    """Compare names that later code may read, then all that could be changed in place.

    Args:
        endings: Runs that raised nothing.
        live: Names to compare.
        fresh: Of those, names whose value counts and not which object it is.
        no_iterations: The loop's body never ran: what it started from may be a plain number
            where a rewrite has a tensor, and names that only the body binds are unbound.
        cancels_from: Size of the inputs where results may cancel to nothing.
    """
    walk = _Walk(endings, fresh, no_iterations, cancels_from)
    for name in live:
        walk.compare_name(name)
    for path in endings.loop.scene.objects:
        if walk.found.difference:
            break
        if _root(path) not in fresh:
            walk.compare_object(path)
    return walk.found


class _Walk:
    def __init__(
        self, endings: Endings, fresh: Collection[str], no_iterations: bool, cancels_from: float
    ) -> None:
        self.endings, self.fresh, self.no_iterations = endings, fresh, no_iterations
        self.cancels_from = cancels_from
        self.found = Comparison()
        self.seen: set[tuple[int, int]] = set()
        # The same objects by identity: what the loop was given, and the rewrite likewise.
        self.given = _Given.of(endings.loop, fresh), _Given.of(endings.rewrite, fresh)

    def compare_name(self, name: str) -> None:
        loop, rewrite = self.endings.loop.scene.names, self.endings.rewrite.scene.names
        if name not in loop:
            return  # later code cannot read it after this input
        if name not in rewrite:
            self._differ(f"`{name}` is not set by the rewrite")
            return
        paths = tuple(g.paths.get(id(n[name])) for g, n in zip(self.given, (loop, rewrite)))
        if name not in self.fresh and paths[0] != paths[1] and not self.no_iterations:
            if paths[0] is None:
                self._differ(f"`{name}` is `{paths[1]}` itself, the loop makes a new value")
            else:
                self._differ(f"`{name}` is a new value, the loop changes `{paths[0]}` in place")
            return
        self._compare(f"`{name}`", *self._four("names", name))

    def compare_object(self, path: str) -> None:
        if path not in self.endings.rewrite.scene.objects:
            self._differ(f"`{path}` is missing")
            return
        self._compare(f"what `{path}` was", *self._four("objects", path))

    def _four(self, kind: str, key: str) -> list[Any]:
        e = self.endings
        values: list[Mapping[str, object]] = [
            getattr(ending.scene, kind) if ending else {}
            for ending in (e.loop, e.rewrite, e.exact, e.twin)
        ]
        return [value.get(key, _NOTHING) for value in values]

    def _differ(self, what: str) -> None:
        self.found.difference = self.found.difference or what

    def _compare(self, path: str, a: Any, b: Any, exact: Any, twin: Any) -> None:  # noqa: ANN401
        if self.found.difference or (id(a), id(b)) in self.seen:
            return
        if isinstance(a, collections.abc.Hashable) and (a is b) and not _changeable(a):
            return
        if _changeable(a):
            self.seen.add((id(a), id(b)))
        if self.no_iterations and _number_for_tensor(a, b):
            a, b, exact, twin = torch.as_tensor(a), torch.as_tensor(b).to("cpu"), None, None
            a = a.to(b.dtype)
        if type(a) is not type(b):
            self._differ(f"{path} is {_kind(b)} where the loop has {_kind(a)}")
            return
        match a:
            case torch.Tensor():
                self._tensors(path, a, b, exact, twin)
            case np.ndarray() | np.generic():
                self._arrays(path, a, b, exact, twin)
            case bool() | int() | str() | bytes() | None | range() | slice():
                if a != b:
                    self._differ(f"{path} is {b!r} where the loop has {a!r}")
            case float() | complex():
                self._numbers(path, a, b, exact, twin)
            case list() | tuple() | collections.deque():
                self._sequences(path, a, b, exact, twin)
            case dict():
                self._mappings(path, a, b, exact, twin)
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
                self._compare(path, a.__self__, b.__self__, _NOTHING, _NOTHING)
            case _:
                self._objects(path, a, b, exact, twin)

    def _tensors(self, path: str, a: Any, b: Any, exact: Any, twin: Any) -> None:  # noqa: ANN401
        for what in ("dtype", "shape", "device", "layout"):
            left, right = getattr(a, what), getattr(b, what)
            if left != right:
                left, right = (tuple(v) if what == "shape" else v for v in (left, right))
                self._differ(f"{path} has {what} {right} where the loop has {left}")
                return
        if a.requires_grad != b.requires_grad:
            with_graph = "the rewrite" if b.requires_grad else "the loop"
            self._differ(f"{path} requires a gradient after {with_graph} alone")
            return
        if not (a.is_floating_point() or a.is_complex()):
            if not torch.equal(a, b):
                self._differ(f"{path} has other values")
            return
        exact, twin = (t if _fits(t, a) else None for t in (exact, twin))
        self._close(path, a, b, exact, twin)
        if a.is_leaf and b.is_leaf and (a.grad is not None or b.grad is not None):
            grads = [getattr(t, "grad", _NOTHING) for t in (a, b, exact, twin)]
            self._compare(f"{path}.grad", *grads)

    def _close(self, path: str, *four: Any) -> None:  # noqa: ANN401
        result = judge_closeness(*four, cancels_from=self.cancels_from)
        self.found.telling &= result.telling
        if result.close:
            self.found.error = max(self.found.error, result.error)
        elif bool((_isfinite(four[0]) & ~_isfinite(four[1])).any()):
            self._differ(f"{path} is not finite where the loop is")
        elif bool((~_isfinite(four[0]) & _isfinite(four[1])).any()):
            self._differ(f"{path} is finite where the loop is not")
        else:
            self._differ(f"{path} differs by up to {result.error:.3g}")

    def _arrays(self, path: str, a: Any, b: Any, exact: Any, twin: Any) -> None:  # noqa: ANN401
        if a.dtype != b.dtype or a.shape != b.shape:
            mine, other = (f"{v.dtype}{list(v.shape)}" for v in (b, a))
            self._differ(f"{path} is {mine} where the loop has {other}")
        elif a.dtype.kind not in "fc":
            if not np.array_equal(a, b):
                self._differ(f"{path} has other values")
        else:
            four = (torch.from_numpy(np.array(v)) if _fits(v, a) else None
                    for v in (a, b, exact, twin))  # fmt: skip
            self._close(path, *four)

    def _numbers(self, path: str, a: Any, b: Any, exact: Any, twin: Any) -> None:  # noqa: ANN401
        # Floats that come out of float32 tensors carry no more than their precision.
        rough = self.given[0].single_precision
        dtype = None if not rough else torch.complex64 if type(a) is complex else torch.float32
        wide = torch.complex128 if type(a) is complex else torch.float64
        four = [torch.tensor(v, dtype=dtype or wide) for v in (a, b)]
        four += [torch.tensor(v, dtype=wide) if type(v) is type(a) else None
                 for v in (exact, twin)]  # fmt: skip
        self._close(path, *four)

    def _sequences(self, path: str, a: Any, b: Any, exact: Any, twin: Any) -> None:  # noqa: ANN401
        if len(a) != len(b):
            self._differ(f"{path} has {len(b)} items where the loop has {len(a)}")
            return
        more = [v if type(v) is type(a) and len(v) == len(a) else None for v in (exact, twin)]
        for n, (left, right) in enumerate(zip(a, b, strict=True)):
            self._compare(f"{path}[{n}]", left, right,
                          *(v[n] if v is not None else _NOTHING for v in more))  # fmt: skip

    def _mappings(self, path: str, a: Any, b: Any, exact: Any, twin: Any) -> None:  # noqa: ANN401
        keys = [key for key in a if isinstance(key, str | int | float | bool | tuple)]
        if len(keys) == len(a) and list(a) != list(b):
            self._differ(f"{path} has other keys, or in another order")
            return
        if len(a) != len(b):
            self._differ(f"{path} has {len(b)} keys where the loop has {len(a)}")
            return
        # Keys that are tensors or objects pair up by their order.
        left, right, *more = (
            list(v.values()) if isinstance(v, dict) and len(v) == len(a) else _NOTHING
            for v in (a, b, exact, twin)
        )
        for n, key in enumerate(a):
            self._compare(f"{path}[{key!r:.40}]", left[n], right[n],
                          *(v[n] if isinstance(v, list) else _NOTHING for v in more))  # fmt: skip

    def _objects(self, path: str, a: Any, b: Any, exact: Any, twin: Any) -> None:  # noqa: ANN401
        four = [_attributes(v) if type(v) is type(a) else _NOTHING for v in (a, b, exact, twin)]
        if not four[0] and not four[1]:
            if a is not b and not _equal(a, b):
                self._differ(f"{path} is another {_kind(a)}")
            return
        self._mappings(path, *four)


@dataclass(frozen=True, slots=True)
class _Given:
    """What a run was given: path by identity, and whether any of it is below float64."""

    paths: dict[int, str] = field(default_factory=dict)
    single_precision: bool = False

    @classmethod
    def of(cls, ending: Ending, fresh: Collection[str]) -> _Given:
        objects = ending.scene.objects
        single = any(
            isinstance(v, torch.Tensor) and v.is_floating_point() and v.dtype != torch.float64
            for v in objects.values()
        )
        kept: dict[int, str] = {}
        for path, value in objects.items():
            if _root(path) not in fresh:
                kept.setdefault(id(value), path)
        return cls(kept, single)


def _isfinite(values: torch.Tensor) -> torch.Tensor:
    return values.detach().isfinite()


def _root(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]


def _changeable(value: object) -> bool:
    return not isinstance(value, bool | int | float | str | bytes | None)


def _number_for_tensor(a: object, b: object) -> bool:
    plain = isinstance(a, bool | int | float) and isinstance(b, torch.Tensor)
    return plain and not b.shape  # type: ignore[attr-defined]


def _fits(value: object, other: Any) -> bool:  # noqa: ANN401
    return isinstance(value, type(other)) and value.shape == other.shape


def _equal(a: object, b: object) -> bool:
    try:
        return bool(a == b)
    except Exception:  # comparing is the object's own business
        return False


def _attributes(value: object) -> dict[str, object]:
    found = dict(getattr(value, "__dict__", {}))
    for base in type(value).__mro__:
        slots = base.__dict__.get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            if not slot.startswith("__") and hasattr(value, slot):
                found[slot] = getattr(value, slot)
    return dict(sorted(found.items()))


def _kind(value: object) -> str:
    match value:
        case torch.Tensor():
            return f"a {value.ndim}-d tensor"
        case None:
            return "None"
        case _:
            return f"a {type(value).__name__}"
