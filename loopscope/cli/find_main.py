"""Find and compile what ``python`` would run: a script, a folder, a zip file or a module."""

from __future__ import annotations

import importlib
import importlib.util
import io
import os
import sys
import zipfile
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import CodeType

from loopscope.cli.main_module import MainModule
from loopscope.errors import LoopscopeError


def find_script(name: str) -> MainModule:
    """Return the script; a folder or zip file with a ``__main__.py`` is one too.

    Raises:
        LoopscopeError: There is none, or it does not compile.
    """
    path = os.path.join(os.getcwd(), name)
    if os.path.isdir(path) or zipfile.is_zipfile(path):
        spec = PathFinder.find_spec("__main__", [path])
        if spec is None or spec.origin is None:
            raise _cannot_run(name, "there is no __main__.py in it. Name a script")
        return MainModule(_code_of(spec, name), spec.origin, name, path, spec)
    return MainModule(_compile(path, name), path, name, str(Path(path).resolve().parent), None)


def find_module(name: str) -> MainModule:
    """Return the module as ``python -m`` finds it: of a package, its ``__main__``.

    Raises:
        LoopscopeError: There is none that can be run, or it does not compile.
        Exception: Whatever a package around it raises when it is imported.
    """
    if name.endswith(".py"):
        raise _no_module(name, f"Try -m {name[:-3].replace(os.sep, '.')}, or leave out -m.")
    here = os.getcwd()
    sys.path.insert(0, here)
    try:
        spec = _find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = _find_spec(f"{name}.__main__")
            if spec is None:
                raise _no_module(
                    f"{name}.__main__", f"{name} is a package: add that module to it."
                )
    finally:
        sys.path.remove(here)
    if spec is None or spec.origin is None:
        raise _no_module(name, "Check the name and the current directory.")
    return MainModule(_code_of(spec, name), spec.origin, spec.origin, here, spec)


def _find_spec(name: str) -> ModuleSpec | None:
    package = name.rpartition(".")[0]
    try:
        if package:
            importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{package}.".startswith(f"{error.name}."):
            return None
        raise  # the package is there, and imports what is not
    try:
        return importlib.util.find_spec(name)
    except (ImportError, ValueError):  # relative, empty, or in what is no package
        return None


def _code_of(spec: ModuleSpec, name: str) -> CodeType:
    load = getattr(spec.loader, "get_code", None)
    try:
        code: CodeType | None = load(spec.name) if load is not None else None
    except SyntaxError as error:
        raise _bad_syntax(name, error) from None
    if code is None:
        raise _cannot_run(name, "it holds no Python code. Name a module written in Python")
    return code


def _compile(path: str, name: str) -> CodeType:
    try:
        with io.open_code(path) as file:
            return compile(file.read(), path, "exec")
    except OSError as error:
        raise _cannot_run(name, f"{error.strerror}. Check the path") from None
    except SyntaxError as error:
        raise _bad_syntax(name, error) from None
    except ValueError as error:  # a binary file
        raise _cannot_run(name, f"{error}. Name a Python script") from None


def _cannot_run(name: str, why: str) -> LoopscopeError:
    return LoopscopeError(f"Cannot run {name}: {why}.", slug="no-such-script")


def _no_module(name: str, hint: str) -> LoopscopeError:
    return LoopscopeError(f"No module named {name}. {hint}", slug="no-such-module")


def _bad_syntax(name: str, error: SyntaxError) -> LoopscopeError:
    line = f"line {error.lineno}: " if error.lineno else ""
    return LoopscopeError(
        f"Cannot run {name}: {line}{error.msg}. Mend the script first.",
        slug="script-syntax",
    )
