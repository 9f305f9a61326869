import json
from dataclasses import replace

import numpy as np
from reports import VERIFIED, finding
from trace_file import BASE_NS, TraceFile
from trace_rules import check_track

from loopscope.hotspots.spans import MAX_SPANS, find_spans, find_steps
from loopscope.model.recording import (
    Clock,
    Environment,
    LineTimes,
    LoopEntries,
    LoopSite,
    Recording,
    Window,
)
from loopscope.report.annotated_trace import PID, annotate_trace
from loopscope.report.track import MAX_SLICES, build_track
from loopscope.trace.read import read_trace

OUTER = LoopSite("a.py", "f", 1, 2, 4, 5, 0, -1, "for")
INNER = LoopSite("a.py", "f", 1, 3, 8, 4, 1, 0, "for")
COLD = LoopSite("a.py", "g", 9, 10, 4, 11, 0, -1, "for")
SITES = (OUTER, INNER, COLD)


def entries(*rows, thread=7):
    """Rows of site, start and end in µs, iterations, parent."""
    columns = np.array(rows, np.int64).reshape(-1, 5)
    return LoopEntries(
        thread,
        columns[:, 0].astype(np.int32),
        BASE_NS + columns[:, 1] * 1000,
        BASE_NS + columns[:, 2] * 1000,
        columns[:, 3],
        columns[:, 4].astype(np.int32),
    )


def recording(path, *threads):
    return Recording(
        path,
        Window(0, 0, BASE_NS, BASE_NS + 10_000_000),
        Clock("settrace"),
        SITES,
        threads,
        {},
        Environment("", "", "", "cpu", 1),
    )


def build(tmp_path, file, *threads, found=None):
    """The track of a trace, and its events after they were written into it."""
    path = file.write(tmp_path / "t.pt.trace.json")
    recorded = recording(path, *threads)
    named = {OUTER: finding(), INNER: finding(rule="LS303")} if found is None else found
    track = build_track(named, recorded, read_trace(path))
    if track is None:
        return None, None
    annotate_trace(path, path, track)
    return track, check_track(json.loads(path.read_text()), PID)


def loop(iterations, ops_each, start=0.0, each=10.0, tid=7):
    file = TraceFile()
    add_loop(file, iterations, ops_each, start, each, tid)
    return file


def add_loop(file, iterations, ops_each, start=0.0, each=10.0, tid=7):
    for k in range(iterations):
        for n, name in enumerate(ops_each):
            file.op(name, start + k * each + n * 2, 1.5, tid)


def names(track):
    return [one.name for one in track.slices]


def test_an_entry_is_a_slice_with_what_matters_first(tmp_path):
    track, _ = build(tmp_path, loop(2, ["aten::add"]), entries((0, 0, 100, 2, -1)),
                     found={OUTER: finding(**VERIFIED)})  # fmt: skip

    slice_ = track.slices[0]
    assert slice_.end_ns - slice_.start_ns == 100_000
    assert [*slice_.args][:5] == ["rule", "location", "cost", "suggestion", "rewrite"]
    assert "verified: equal on" in slice_.args["verdict"]


def test_the_first_iterations_are_under_it_and_the_rest_is_one(tmp_path):
    file = loop(100, ["aten::select", "aten::add"], start=5.0)

    track, written = build(tmp_path, file, entries((0, 0, 1_005, 100, -1)))

    assert names(track)[1:3] == ["iteration 0", "iteration 1"]
    assert names(track)[-1] == "84 more iterations"
    starts = [one["ts"] for one in written["X"] if one["name"].startswith("iteration")]
    assert starts[:3] == [5.0, 15.0, 25.0]


def test_iterations_that_the_ops_do_not_tell_apart_are_not_made_up(tmp_path):
    file = TraceFile()
    for k in range(10):  # a condition: some iterations do more
        file.op("aten::gt", k * 10.0, 1)
        if k % 3:
            file.op("aten::copy_", k * 10.0 + 2, 1)

    track, _ = build(tmp_path, file, entries((0, 0, 100, 10, -1)))

    assert len(track.slices) == 1


def timed(found, *rows):
    """The entries with lines: rows of site, line, lap, start and end in µs."""
    columns = np.array(rows, np.int64).T
    site, line, lap = columns[:3].astype(np.int32)
    start, end = BASE_NS + columns[3:] * 1000
    return replace(found, lines=LineTimes(site, line, lap, start, end))


