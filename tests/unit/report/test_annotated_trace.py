import gzip
import json
import tracemalloc

import pytest
from trace_rules import check_track, read_strict

from loopscope.errors import LoopscopeError
from loopscope.model.track import Arrow, Mark, Slice, Track
from loopscope.report.annotated_trace import PID, annotate_trace

EVENT = {"ph": "X", "cat": "cpu_op", "name": "aten::add", "pid": 7, "tid": 7, "ts": 1.5, "dur": 2}
TRACK = Track(
    base_time_ns=1_000,
    lanes=("hot loops", "backward of hot loops"),
    slices=(
        Slice("LS104 running sum", 2_000, 12_000, 0, "terrible", {"rule": "LS104", "n": 3}),
        Slice("iteration 0", 2_500, 4_000, 0),
        Slice("backward of a.py:3", 20_000, 30_000, 1, "olive"),
    ),
    marks=(Mark("Python waits for a value", 3_000, 0),),
    arrows=(Arrow("backward", 7_000, 0, 20_000, 1),),
)


def trace_text(**keys):
    return json.dumps(keys | {"traceEvents": [EVENT, EVENT]})


def annotated(tmp_path, text, track=TRACK):
    path = tmp_path / "t.pt.trace.json"
    path.write_text(text)
    annotate_trace(path, path, track)
    return read_strict(path)


def test_the_track_is_a_process_of_its_own_on_top(tmp_path):
    trace = annotated(tmp_path, trace_text(schemaVersion=1))

    found = check_track(trace, PID)
    said = {event["name"]: event["args"] for event in found["M"]}
    assert said["process_name"] == {"name": "LoopScope"}
    assert said["process_sort_index"] == {"sort_index": -1}
    assert [e["args"]["name"] for e in found["M"] if e["name"] == "thread_name"] == [*TRACK.lanes]
    loop = found["X"][0]
    assert (loop["ts"], loop["dur"], loop["args"]) == (1.0, 10.0, {"rule": "LS104", "n": 3})
    assert (found["i"][0]["ts"], found["s"][0]["ts"], found["f"][0]["ts"]) == (2.0, 6.0, 19.0)


def test_the_events_of_the_trace_stay_as_they_are_and_where_they_are(tmp_path):
    trace = annotated(tmp_path, trace_text(schemaVersion=1, deviceProperties=[{"id": 0}]))

    assert trace["traceEvents"][:2] == [EVENT, EVENT]
    assert trace["deviceProperties"] == [{"id": 0}]
    assert list(trace)[-1] == "traceEvents"


def test_a_trace_is_annotated_once(tmp_path):
    once = annotated(tmp_path, trace_text())

    assert annotated(tmp_path, json.dumps(once)) == once


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('{"traceEvents": []}', {}),
        ('{"traceEvents": [ \n ] \n }\n', {}),
        ('{"traceEvents": [%s], "traceName": "/tmp/a]b.json"}', {}),
        ('{"traceEvents": [%s], "traceName": "[", "unit": "ms"}', {"unit": "ms"}),
        ('{"traceEvents": [%s], "meta": [1, 2]}', {}),
    ],
)  # fmt: skip
def test_nothing_with_a_bracket_stands_after_the_events(tmp_path, text, kept):
    trace = annotated(tmp_path, text.replace("%s", json.dumps(EVENT)))

    trace.pop("traceEvents")
    assert trace == kept


def test_a_bare_list_of_events_stays_one(tmp_path):
    path = tmp_path / "t.json"
    path.write_text(json.dumps([EVENT]))

    annotate_trace(path, path, TRACK)

    events = json.loads(path.read_text())
    assert events[0] == EVENT
    assert len(events) > 5


def test_a_packed_trace_stays_packed(tmp_path):
    path = tmp_path / "t.pt.trace.json.gz"
    path.write_bytes(gzip.compress(trace_text().encode()))

    annotate_trace(path, path, TRACK)

    trace = json.loads(gzip.decompress(path.read_bytes()))
    assert check_track(trace, PID)["X"]


@pytest.mark.parametrize("text", ["", "{}", "no trace", '{"traceEvents": [{"ph": "X", "na'])
def test_what_does_not_end_as_a_trace_is_left_as_it_is(tmp_path, text):
    path = tmp_path / "t.json"
    path.write_text(text)

    with pytest.raises(LoopscopeError) as error:
        annotate_trace(path, path, TRACK)

    assert error.value.slug == "trace-unreadable"
    assert path.read_text() == text
    assert [p.name for p in tmp_path.iterdir()] == ["t.json"]


def test_text_of_any_kind_is_json(tmp_path):
    odd = Slice(
        '"quoted"\n\u2028</script>', 2_000, 3_000, 0, args={"x": "\ud800 lone", "y": "z" * 9_999}
    )

    trace = annotated(tmp_path, trace_text(), Track(0, ("hot loops",), (odd,)))

    (found,) = check_track(trace, PID)["X"]
    assert found["name"] == odd.name
    assert len(found["args"]["y"]) == 4_001


def test_a_large_trace_is_not_held_in_memory(tmp_path):
    path = tmp_path / "t.json"
    line = json.dumps(EVENT | {"name": "x" * 1_000})
    with path.open("w") as file:
        file.write('{"traceEvents": [')
        file.writelines(f"{line},\n" for _ in range(40_000))
        file.write(f"{line}]}}")

    tracemalloc.start()
    annotate_trace(path, path, TRACK)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert path.stat().st_size > 40_000_000
    assert peak < 8_000_000
