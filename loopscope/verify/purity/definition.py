"""The source of a function object, as it runs now."""

from __future__ import annotations

import ast
import functools
import linecache
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import TypeAlias

Definition: TypeAlias = ast.FunctionDef | ast.Lambda


def definitions_of(function: FunctionType) -> tuple[Definition, ...]:
    """Return the nodes that a function may have been made from.

    More than one where several lambdas stand on a line; none where the source is not to be had or
    has been edited since.
    """
    code = function.__code__
    text = "".join(linecache.getlines(code.co_filename, function.__globals__))
    if not text:
        return ()
    names = _names(code)
    found = (n for n in _functions(text, code.co_firstlineno) if _name(n) == code.co_name)
    return tuple(n for n in found if names <= _mentioned(n))


def _functions(text: str, line: int) -> Iterator[Definition]:
    for node in _all_functions(text):
        decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
        if min(n.lineno for n in (node, *decorators)) == line:
            yield node


@functools.lru_cache(maxsize=64)
def _all_functions(text: str) -> tuple[Definition, ...]:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return ()
    return tuple(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.Lambda))


def _name(node: Definition) -> str:
    return "<lambda>" if isinstance(node, ast.Lambda) else node.name


def _names(code: CodeType) -> set[str]:
    """Return the globals and attributes that code names, without what tools insert."""
    inner = (c for c in code.co_consts if isinstance(c, CodeType))
    names = {n for n in code.co_names if not n.startswith("@") and "__" not in n}  # mangled
    return names.union(*map(_names, inner))


def _mentioned(node: ast.AST) -> set[str]:
    found = set()
    for n in ast.walk(node):
        match n:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                found |= set(name.split("."))
            case ast.ImportFrom(module=str(name)):
                found |= {name, *name.split(".")}
            case ast.keyword(arg=str(name)) | ast.MatchClass(kwd_attrs=[str(name), *_]):
                found.add(name)
            case ast.FunctionDef(name=name):
                found.add(name)
            case ast.Assert():
                found |= {"AssertionError", *_PYTEST_NAMES}
    return found


# What pytest's assertion rewriting adds.
_PYTEST_NAMES = (
    "_format_explanation",
    "_saferepr",
    "_call_reprcompare",
    "_format_assertmsg",
    "_should_repr_global_name",
    "_format_boolop",
    "_assertion_pass",
    "locals",
)
