import json
from pathlib import Path

import pytest
from trace_file import BASE_NS, TraceFile

from loopscope.errors import LoopscopeError
from loopscope.trace import read_trace

REAL = Path(__file__).parents[2] / "data" / "linear_rows_torch_2_13.json.gz"


@pytest.mark.parametrize("name", ["t.json", "t.json.gz"])
def test_times_are_nanoseconds_since_the_epoch(tmp_path, name):
    trace = read_trace(TraceFile().op("aten::add", 1.5, 2.25).write(tmp_path / name))
    assert trace.ops.start_ns.tolist() == [BASE_NS + 1500]
    assert trace.ops.duration_ns.tolist() == [2250]
    assert trace.threads == (7,)
    assert trace.num_events == 2


def test_ops_nest_on_their_own_thread_only(tmp_path):
    file = TraceFile().op("aten::t", 0, 10).op("aten::view", 1, 2).op("aten::add", 2, 1, tid=8)
    trace = read_trace(file.op("aten::mul", 20, 1).write(tmp_path / "t.json"))
    assert trace.ops.parent.tolist() == [-1, 0, -1, -1]


def test_siblings_that_overlap_by_rounding_do_not_nest(tmp_path):
    file = TraceFile().op("a", 0, 10.001).op("b", 10, 5)
    assert read_trace(file.write(tmp_path / "t.json")).ops.parent.tolist() == [-1, -1]


def test_a_kernel_belongs_to_the_innermost_op_that_launched_it(tmp_path):
    file = TraceFile().op("aten::linear", 0, 10).op("aten::addmm", 1, 5)
    file.launch(11, 3).kernel(11, 50, 4)
    trace = read_trace(file.write(tmp_path / "t.json"))
    assert trace.names[trace.ops.name[trace.kernels.op[0]]] == "aten::addmm"


def test_a_copy_without_a_launch_is_left_alone(tmp_path):
    trace = read_trace(
        TraceFile().op("a", 0, 1).kernel(5, 3, 1, cat="gpu_memcpy").write(tmp_path / "t.json")
    )
    assert trace.kernels.op.tolist() == [-1]
    assert trace.kernels.kind.tolist() == [1]


def test_everything_under_the_engine_comes_from_the_forward_op(tmp_path):
    file = TraceFile().op("aten::mul", 0, 1, Sequence_number=3, Fwd_thread_id=0)
    engine = "autograd::engine::evaluate_function: MulBackward0"
    file.op(engine, 10, 5, tid=9, Sequence_number=3, Fwd_thread_id=1).op("aten::mul", 11, 1, tid=9)
    ops = read_trace(file.write(tmp_path / "t.json")).ops
    assert ops.backward.tolist() == [False, True, True]
    assert ops.forward.tolist() == [-1, 0, 0]


def test_a_plain_list_of_events_is_a_trace(tmp_path):
    path = tmp_path / "t.json"
    path.write_text(json.dumps(TraceFile().op("a", 1, 1).events))
    assert len(read_trace(path).ops) == 1


def test_a_file_cut_off_keeps_what_is_whole_and_says_so(tmp_path):
    text = TraceFile().op("a", 0, 1).op("b", 2, 1).text()
    path = tmp_path / "t.json"
    path.write_text(text[:-20])
    trace = read_trace(path)
    assert len(trace.ops) == 1
    assert "cut off" in trace.notes[0]


def test_an_oddly_shaped_argument_costs_no_event(tmp_path):
    file = TraceFile().op("a", 0, 1, correlation="many").op("b", 2, 1)
    assert len(read_trace(file.write(tmp_path / "t.json")).ops) == 2


@pytest.mark.parametrize(
    ("text", "slug"),
    [("{}", "not-a-trace"), ("hello", "trace-unreadable"), ("", "trace-unreadable")],
)
def test_what_is_no_trace_is_refused_in_one_line(tmp_path, text, slug):
    path = tmp_path / "t.json"
    path.write_text(text)
    with pytest.raises(LoopscopeError) as error:
        read_trace(path)
    assert error.value.slug == slug
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(LoopscopeError, match="No trace at") as error:
        read_trace(tmp_path / "none.json")
    assert error.value.slug == "trace-missing"


def test_an_empty_trace_has_empty_columns(tmp_path):
    trace = read_trace(TraceFile().write(tmp_path / "t.json"))
    assert len(trace.ops) == 0
    assert len(trace.kernels.op) == 0


def test_a_real_trace_links_backward_to_forward():
    trace = read_trace(REAL)
    ops = trace.ops
    names = [trace.names[name] for name in ops.name]
    first = names.index("autograd::engine::evaluate_function: AddmmBackward0")
    assert names[ops.forward[first]] == "aten::addmm"
    assert names.count("aten::linear") == 6
    notes = [trace.names[name] for name in trace.annotations.name]
    assert notes == ["Optimizer.step#SGD.step", "Optimizer.zero_grad#SGD.zero_grad"]