def test_iterations_that_the_clock_timed_are_shown_whatever_their_ops_are(tmp_path):
    file = loop(3, ["aten::add", "aten::mul"])
    file.op("aten::relu", 25, 1)
    lines = [(0, 3, 0, 0, 4), (0, 4, 0, 4, 9), (0, 3, 1, 9, 13), (0, 3, 2, 13, 30)]

    track, _ = build(tmp_path, file, timed(entries((0, 0, 100, 9, -1)), *lines))

    shown = [(s.name, (s.start_ns - BASE_NS) // 1000) for s in track.slices[1:]]
    assert shown == [("iteration 0", 0), ("iteration 1", 9), ("7 more iterations", 13)]


def test_of_a_loop_that_calls_itself_no_iteration_is_shown_in_the_wrong_place(tmp_path):
    lines = [(0, 3, 0, 0, 60), (0, 3, 1, 11, 20), (0, 3, 2, 21, 30), (0, 3, 3, 60, 90)]
    rows = (0, 0, 100, 2, -1), (0, 10, 50, 2, 0)

    track, _ = build(tmp_path, loop(3, ["aten::add"]), timed(entries(*rows), *lines))

    inner = [s for s in track.slices if s.name.startswith("iteration")]
    assert [(s.start_ns - BASE_NS) // 1000 for s in inner] == [11, 21]


def test_each_nesting_level_has_a_lane_and_loops_that_are_cold_have_none(tmp_path):
    file = loop(4, ["aten::add"])

    track, _ = build(
        tmp_path, file,
        entries((2, 0, 200, 3, -1), (0, 1, 100, 3, 0), (1, 2, 50, 3, 1), (1, 52, 90, 3, 1)),
    )  # fmt: skip

    loops = [one for one in track.slices if one.name.startswith("LS")]
    lanes = {one.name.split()[0]: track.lanes[one.lane] for one in loops}
    assert lanes == {"LS104": "hot loops", "LS303": "hot loops, level 2"}


def test_threads_that_run_side_by_side_have_lanes_of_their_own(tmp_path):
    file = loop(4, ["aten::add"])
    add_loop(file, 4, ["aten::add"], tid=8)

    track, _ = build(
        tmp_path, file, entries((0, 0, 100, 4, -1)), entries((0, 50, 150, 4, -1), thread=8)
    )

    assert track.lanes == ("hot loops", "hot loops, thread 2")


def test_reads_of_values_are_marks(tmp_path):
    file = TraceFile()
    for k in range(4):
        file.op("aten::item", k * 10.0, 5)
        file.op("aten::_local_scalar_dense", k * 10.0 + 1, 3)
    file.op("aten::_local_scalar_dense", 500.0, 3)

    track, written = build(tmp_path, file, entries((0, 0, 100, 4, -1)))

    assert [mark["ts"] for mark in written["i"]] == [1.0, 11.0, 21.0, 31.0]
    assert track.marks[0].name == "Python waits for a value"


def test_an_arrow_leads_to_the_backward_burst(tmp_path):
    file = TraceFile()
    for k in range(4):
        file.op("aten::mul", k * 10.0, 5, Sequence_number=k, Fwd_thread_id=0)
    for k in range(4):
        name = "autograd::engine::evaluate_function: MulBackward0"
        file.op(name, 300.0 + k * 10, 8, tid=9, Sequence_number=3 - k, Fwd_thread_id=1)

    track, written = build(tmp_path, file, entries((0, 0, 100, 4, -1)))

    (burst,) = [one for one in track.slices if one.name.startswith("backward of train.py")]
    assert (burst.start_ns - BASE_NS, burst.end_ns - BASE_NS) == (300_000, 338_000)
    assert track.lanes[burst.lane] == "backward of hot loops"
    assert (written["s"][0]["ts"], written["f"][0]["ts"]) == (50.0, 300.0)


def test_no_more_slices_than_a_viewer_can_bear_and_the_longest_of_them(tmp_path):
    rows = [(0, k * 10, k * 10 + 1 + (k % 7), 2, -1) for k in range(MAX_SLICES + 1_000)]

    track, _ = build(tmp_path, loop(1, ["aten::add"]), entries(*rows))

    assert len(track.slices) == MAX_SLICES
    assert min(one.end_ns - one.start_ns for one in track.slices) > 1_000


def test_without_a_hot_loop_there_is_no_track(tmp_path):
    assert build(tmp_path, loop(1, ["aten::add"]), entries(), found={}) == (None, None)
    rows = entries((2, 0, 100, 4, -1))
    assert build(tmp_path, loop(1, ["aten::add"]), rows) == (None, None)


def test_spans_are_when_a_loop_ran_in_any_thread(tmp_path):
    recorded = recording(
        tmp_path, entries((0, 10, 20, 1, -1), (1, 12, 15, 1, 0), (0, 30, 40, 1, -1)),
        entries((0, 18, 25, 1, -1), thread=8),
    )  # fmt: skip

    spans = find_spans(recorded, OUTER)

    assert [(s.offset_ns, s.duration_ns) for s in spans] == [(10_000, 15_000), (30_000, 10_000)]
    assert find_spans(recorded, COLD) == ()


def test_of_many_spans_the_nearest_are_one(tmp_path):
    rows = [(0, 100 * k + (50 if k % 10 else 0), 100 * k + 60, 1, -1) for k in range(5_000)]

    spans = find_spans(recording(tmp_path, entries(*rows)), OUTER)

    assert 1 < len(spans) <= MAX_SPANS
    assert spans[0].offset_ns == 0
    assert spans[-1].offset_ns + spans[-1].duration_ns == 499_960_000


def test_steps_are_those_that_the_profiler_marked(tmp_path):
    file = TraceFile().annotation("ProfilerStep#4", 0, 50).annotation("ProfilerStep#5", 50, 40)
    path = file.annotation("Optimizer.step#SGD.step", 60, 5).write(tmp_path / "t.json")

    steps = find_steps(read_trace(path), recording(path))

    assert [(s.number, s.offset_ns, s.duration_ns) for s in steps] == [
        (4, 0, 50_000),
        (5, 50_000, 40_000),
    ]
