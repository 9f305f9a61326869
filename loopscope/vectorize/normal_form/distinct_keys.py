"""What no two iterations of a loop have in common, by the way its header is written."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from loopscope.vectorize import code

_DICT_WALKS = ("items", "keys", "named_parameters", "named_modules", "named_buffers")


@dataclass(frozen=True, slots=True)
class DistinctKey:
    """A variable of a loop that is another one in each iteration.

    Attributes:
        name: The variable.
        counted: The ``range`` that it walks over from 0, as text; ``""`` where it does not.
        is_tensor: It is a number only once it is made one: ``c.item()``.
        ascends: It grows from each iteration to the next.
        is_whole: It is a whole number; where it is not, ``int(c)`` may not tell two apart.
    """

    name: str
    counted: str = ""
    is_tensor: bool = False
    is_whole: bool = False
    ascends: bool = False

    def is_made(self, key: ast.expr) -> bool:
        """Whether different values of the variable give different keys."""
        match key:
            case ast.Name(id=name):
                return name == self.name and not self.is_tensor
            case ast.Call(func=ast.Name(id="int" | "str" as kind), args=[ast.Name(id=name)]):
                return name == self.name and not (self.is_tensor and kind == "str")
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="item"), args=[]):
                return name == self.name and self.is_tensor
            case ast.JoinedStr(values=values):
                held = [v for v in values if isinstance(v, ast.FormattedValue)]
                plain = len(held) == 1 and held[0].format_spec is None
                return plain and self.is_made(held[0].value)
            case _:
                return False


def distinct_keys(target: ast.expr, iterable: ast.expr) -> list[DistinctKey]:
    """Return the variables of a header that are another in each iteration."""
    match target, iterable:
        case ast.Tuple(elts=[ast.Name(id=name), *_]), ast.Call(
            func=ast.Name(id="enumerate"), args=args, keywords=keywords
        ):
            plain = len(args) == 1 and not keywords
            counted = f"range(len({code.text(args[0])}))" if plain else ""
            return [DistinctKey(name, counted, is_whole=True, ascends=True)]
        case ast.Name(id=name), ast.Call(func=ast.Name(id="range"), args=args):
            from_zero = len(args) == 1 or (len(args) == _BOUNDS and code.integer(args[0]) == 0)
            counted = f"range({code.text(args[-1])})" if from_zero else ""
            ascends = len(args) <= _BOUNDS
            return [DistinctKey(name, counted, is_whole=True, ascends=ascends)]
        case ast.Tuple(elts=[ast.Name(id=name), *_]) | ast.Name(id=name), ast.Call(
            func=ast.Attribute(attr=attr)
        ) if attr in _DICT_WALKS and (isinstance(target, ast.Tuple) or attr == "keys"):
            return [DistinctKey(name)]
        case ast.Name(id=name), _ if _holds_each_once(iterable):
            python, ascends = _is_python(iterable), _is_sorted(iterable)
            return [DistinctKey(name, is_tensor=not python, ascends=ascends)]
        case _:
            return []


_BOUNDS = 2


def _holds_each_once(iterable: ast.expr) -> bool:
    """``x.unique()``, ``torch.unique(x).tolist()`` and sets."""
    match iterable:
        case ast.Call(func=ast.Attribute(value=inner, attr="tolist"), args=[]):
            return _holds_each_once(inner)
        case ast.Call(func=ast.Attribute(attr="unique"), keywords=[]):
            return True
        case ast.Call(func=ast.Name(id="sorted"), args=[inner], keywords=[]):
            return _holds_each_once(inner)
        case ast.Call(func=ast.Name(id="set"), args=[ast.Call(func=ast.Attribute(attr="tolist"))]):
            return True
        case _:
            return False


def _is_python(iterable: ast.expr) -> bool:
    match iterable:
        case ast.Call(func=ast.Attribute(attr="unique")):
            return False
        case ast.Call(func=ast.Name(id="sorted"), args=[inner]):
            return _is_python(inner)
        case _:
            return True


def _is_sorted(iterable: ast.expr) -> bool:
    match iterable:
        case ast.Call(func=ast.Attribute(value=inner, attr="tolist")):
            return _is_sorted(inner)
        case ast.Call(func=ast.Attribute(attr="unique")) | ast.Call(func=ast.Name(id="sorted")):
            return True
        case _:
            return False
