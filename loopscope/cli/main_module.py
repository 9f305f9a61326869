"""A script or module as ``__main__``, the way the interpreter sets it up."""

from __future__ import annotations

import importlib.util
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

from loopscope.errors import LoopscopeError


@dataclass(frozen=True)
class MainModule:
    """Compiled code that is to run as ``__main__``."""

    code: CodeType
    path: str
    first_on_path: str
    spec: ModuleSpec | None

    @contextmanager
    def prepared(self, args: tuple[str, ...]) -> Iterator[None]:
        """Set ``sys.argv``, ``sys.path[0]`` and ``__main__``; put all back afterwards."""
        argv, path, main = sys.argv, list(sys.path), sys.modules["__main__"]
        module = ModuleType("__main__")
        module.__dict__.update(__file__=self.path, __spec__=self.spec, __builtins__=__builtins__)
        if self.spec is not None:
            module.__package__ = self.spec.parent
        sys.argv = [self.path, *args]
        sys.path[0] = self.first_on_path
        sys.modules["__main__"] = module
        try:
            yield
        finally:
            sys.argv, sys.path[:], sys.modules["__main__"] = argv, path, main

    def execute(self) -> None:
        """Run the code in the ``__main__`` that is prepared."""
        exec(self.code, sys.modules["__main__"].__dict__)


def find_main(name: str, *, is_module: bool) -> MainModule:
    """Return the script, or the module as ``python -m`` finds it.

    Raises:
        LoopscopeError: There is none, or it does not compile.
    """
    if not is_module:
        path = Path(name)
        return MainModule(_compile(path, name), name, str(path.resolve().parent), None)
    sys.path.insert(0, str(Path.cwd()))
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(f"{name}.__main__")
    except (ImportError, ValueError):
        spec = None
    finally:
        del sys.path[0]
    if spec is None or spec.origin is None:
        raise LoopscopeError(
            f"No module named {name} that can be run. Check the name and sys.path.",
            slug="no-such-module",
        )
    return MainModule(_compile(Path(spec.origin), spec.origin), spec.origin, str(Path.cwd()), spec)


def _compile(path: Path, name: str) -> CodeType:
    try:
        with io.open_code(str(path.resolve())) as file:
            return compile(file.read(), name, "exec")
    except OSError as error:
        raise LoopscopeError(
            f"Cannot run {name}: {error.strerror}. Check the path.", slug="no-such-script"
        ) from None
    except SyntaxError as error:
        raise LoopscopeError(
            f"Cannot run {name}: line {error.lineno}: {error.msg}. Mend the script first.",
            slug="script-syntax",
        ) from None
