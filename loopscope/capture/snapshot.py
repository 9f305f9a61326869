"""Keep what a loop reads at the moment it is entered."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from inspect import CO_OPTIMIZED
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, ModuleType

import torch

from loopscope.capture.freeze import Freezer
from loopscope.capture.freeze_memory import MemoryBook
from loopscope.capture.interpreted import interpreted
from loopscope.capture.loop_names import LoopNames, all_names, read_loop_names
from loopscope.capture.object_layout import Layout
from loopscope.capture.settle import settle
from loopscope.config import Settings
from loopscope.model.snapshot import Snapshot

TAKES_A_LOOP = 2
# What the loop reads, and what is only beside it: the latter must be small to be kept.
MAX_PARTS, MAX_PARTS_BESIDE = 20_000, 1_000
MAX_BYTES_BESIDE = 1 << 20

_COMPREHENSIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})


@dataclass(slots=True)
class _Loop:
    """A loop that was met. Its code object is held so that its id stays its own."""

    code: CodeType
    names: LoopNames | None = None
    takes: int = 0


class SnapshotTaker:
    """Takes snapshots of loops; the program goes on as if it had not been looked at.

    No op is run, no random number drawn, no code of the user's called: neither ``__getattr__``
    nor ``__len__``, ``__eq__``, ``__hash__`` or ``__iter__``.

    Attributes:
        failures: Where a snapshot could not be taken at all: path, line and the error's type.
    """

    def __init__(self, settings: Settings) -> None:
        self._taken: list[Snapshot] = []
        self.failures: list[str] = []
        self._settings = settings
        self._left = settings.max_snapshots_bytes
        self._loops: dict[tuple[int, int], _Loop] = {}
        self._layouts: dict[int, Layout] = {}

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """What was taken so far, in that order."""
        return tuple(map(settle, self._taken))

    @interpreted
    def take(self, frame: FrameType, line: int) -> None:
        """Keep what the loop at ``line`` of the frame's function may read; never raises.

        The first two entries of a loop are kept; later calls for it do nothing. What cannot be
        kept is named in ``Snapshot.missing``.
        """
        key = id(frame.f_code), line
        loop = self._loops.get(key)
        if loop is None:
            loop = self._loops[key] = _Loop(frame.f_code)
        if loop.takes >= TAKES_A_LOOP:
            return
        loop.takes += 1
        try:
            # A TorchFunctionMode of the user's would be called for every attribute of a tensor;
            # under torch.jit.trace, shapes are recorded.
            with torch._C.DisableTorchFunction():
                if not torch._C._is_tracing():
                    self._take(loop, _function_frame(frame), line)
        except Exception as error:
            self.failures.append(f"{frame.f_code.co_filename}:{line}: {type(error).__name__}")

    def _take(self, loop: _Loop, frame: FrameType, line: int) -> None:
        if loop.names is None:
            loop.names = read_loop_names(frame.f_code, line)
        if loop.names.trains:
            return  # never a hotspot, and its models are large
        memory = MemoryBook(min(self._settings.max_snapshot_bytes, self._left))
        freezer = Freezer(memory, self._layouts, frame.f_globals)
        names, global_names = _keep_names(freezer, memory, frame, loop.names)
        for view, base in freezer.view_bases().items():
            # `view_bases` names tensors alone.
            freezer.nodes[view] = replace(freezer.nodes[view], base=base)  # type: ignore[type-var]
        snapshot = Snapshot(
            path=frame.f_code.co_filename,
            function=getattr(frame.f_code, "co_qualname", frame.f_code.co_name),
            line=line,
            names=names,
            global_names=global_names,
            nodes=tuple(freezer.nodes),
            memory=memory.copy(),
            missing={},
            globals=frame.f_globals,
            grad_enabled=torch.is_grad_enabled(),
            inference=torch.is_inference_mode_enabled(),
            autocast=torch._C._is_any_autocast_enabled(),
            default_dtype=str(torch.get_default_dtype()).removeprefix("torch."),
        )
        self._left -= memory.spent
        self._taken.append(snapshot)


def _function_frame(frame: FrameType) -> FrameType:
    """The frame whose names the user sees: a comprehension has one of its own before 3.12."""
    while frame.f_code.co_name in _COMPREHENSIONS and frame.f_back is not None:
        if not any(constant is frame.f_code for constant in frame.f_back.f_code.co_consts):
            break
        frame = frame.f_back
    return frame


def _keep_names(
    freezer: Freezer, memory: MemoryBook, frame: FrameType, loop: LoopNames
) -> tuple[dict[str, int], dict[str, int]]:
    """Freeze what the loop reads, then what is beside it, within what is left of the bounds."""
    variables, module = _locals(frame), frame.f_globals
    names: dict[str, int] = {}
    global_names: dict[str, int] = {}

    def keep(wanted: Iterable[str], bound: int, *, shallow: bool = False) -> None:
        for name in wanted:
            if name in names:
                continue
            if name in variables:
                names[name] = freezer.keep(variables[name], bound, shallow=shallow)
            else:
                keep_global(name, bound, shallow=shallow)

    def keep_global(name: str, bound: int, *, shallow: bool = False) -> None:
        if name in global_names or name not in module or _is_ready_made(module[name], module):
            return
        global_names[name] = freezer.keep(module[name], bound, shallow=shallow)

    keep(loop.read, MAX_PARTS)
    for code in freezer.codes:  # grows while functions call functions
        for name in all_names(code):
            keep_global(name, MAX_PARTS)
    memory.limit(MAX_BYTES_BESIDE)
    keep(loop.others, MAX_PARTS_BESIDE, shallow=True)
    keep(variables, MAX_PARTS_BESIDE, shallow=True)
    return names, global_names


def _locals(frame: FrameType) -> dict[str, object]:
    """The values of a function's variables; none at module level, where they are globals."""
    found = frame.f_locals
    if found is frame.f_globals or type(found) not in (dict, _PROXY):
        return {}  # a class body's namespace may be a mapping of the user's own
    variables = dict(found)
    if frame.f_code.co_flags & CO_OPTIMIZED and _is_cached(found):
        found.clear()
    return {name: value for name, value in variables.items() if not name.startswith(".")}


def _is_cached(found: Mapping[str, object]) -> bool:
    """Whether the frame would keep this dict, and every value in it alive, until it returns.

    So it is before 3.13. But where there is a tracer, the dict is written back to the frame and
    must stay as it is; and where somebody else holds it, it is the program's ``locals()``.
    """
    if _PROXY is not dict or sys.gettrace() is not None or sys.getprofile() is not None:
        return False
    return sys.getrefcount(found) <= _FRAMES_AND_OURS


def _is_ready_made(value: object, module: Mapping[str, object]) -> bool:
    """Whether a global is no data: a module, a class or a function from elsewhere."""
    cls = type(value)
    if cls is FunctionType:
        return value.__globals__ is not module  # type: ignore[attr-defined]  # a function
    return cls is BuiltinFunctionType or issubclass(cls, type | ModuleType)


def _proxy_type() -> type:
    return type(sys._getframe().f_locals)


_PROXY = _proxy_type()
_FRAMES_AND_OURS = 4  # held by the frame, by two functions here and by the call
