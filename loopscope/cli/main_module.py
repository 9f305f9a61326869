"""A script or module as ``__main__``, the way the interpreter sets it up."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType, ModuleType


@dataclass(frozen=True, slots=True)
class MainModule:
    """Compiled code that is to run as ``__main__``.

    Attributes:
        path: ``__file__``: absolute, as Python has it.
        first_argument: ``sys.argv[0]``.
        first_on_path: ``sys.path[0]``.
        spec: ``__spec__``; ``None`` for a plain script.
    """

    code: CodeType
    path: str
    first_argument: str
    first_on_path: str
    spec: ModuleSpec | None

    @contextmanager
    def prepared(self, args: tuple[str, ...]) -> Iterator[None]:
        """Set ``sys.argv``, ``sys.path[0]`` and ``__main__``; put all back afterwards."""
        argv, path, main = sys.argv, list(sys.path), sys.modules["__main__"]
        sys.argv = [self.first_argument, *args]
        if not getattr(sys.flags, "safe_path", False):
            sys.path[0] = self.first_on_path
        sys.modules["__main__"] = self._module()
        try:
            yield
        finally:
            sys.argv, sys.path[:], sys.modules["__main__"] = argv, path, main

    def execute(self) -> None:
        """Run the code in the ``__main__`` that is prepared."""
        exec(self.code, sys.modules["__main__"].__dict__)

    def _module(self) -> ModuleType:
        module = ModuleType("__main__")
        spec = self.spec
        module.__dict__.update(
            __builtins__=builtins,
            __file__=self.path,
            __spec__=spec,
            __loader__=SourceFileLoader("__main__", self.path) if spec is None else spec.loader,
            __package__=None if spec is None else spec.parent,
            __cached__=None if spec is None else spec.cached,
        )
        return module
