"""Loop and rewrite, run on one input and compared."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch

from loopscope.verify.branches import Branch
from loopscope.verify.change import Change, root_of
from loopscope.verify.compare import Comparison, Endings, compare_endings
from loopscope.verify.gradients import Gradients, backward_ns, compare_gradients
from loopscope.verify.inputs.layout_changes import InFloat64, Shaken
from loopscope.verify.inputs.reach import reached
from loopscope.verify.inputs.sizes import Position
from loopscope.verify.replay import Ending, Limits, Program, replay
from loopscope.verify.sandbox import default_dtype, without_vmap_fallback
from loopscope.verify.scene import Namespace, Scene, Tracking, copy_scene, leaves_of
from loopscope.verify.sharing import Shared, lost_view, needs_copies, not_contiguous
from loopscope.verify.unset_memory import FillUnsetMemory

_FILLS = 113, 58
_SPARE_TICKS = 2000
_ITEMS_OF_LISTS = 100


@dataclass(frozen=True, slots=True)
class Input:
    """Something to run on.

    Attributes:
        label: For the user: ``"other values"``; empty for what was observed.
        namespace: Is copied for every run.
        no_iterations: The loop may not go round.
        cancels: Values are such that results may cancel to nothing.
        ticks: Iterations allowed.
        iterations: How many the input that it was made from took.
    """

    label: str
    namespace: Namespace
    no_iterations: bool = False
    cancels: bool = False
    ticks: int = 1 << 60
    iterations: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an input.

    Attributes:
        unusable: Why it says nothing: the loop itself does not run on it. Empty where it does.
        stopped: What stopped the loop, where something did.
        difference: What differs; empty where nothing does.
        raised: The rewrite raised where the loop ran.
        aspect: What differs, where it is no value: ``type``; of a tensor ``dtype``, ``shape``, …
        error: Largest difference of floating-point results that count as equal.
        telling: False where agreement proves nothing.
        untyped: An empty list gave the loop a dtype or a shape that other lists do not.
        copies: Names whose value shares memory where after the loop it does not.
        not_contiguous: Names whose value is not contiguous where after the loop it is.
        ticks: Iterations that the loop ran.
        taken: How its tests came out.
        loop_ns: How long the loop ran, iterations counted.
        judged_ns: How long all runs and the comparison took.
    """

    unusable: str = ""
    stopped: BaseException | None = None
    difference: str = ""
    raised: bool = False
    aspect: str = ""
    error: float = 0.0
    telling: bool = True
    untyped: bool = False
    copies: Mapping[str, Shared] = field(default_factory=dict)
    not_contiguous: tuple[str, ...] = ()
    ticks: int = 0
    taken: frozenset[Branch] = frozenset()
    loop_ns: int = 0
    judged_ns: int = 0

    @property
    def agreed(self) -> bool:
        """Whether the loop ran and the rewrite did the same."""
        return not self.unusable and not self.difference


@dataclass(frozen=True, slots=True)
class _Leaves:
    """What an input holds, by path, and how long a copy of it took."""

    given: Input
    leaves: dict[str, Any]
    duration_ns: int


