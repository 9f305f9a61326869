"""The loops of the catalogue, each written in every way that keeps its meaning, ready to run."""

import ast
import copy
import importlib.util
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from loop_variants import VARIANTS, write_variant

from loopscope.hotspots import find_loop_costs

DATA = Path(__file__).parents[1] / "data"
CATALOGUE = sorted(DATA.glob("catalogue/*.py"))
SECTIONS = [*CATALOGUE, *sorted(DATA.glob("more_loops/*.py"))]
MOST = {"as printed", "in a method", "helper"}  # how the loops outside the catalogue are written
LARGER, DOUBLE = "other sizes", "other dtypes"


@dataclass(frozen=True, slots=True)
class Run:
    """One loop, written one way, to be called.

    Attributes:
        places: File and line of each loop that counts.
    """

    section: Path
    name: str
    how: str
    function: Callable[..., object]
    inputs: list[object]
    places: tuple[tuple[str, int], ...]


def ways(section):
    """How the loops of a section are written."""
    return [*VARIANTS, LARGER, DOUBLE] if section.parent.name == "catalogue" else sorted(MOST)


def loops(text):
    """The documented functions of a section; the others are their helpers."""
    functions = [n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)]
    return [function for function in functions if ast.get_docstring(function)]


def marked(text):
    """Lines of the loops that count."""
    return {n for n, line in enumerate(text.splitlines(), 1) if line.endswith("# LOOP")}


def named_ops(function):
    """Whether advice is all there is, and the ops that serve, as the docstring has them."""
    what, _, ops = ast.get_docstring(function).partition(": ")
    return "(advice)" in what, frozenset(map(canonical, ops.split(", ")))


def canonical(op):
    """``torch.cumsum``, ``Tensor.cumsum_`` and ``cumsum`` are one op."""
    op = re.sub(r"^(torch\.)?(nn\.functional|linalg|func|Tensor|autograd\.functional)?\.?", "", op)
    return op.rstrip("_")


def all_hot(*arguments):
    """Small loops on a busy machine: whether they are slow is another test's question."""
    costs = find_loop_costs(*arguments)
    return tuple(replace(cost, hot=cost.iterations >= 8 and cost.ops > 0) for cost in costs)


def written(section, folder, hows=None):
    """Write a section's loops in these ways, all by default; yield what to call."""
    hows = [how for how in ways(section) if hows is None or how in hows]
    text = section.read_text()
    plain = [how for how in hows if how not in (LARGER, DOUBLE)]
    yield from _written(section, text, folder / section.name, {how: how for how in plain})
    if LARGER in hows:
        path = folder / f"{section.stem}_larger.py"
        yield from _written(section, _larger(text), path, {LARGER: "as printed"})
    if DOUBLE in hows:
        path = folder / f"{section.stem}_double.py"
        for run in _written(section, text, path, {DOUBLE: "as printed"}):
            yield replace(run, inputs=[_in_doubles(value) for value in run.inputs])


def _written(section, text, path, hows):
    found, names = [], {node.name for node in loops(text)}
    parts = [ast.unparse(n) for n in ast.parse(text).body if getattr(n, "name", "") not in names]
    for node in loops(text):
        for k, (how, variant) in enumerate(hows.items()):
            made = write_variant(node, marked(text), variant, f"{node.name}_{k}")
            if made is not None:
                start = sum(p.count("\n") + 1 for p in parts)
                parts.append(made.text)
                found.append((node.name, how, made.name, [start + line for line in made.lines]))
    path.write_text("\n".join(parts))
    variants, original = _load(path), _load(path, text)
    for name, how, function, lines in found:
        parameters = inspect.signature(getattr(original, name)).parameters
        places = tuple((str(path), line) for line in lines)
        inputs = [p.default for p in parameters.values()]
        yield Run(section, name, how, getattr(variants, function), inputs, places)


def _load(path, text=None):
    """Import a file, or run other text in its place."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    if text is None:
        spec.loader.exec_module(module)
    else:
        exec(compile(text, str(path), "exec"), vars(module))
    return module


def _larger(text):
    """Every size from 4 up is 2 larger, in the inputs and in the loops that name it."""
    lines = text.splitlines()
    sizes = [
        n
        for n in ast.walk(ast.parse(text))
        if isinstance(n, ast.Constant) and type(n.value) is int and n.value >= 4
    ]
    for n in sorted(sizes, key=lambda n: (n.lineno, n.col_offset), reverse=True):
        line = lines[n.lineno - 1]
        lines[n.lineno - 1] = f"{line[: n.col_offset]}{n.value + 2}{line[n.end_col_offset :]}"
    return "\n".join(lines) + "\n"


def _in_doubles(value):
    match value:
        case torch.Tensor() if value.is_floating_point():
            return value.double()
        case torch.nn.Module():
            return copy.deepcopy(value).double()
        case list() | tuple():
            return type(value)(_in_doubles(v) for v in value)
        case _:
            return value
