"""Lifts the loops of ``tests/data/lifting`` as the pipeline does, without verification."""

import ast
import copy
import importlib.util
import sys
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import torch

from loopscope.model.recording import LoopSite
from loopscope.source.locate import locate_loop
from loopscope.vectorize.apply_edits import apply_edits
from loopscope.vectorize.foreach import foreach_loop
from loopscope.vectorize.lift_loop import lift_loop, prepare
from loopscope.vectorize.numbering import number_expressions
from loopscope.vectorize.value import NotLiftable
from loopscope.verify.observe import observe

FOLDER = Path(__file__).parents[1] / "data" / "lifting"
TOPICS = sorted(path.stem for path in FOLDER.glob("*.py"))
OBSERVED = 8  # how many items the loop was seen with


@dataclass(frozen=True)
class Subject:
    """A function of a data file that holds one loop to lift."""

    topic: str
    name: str

    def __str__(self):
        return self.name

    @property
    def path(self):
        return FOLDER / f"{self.topic}.py"

    @cached_property
    def text(self):
        return self.path.read_text()

    @cached_property
    def node(self):
        return next(n for n in ast.parse(self.text).body if getattr(n, "name", "") == self.name)

    @property
    def reason(self):
        """Why the loop is not lifted: the function's docstring."""
        return ast.get_docstring(self.node)

    @property
    def function(self):
        return getattr(load(self.path), self.name)

    def inputs(self, n, seed):
        torch.manual_seed(seed)
        return self.function.inputs(n)


def subjects(topic):
    """The functions of a topic's file that are given inputs, in order."""
    module = ast.parse((FOLDER / f"{topic}.py").read_text())
    return [Subject(topic, n.name) for n in module.body if getattr(n, "decorator_list", None)]


@cache
def lift(subject):
    """Return the rewrite that the pipeline would try first.

    Raises:
        NotLiftable: There is none.
    """
    prepared, seen = observed(subject)
    try:
        return lift_loop(prepared, seen)
    except NotLiftable as reason:
        try:
            return foreach_loop(prepared, seen)
        except NotLiftable:
            raise reason from None


def observed(subject):
    """Run the function up to its loop, and the loop once, noting what its expressions were."""
    prepared = prepare(locate_loop(subject.text, _site(subject)))
    functions = [*prepared.functions.values()]
    number_expressions([*prepared.statements, *functions])
    namespace = {**vars(load(subject.path)), **subject.inputs(OBSERVED, seed=1)}
    first = prepared.region.statement.lineno
    prelude = [s for s in subject.node.body if s.end_lineno < first]
    exec(compile(ast.Module(prelude, type_ignores=[]), "<prelude>", "exec"), namespace)
    return prepared, observe(prepared.statements, functions, namespace)


def rewritten(subject):
    """The text of the subject's file with the edits made."""
    lines = subject.text.splitlines(keepends=True)
    return "".join(apply_edits(lines, lift(subject).edits))


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
    arguments = copy.deepcopy(inputs)
    return function(**arguments), arguments


def _site(subject):
    nodes = [n for statement in subject.node.body for n in ast.walk(statement)]
    statements = [n for n in nodes if isinstance(n, ast.For | ast.While)]
    comprehensions = [n for n in nodes if isinstance(n, ast.ListComp | ast.GeneratorExp)]
    node = min(statements or comprehensions, key=lambda n: (n.lineno, n.col_offset))
    kinds = {
        ast.For: "for", ast.While: "while",
        ast.ListComp: "comprehension", ast.GeneratorExp: "generator",
    }  # fmt: skip
    kind = kinds[type(node)]
    path = f"{subject.topic}.py"
    return LoopSite(path, subject.name, 1, node.lineno, -1, node.end_lineno, 0, -1, kind)
