"""Lifts the loops of ``tests/data`` as the pipeline does, without verification."""

import ast
import copy
import importlib.util
import inspect
import sys
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import pytest
import torch

from loopscope.model.recording import LoopSite
from loopscope.source.locate import locate_loop
from loopscope.vectorize.around.apply_edits import apply_edits
from loopscope.vectorize.foreach.lift_foreach import foreach_loop
from loopscope.vectorize.lift_loop import lift_loop
from loopscope.vectorize.numbering import number_expressions
from loopscope.vectorize.prepare import prepare, to_be_observed
from loopscope.vectorize.value import NotLiftable
from loopscope.verify.observe import observe

DATA = Path(__file__).parents[1] / "data"
TOPICS = sorted((DATA / "lifting").glob("*.py"))
SECTIONS = sorted((DATA / "catalogue").glob("*.py"))
OBSERVED = 8  # how many items the loop was seen with
KINDS = {
    ast.For: "for", ast.While: "while",
    ast.ListComp: "comprehension", ast.GeneratorExp: "generator",
}  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """A function of a data file that holds one loop to lift."""

    path: Path
    name: str

    def __str__(self):
        return self.name

    @cached_property
    def text(self):
        return self.path.read_text()

    @cached_property
    def node(self):
        return _named(ast.parse(self.text), self.name)

    @property
    def reason(self):
        """Why the loop is not lifted: the function's docstring."""
        return ast.get_docstring(self.node)

    @property
    def function(self):
        return getattr(load(self.path), self.name)

    def inputs(self, n, seed):
        """Arguments for ``n`` items; those of the catalogue have one size."""
        if not hasattr(self.function, "inputs"):
            parameters = inspect.signature(self.function).parameters
            return {name: copy.deepcopy(p.default) for name, p in parameters.items()}
        torch.manual_seed(seed)
        return self.function.inputs(n)


def subjects(path):
    """The loops of a data file, in order: functions that are given inputs, or documented ones."""
    functions = [n for n in ast.parse(path.read_text()).body if isinstance(n, ast.FunctionDef)]
    catalogued = path in SECTIONS
    return [
        Subject(path, n.name)
        for n in functions
        if n.decorator_list or (catalogued and ast.get_docstring(n))
    ]


@cache
def lift(subject, device=""):
    """Return the rewrite that the pipeline would try first.

    Args:
        subject: The function.
        device: Where its tensors are said to have been seen.

    Raises:
        NotLiftable: There is none.
    """
    prepared, seen = observed(subject)
    if device:
        seen = {number: _moved(what, device) for number, what in seen.items()}
    try:
        return lift_loop(prepared, seen)
    except NotLiftable as reason:
        try:
            return foreach_loop(prepared, seen)
        except NotLiftable:
            pass
        try:
            return lift_loop(prepared, seen, steps="in turn")
        except NotLiftable:
            raise reason from None


def _moved(seen, device):
    item = seen.item and _moved(seen.item, device)
    return replace(seen, item=item, device=device if seen.kind == "tensor" else "")


def observed(subject):
    """Run the function up to its loop, and the loop once, noting what its expressions were."""
    prepared = prepare(locate_loop(subject.text, _site(subject)))
    functions = prepared.functions
    number_expressions([*prepared.statements, *functions.values()])
    namespace = {**vars(load(subject.path)), **subject.inputs(OBSERVED, seed=1)}
    first = prepared.region.statement.lineno
    prelude = [s for s in subject.node.body if s.end_lineno < first]
    exec(compile(ast.Module(prelude, type_ignores=[]), "<prelude>", "exec"), namespace)
    around = [s for s in subject.node.body if isinstance(s, ast.With)]
    no_grad = any("no_grad" in ast.unparse(s.items[0]) for s in around)
    statements = to_be_observed(prepared)
    return prepared, observe(statements, functions, namespace, grad_enabled=not no_grad)


def rewritten(subject, device=""):
    """The text of the subject's file with the edits made."""
    lines = subject.text.splitlines(keepends=True)
    return "".join(apply_edits(lines, lift(subject, device).edits))


def shown(subject):
    """The function as the rewrite leaves it, with the ops that it names and what it assumes."""
    try:
        draft, text = lift(subject), rewritten(subject)
    except NotLiftable as reason:
        return f"# {subject.name} is not lifted: {reason}"
    node = _named(ast.parse(text), subject.name)
    lines = text.splitlines()[node.lineno - 1 : node.end_lineno]
    guards = [*draft.guards, *["inputs are finite"] * draft.finite]
    notes = [f"# {', '.join(draft.ops)}", *(f"# as long as {guard}" for guard in guards)]
    return "\n".join([*notes, *lines])


def load(path, text=None):
    """Import a data file, or run other text in its place."""
    name = f"lifting_{path.stem}"
    if text is None and name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    if text is None:
        sys.modules[name] = module
        spec.loader.exec_module(module)
    else:
        exec(compile(text, f"<rewritten {path.name}>", "exec"), vars(module))
    return module


def run(function, inputs):
    """What the function returns, and its arguments as it left them."""
    torch.manual_seed(0)
    return function(**inputs), inputs


def _site(subject):
    """Where the clock would have seen the loop: the marked one, or the first."""
    lines = subject.text.splitlines()
    nodes = [n for s in subject.node.body for n in ast.walk(s) if type(n) in KINDS]
    marked = [n for n in nodes if lines[n.lineno - 1].endswith("# LOOP")]
    statements = [n for n in nodes if isinstance(n, ast.For | ast.While)]
    node = min(marked or statements or nodes, key=lambda n: (n.lineno, n.col_offset))
    where = (1, node.lineno, -1, node.end_lineno, 0, -1)
    return LoopSite(subject.path.name, subject.name, *where, KINDS[type(node)])


def _named(module, name):
    return next(n for n in module.body if getattr(n, "name", "") == name)


def assert_same(found, wanted):
    """Values, dtypes and Python types are equal."""
    assert type(found) is type(wanted)
    match wanted:
        case torch.Tensor():
            torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-5, equal_nan=True)
        case list() | tuple():
            assert len(found) == len(wanted)
            for one, other in zip(found, wanted, strict=True):
                assert_same(one, other)
        case np.ndarray():
            np.testing.assert_array_equal(found, wanted)
        case dict():
            assert_same([*found.items()], [*wanted.items()])
        case torch.nn.Module():
            assert_same([*found.parameters()], [*wanted.parameters()])
        case float():
            assert found == pytest.approx(wanted, rel=1e-4, abs=1e-5)
        case int() | str() | None:
            assert found == wanted
        case _:
            assert_same(vars(found), vars(wanted))