@dataclass(slots=True)
class Trial:
    """Runs a loop and its rewrite, each time on a new copy of an input.

    Attributes:
        names: Names that runs can read or change: they are copied.
        live: Names that later code may read.
        fresh: Of those, names that are bound anew.
        begun: Of those, names that are the same for all inputs: not ``x`` of ``x = x.clone()``.
        made: Of those, names that the setup binds first thing: what they were is not copied.
        changed: Names of what later code changes in place.
        unset: Either calls ``torch.empty`` or its like.
    """

    loop: Program
    rewrite: Program
    setup: Program | None
    names: Collection[str]
    live: Collection[str]
    fresh: Collection[str]
    begun: Collection[str]
    made: Collection[str]
    grad_enabled: bool
    deadline_ns: int
    clock: Callable[[], int]
    unset: bool = False
    changed: Collection[str] = ()
    _leaves: dict[int, _Leaves] = field(default_factory=dict, repr=False)

    @property
    def has_setup(self) -> bool:
        """Whether names that are bound anew can be set up for any input."""
        return self.setup is not None

    @property
    def kept(self) -> list[str]:
        """Names that an input is made of: the setup binds the others."""
        return [name for name in self.names if name not in self.made]

    @property
    def changed_results(self) -> tuple[str, ...]:
        """Names of results that later code changes in place."""
        return tuple(name for name in self.live if name in self.changed)

    def judge(self, given: Input, *, with_float64: bool = True) -> Result:
        """Run both on an input and compare, also in float64."""
        begun_ns = self.clock()
        loop = self.run(self.loop, given, fill=0)
        if loop.error is not None:
            return Result(unusable=describe_error(loop.error), stopped=loop.error)
        # A rewrite that iterates more than its loop is none, and may never end. It may go once
        # through all items of lists that the loop gives to an op as they are.
        allowed = _ITEMS_OF_LISTS * loop.ticks + _SPARE_TICKS
        limited = dataclasses.replace(given, ticks=allowed)
        rewrite = self.run(self.rewrite, limited, fill=1)
        result = Result(ticks=loop.ticks, taken=loop.taken, loop_ns=loop.duration_ns)
        if rewrite.error is not None:
            what = f"the rewrite raises {describe_error(rewrite.error)}"
            return dataclasses.replace(result, difference=what, raised=True)
        exact = twin = None
        if with_float64 and _low_precision(loop.scene):
            exact, twin = (self._in_float64(p, limited, n) for n, p in enumerate(self._both()))
        endings = Endings(loop, rewrite, exact, twin)
        found = self._compare(endings, given)
        if found.difference and exact is not None and any(p.wide for p in self._both()):
            # A dtype that the code names rounds its float64 run as well.
            wide = (self._in_float64(p, limited, n) for n, p in enumerate(self._widened()))
            exact, twin = wide
            found = self._compare(dataclasses.replace(endings, exact=exact, twin=twin), given)
        if found.rounding and exact is not None and twin is not None:
            shaken = tuple(self._in_float64(self.loop, limited, 0, Shaken(n)) for n in range(3))
            found = self._compare(dataclasses.replace(endings, shaken=shaken), given)
        if found.difference and self.unset:
            again = self.run(self.loop, given, fill=1)
            if again.error or self._compare(Endings(loop, again), given).difference:
                return Result(unusable="the loop leaves part of its result unset")
        return dataclasses.replace(
            result,
            difference=found.difference or lost_view(loop, rewrite, self.live, self.changed),
            error=found.error,
            telling=found.telling,
            untyped=found.untyped,
            aspect=found.aspect,
            copies=needs_copies(loop, rewrite, self.live),
            not_contiguous=not_contiguous(loop, rewrite, self.live),
            judged_ns=self.clock() - begun_ns,
        )

    def run(
        self,
        program: Program,
        given: Input,
        *,
        change: Change | None = None,
        tracking: Tracking = "as observed",
        fill: int = 0,
    ) -> Ending:
        """Run a program on a copy of an input. With autograd where the loop can."""
        ending = None
        for grad_enabled in dict.fromkeys((self.grad_enabled, False)):
            limits = Limits(given.ticks, self.deadline_ns, self.clock)
            own = program is self.loop
            with self._memory(fill), contextlib.nullcontext() if own else without_vmap_fallback():
                try:
                    scene = self.scene(given, change, tracking)
                except Exception as error:  # the setup does not run
                    return Ending(Scene({}), error, 0, 0)
                ending = replay(program, scene, limits, grad_enabled=grad_enabled)
            if not _needs_no_grad(ending.error) or tracking == "all":
                break
            if own:
                self.grad_enabled = False  # it ran under torch.no_grad, or it would have raised
        assert ending is not None
        return ending

    def scene(
        self,
        given: Input,
        change: Change | None = None,
        tracking: Tracking = "as observed",
        *,
        names: Collection[str] | None = None,
    ) -> Scene:
        """Return a new copy of an input, set up as the loop finds it."""
        if self.setup is None:
            return self.copy(given, change, tracking, names=names)
        wanted = self.names if names is None else names
        needed = [name for name in wanted if name not in self.made]
        scene = self.copy(given, change, tracking, names=needed)
        exec(self.setup.plain, scene.names)  # its purity was shown before
        scene.names.pop("__builtins__", None)
        return scene

    def copy(
        self,
        given: Input,
        change: Change | None = None,
        tracking: Tracking = "as observed",
        *,
        names: Collection[str] | None = None,
    ) -> Scene:
        """Return a new copy of an input, or of some of its names."""
        copied = self.names if names is None else names
        return copy_scene(given.namespace, copied, change, tracking=tracking, untracked=self.begun)

    def gradients(
        self, given: Input, tracking: Tracking, *, only_finite: bool = False
    ) -> Gradients:
        """Compare gradients on an input, in float64 where the loop runs in it.

        ``NONE`` where there is no time to.
        """
        for change in (InFloat64(), None):
            dtype = torch.float64 if change else torch.get_default_dtype()
            with default_dtype(dtype):
                loop, rewrite = (
                    self.run(program, given, change=change, tracking=tracking, fill=n)
                    for n, program in enumerate(self._both())
                )
                if self.clock() + backward_ns(loop, self.live) > self.deadline_ns:
                    return Gradients.NONE
                if loop.error is None or change is None:
                    return compare_gradients(
                        loop, rewrite, self.live, self.changed_results, only_finite=only_finite
                    )
        return Gradients.NONE

    def reach(self, given: Input, places: Collection[Position]) -> frozenset[Position]:
        """Return which of the places the loop gets to the end of."""
        plain = self.run(self.loop, given)
        limited = dataclasses.replace(given, ticks=2 * plain.ticks + _SPARE_TICKS)

        def run(change: Change) -> Ending:
            return self.run(self.loop, limited, change=change)

        def same(a: Ending, b: Ending, but: str) -> bool:
            if a.error is not None or b.error is not None:
                return False
            return self._same_but(a, b, but)

        return reached(places, self.leaves(given), self.begun, plain, run, same)

    def leaves(self, given: Input) -> dict[str, Any]:
        """Return the tensors and numbers of an input, by path."""
        return self._looked_at(given).leaves

    def copy_ns(self, given: Input) -> int:
        """Return about how long a copy of an input takes."""
        return self._looked_at(given).duration_ns

    def _looked_at(self, given: Input) -> _Leaves:
        known = self._leaves.get(id(given))
        if known is None or known.given is not given:
            begun_ns = self.clock()
            leaves = leaves_of(given.namespace, self.names)
            known = self._leaves[id(given)] = _Leaves(given, leaves, self.clock() - begun_ns)
        return known

    def _same_but(self, a: Ending, b: Ending, but: str) -> bool:
        live = [name for name in self.live if name != root_of(but)]
        fresh = {*self.made, *(root_of(path) for path in a.scene.objects)}
        found = compare_endings(Endings(a, b), live, fresh)
        return not found.difference

    def _both(self) -> Iterator[Program]:
        yield self.loop
        yield self.rewrite

    def _widened(self) -> Iterator[Program]:
        for program in self._both():
            yield dataclasses.replace(program, counted=program.wide or program.counted)

    def _in_float64(
        self, program: Program, given: Input, fill: int, change: Change | None = None
    ) -> Ending | None:
        with default_dtype(torch.float64):
            ending = self.run(program, given, change=change or InFloat64(), fill=fill)
        return ending if ending.error is None else None

    def _compare(self, endings: Endings, given: Input) -> Comparison:
        return compare_endings(
            endings,
            self.live,
            self.fresh,
            no_iterations=given.no_iterations,
            made=bool(given.label),
            cancels_from=self._largest(given) if given.cancels else 0.0,
            most_items=max((t.numel() for t in self._tensors(given)), default=0),
        )

    def _largest(self, given: Input) -> float:
        finite = (t[t.isfinite()].abs() for t in self._tensors(given) if t.is_floating_point())
        return max((float(t.max()) for t in finite if t.numel()), default=0.0)

    def _tensors(self, given: Input) -> Iterator[torch.Tensor]:
        for path, leaf in self.leaves(given).items():
            if isinstance(leaf, torch.Tensor) and root_of(path) not in self.made:
                yield leaf

    def _memory(self, fill: int) -> contextlib.AbstractContextManager[object]:
        return FillUnsetMemory(_FILLS[fill]) if self.unset else contextlib.nullcontext()


def describe_error(error: BaseException) -> str:
    """Return an exception in one line."""
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:120]}" if text else type(error).__name__


def _low_precision(scene: Scene) -> bool:
    return any(
        (isinstance(v, torch.Tensor) and v.is_floating_point() and v.dtype != torch.float64)
        or getattr(v, "dtype", None) in ("float32", "float16", torch.complex64)
        for v in scene.objects.values()
    )


def _needs_no_grad(error: BaseException | None) -> bool:
    """Whether an error only comes of a tensor that requires a gradient."""
    text = str(error)
    return isinstance(error, RuntimeError) and (
        "leaf Variable that requires grad" in text or "requires grad. Use tensor.detach()" in text
    )
