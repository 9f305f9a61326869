"""Each rule's example, profiled for real: found on its line, and the replacement is equal."""

import importlib.util
from pathlib import Path

import pytest
import torch

import loopscope

pytestmark = pytest.mark.live

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "rules").glob("ls*.py"))
SETTLED = {"ls601_data_dependent_while": 1e-4}  # steps on where the loop has stopped


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def findings(function, inputs):
    with loopscope.profile(console=False, verify=False) as scope:
        function(**inputs)
    return {f.location.line: f.rule for f in scope.report.findings}


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.stem)
def example(request):
    torch.manual_seed(0)
    return load(request.param), request.param


def test_the_slow_loop_is_found_on_its_line(example):
    module, path = example
    lines = path.read_text().splitlines()
    expected = next(n for n, line in enumerate(lines, 1) if "# expect: " in line)

    for _ in range(3):  # a machine that is busy elsewhere makes small ops look heavy
        found = findings(module.slow, module.inputs())
        if expected in found:
            break

    assert found.get(expected) == lines[expected - 1].rsplit(" ", 1)[-1]


def test_the_near_miss_is_not_found(example):
    module, path = example

    assert path.stem.split("_")[0].upper() not in findings(module.fine, module.inputs()).values()


def test_the_replacement_gives_the_same_values(example):
    module, path = example
    if not hasattr(module, "fast"):
        pytest.skip("advice only: the file says so")
    inputs = module.inputs()

    tolerance = SETTLED.get(path.stem, 1e-5)
    torch.testing.assert_close(
        module.fast(**inputs), module.slow(**inputs), rtol=1e-4, atol=tolerance
    )
