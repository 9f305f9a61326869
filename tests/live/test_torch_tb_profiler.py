"""The annotated trace in torch-tb-profiler 0.4.3: seen, and counted nowhere."""

import json

import pytest
import torch

import loopscope
from loopscope.report.annotated_trace import PID

pytestmark = pytest.mark.live
generator = pytest.importorskip(
    "torch_tb_profiler.profiler.run_generator",
    reason="no torch-tb-profiler: pip install -e .[torch-tb]",
)


def step(weight):
    torch.stack([weight[i] * 2 for i in range(200)]).sum().backward()


@pytest.fixture(scope="module")
def trace(tmp_path_factory):
    logdir = tmp_path_factory.mktemp("run")
    with loopscope.profile(logdir=logdir, console=False, with_stack=True):
        step(torch.rand(200, requires_grad=True))
    (path,) = logdir.glob("*.pt.trace.json")
    return json.loads(path.read_text())


def views(trace):
    """What its Overview and Operator views show of a trace."""
    from torch_tb_profiler.profiler.data import RunProfileData

    data = RunProfileData.from_json("worker", "1", trace)
    profile = generator.RunGenerator("worker", "1", data).generate_run_profile()
    return {
        "overview": profile.overview,
        "operators": profile.operation_table_by_name,
        "pie": profile.operation_pie_by_name,
        "stacks": profile.operation_stack_by_name,
    }


def test_its_totals_are_the_same_with_and_without_our_process(trace):
    ours = [event for event in trace["traceEvents"] if event["pid"] == PID]
    bare = [event for event in trace["traceEvents"] if event["pid"] != PID]
    assert {event["ph"] for event in ours} >= {"M", "X", "s", "f"}

    assert views(trace) == views(trace | {"traceEvents": bare})
