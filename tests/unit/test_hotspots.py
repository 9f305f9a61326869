import json
from dataclasses import replace

import numpy as np

from loopscope.config import Settings
from loopscope.hotspots import find_loop_costs
from loopscope.hotspots.unrecorded_threads import note_unrecorded_threads
from loopscope.model.hotspot import Role, Symptom
from loopscope.model.recording import Clock, Environment, LoopEntries, LoopSite, Recording, Window
from loopscope.trace.read import read_trace

BASE = 1_700_000_000_000_000_000


def op(name, ts, dur, tid=7, **args):
    return {
        "ph": "X",
        "cat": "cpu_op",
        "name": name,
        "pid": 7,
        "tid": tid,
        "ts": ts,
        "dur": dur,
        "args": args,
    }


def write(tmp_path, events):
    path = tmp_path / "t.pt.trace.json"
    path.write_text(json.dumps({"baseTimeNanoseconds": BASE, "traceEvents": events}))
    return path


def record(path, spans, sites=1):
    site = LoopSite("a.py", "f", 1, 2, 4, 3, 0, -1, "for")
    columns = np.array(spans, np.int64).reshape(-1, 5)
    entries = LoopEntries(
        7, columns[:, 0].astype(np.int32), BASE + columns[:, 1], BASE + columns[:, 2],
        columns[:, 3], columns[:, 4].astype(np.int32),
    )  # fmt: skip
    return Recording(
        path, Window(0, 0, BASE, BASE + 1_000_000), Clock("settrace"), (site,) * sites, (entries,),
        {}, Environment("", "", "", "cpu", 1),
    )  # fmt: skip


def test_ops_belong_to_the_innermost_loop_and_to_those_around_it(tmp_path):
    events = [op("aten::add", k * 10.0, 5) for k in range(100)]
    recording = record(
        write(tmp_path, events), [(0, 0, 1_000_000, 10, -1), (1, 0, 500_000, 50, 0)], sites=2
    )

    costs = find_loop_costs(read_trace(recording.trace_path), recording, Settings())

    assert [(c.ops, c.iterations, c.parent) for c in costs] == [(100, 10, -1), (50, 50, 0)]
    assert Symptom.DISPATCH in costs[0].symptoms
    assert all(c.hot for c in costs)


def test_a_loop_around_an_optimizer_step_is_training(tmp_path):
    step = {
        "ph": "X",
        "cat": "user_annotation",
        "name": "Optimizer.step#SGD.step",
        "tid": 7,
        "ts": 5,
        "dur": 5,
    }
    events = [op("aten::add", k * 10.0, 5) for k in range(100)] + [step]
    recording = record(write(tmp_path, events), [(0, 0, 1_000_000, 100, -1)])

    (cost,) = find_loop_costs(read_trace(recording.trace_path), recording, Settings())

    assert cost.role is Role.TRAINING
    assert not cost.hot


def test_few_iterations_and_heavy_ops_are_not_hot(tmp_path):
    few = record(write(tmp_path, [op("aten::add", 1, 5)]), [(0, 0, 1_000_000, 3, -1)])
    assert not find_loop_costs(read_trace(few.trace_path), few, Settings())[0].hot

    heavy = record(
        write(tmp_path, [op("aten::mm", k * 500.0, 450) for k in range(20)]),
        [(0, 0, 10_000_000, 20, -1)],
    )
    assert not find_loop_costs(read_trace(heavy.trace_path), heavy, Settings())[0].hot


def test_a_nest_is_as_hot_as_its_inner_loop_however_few_the_outer_iterations(tmp_path):
    events = [op("aten::add", k * 10.0, 5) for k in range(90)]
    recording = record(
        write(tmp_path, events), [(0, 0, 1_000_000, 3, -1), (1, 0, 990_000, 90, 0)], sites=2
    )
    inner = replace(recording.sites[1], parent=0)
    recording = replace(recording, sites=(recording.sites[0], inner))

    costs = find_loop_costs(read_trace(recording.trace_path), recording, Settings())

    assert [(c.iterations, c.hot) for c in costs] == [(3, True), (90, True)]


def test_backward_ops_that_run_in_a_loop_are_its_work_and_counted_once(tmp_path):
    forward = [op("aten::mul", k * 100.0, 1, **{"Sequence number": k}) for k in range(10)]
    backward = [
        op("MulBackward0", k * 100.0 + 10, 50, **{"Sequence number": k, "Fwd thread id": 1})
        for k in range(10)
    ]
    recording = record(write(tmp_path, forward + backward), [(0, 0, 1_000_000, 10, -1)])

    (cost,) = find_loop_costs(read_trace(recording.trace_path), recording, Settings())

    assert cost.hot
    assert cost.backward_ns == 0  # it is in the loop's own time


def notes_on_threads(path, spans):
    recording = record(path, spans)
    return note_unrecorded_threads(read_trace(path), recording, Settings())


def test_busy_loops_of_threads_that_were_not_recorded_are_named(tmp_path):
    elsewhere = write(tmp_path, [op("aten::add", 1, 5, tid=8)])
    busy, waiting, few = (0, 0, 500_000, 100, -1), (0, 0, 100_000, 100, -1), (0, 0, 500_000, 3, -1)

    (note,) = notes_on_threads(elsewhere, [busy])
    assert "(a.py:2)" in note
    assert "profile_all_threads" in note
    assert not notes_on_threads(elsewhere, [waiting])
    assert not notes_on_threads(elsewhere, [few])
    here = write(tmp_path, [op("aten::add", 1, 5)])
    assert not notes_on_threads(here, [busy])
