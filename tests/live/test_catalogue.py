"""Every loop of the catalogue is recognised, however it is written."""

import ast
import importlib.util
import inspect
import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from loop_variants import VARIANTS, write_variant

import loopscope
from loopscope.hotspots import find_loop_costs
from loopscope.pipeline import window

pytestmark = pytest.mark.live

SECTIONS = sorted((Path(__file__).parents[1] / "data" / "catalogue").glob("*.py"))
NEVER_SEEN = {"loop_42"}  # a loop over ``.tolist()`` runs no op: a trace does not show it


@dataclass(frozen=True, slots=True)
class Case:
    """One loop, written one way."""

    section: Path
    name: str
    how: str
    advice: bool
    accepted: frozenset[str]


def cases():
    for section in SECTIONS:
        text = section.read_text()
        for node in loops(text):
            what, _, ops = ast.get_docstring(node).partition(": ")
            accepted = frozenset(map(canonical, ops.split(", ")))
            for how in VARIANTS:
                if write_variant(node, marked(text), how, node.name) is not None:
                    yield Case(section, node.name, how, "(advice)" in what, accepted)


def loops(text):
    """The documented functions of a section; the others are their helpers."""
    functions = [n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)]
    return [function for function in functions if ast.get_docstring(function)]


def marked(text):
    return {n for n, line in enumerate(text.splitlines(), 1) if line.endswith("# LOOP")}


def canonical(op):
    op = re.sub(r"^(torch\.)?(nn\.functional|linalg|func|Tensor|autograd\.functional)?\.?", "", op)
    return op.rstrip("_")


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    """Findings by case; all loops run in one window."""
    folder = tmp_path_factory.mktemp("catalogue")
    runs = [run for section in SECTIONS for run in written(section, folder)]
    expected = {}
    for section, name, how, function, inputs, _ in runs:
        result = function(*inputs)
        expected.setdefault((section, name), result)
        torch.testing.assert_close(result, expected[section, name], msg=f"{name} {how}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(window, "find_loop_costs", all_hot)
        with loopscope.profile(console=False, verify=False) as scope:
            for *_, function, inputs, _ in runs:
                function(*inputs)
    by_line = {}
    for finding in scope.report.findings:
        by_line.setdefault((finding.location.path, finding.location.line), finding)
    return {
        (section, name, how): [f for line in lines if (f := by_line.get(line))]
        for section, name, how, _, _, lines in runs
    }


def all_hot(*arguments):
    """Small loops on a busy machine: whether they are slow is another test's question."""
    costs = find_loop_costs(*arguments)
    return tuple(replace(cost, hot=cost.iterations >= 8 and cost.ops > 0) for cost in costs)


def written(section, folder):
    """Write all variants of a section to one file; yield what to call and which lines count."""
    text = section.read_text()
    original = load(section)
    found, names = [], {node.name for node in loops(text)}
    parts = [ast.unparse(n) for n in ast.parse(text).body if getattr(n, "name", "") not in names]
    for node in loops(text):
        signature = inspect.signature(getattr(original, node.name))
        inputs = [p.default for p in signature.parameters.values()]
        for k, how in enumerate(VARIANTS):
            variant = write_variant(node, marked(text), how, f"{node.name}_{k}")
            if variant is not None:
                start = sum(p.count("\n") + 1 for p in parts)
                parts.append(variant.text)
                lines = [start + line for line in variant.lines]
                found.append((node.name, how, variant.name, inputs, lines))
    path = folder / section.name
    path.write_text("\n".join(parts))
    variants = load(path)
    for name, how, variant, inputs, lines in found:
        places = [(str(path), line) for line in lines]
        yield section, name, how, getattr(variants, variant), inputs, places


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("case", list(cases()), ids=lambda c: f"{c.name}-{c.how}")
def test_the_loop_is_recognised_with_an_op_that_serves(case, findings):
    here = findings[case.section, case.name, case.how]
    if case.name in NEVER_SEEN:
        assert not here
        return
    assert here, "no finding on the line"
    named = {canonical(op) for finding in here for op in finding.suggestion.ops}
    assert named & case.accepted, (here[0].rule, here[0].suggestion.ops)
    assert all(finding.actionable for finding in here) or case.advice, here[0].rule
