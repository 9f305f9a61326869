import gzip
import json
from pathlib import Path

import msgspec
import pytest
from trace_file import BASE_NS, TraceFile

from loopscope.trace.events import Event, decode_events
from loopscope.trace.parts import decode_parts

REAL = Path(__file__).parents[2] / "data" / "linear_rows_torch_2_13.json.gz"


def decoded(raw, size):
    events = []
    return decode_parts(raw, events.extend, size=size), events


@pytest.mark.parametrize("size", [1, 100, 5_000, 1 << 20])
@pytest.mark.parametrize("indent", [None, 2])
def test_parts_of_any_size_give_the_events_of_the_whole(size, indent):
    raw = json.dumps(json.loads(gzip.decompress(REAL.read_bytes())), indent=indent).encode()
    whole, _ = decode_events(raw)

    assert decoded(raw, size) == (whole.base_time_ns, whole.events)


@pytest.mark.parametrize(
    "outer",
    [
        '{"traceEvents": [%s], "baseTimeNanoseconds": 5}',
        '{"baseTimeNanoseconds": 5, "traceEvents": [%s]}',
        '{"a": ["]"], "traceEvents": [%s], "b": [{"c": "]"}], "baseTimeNanoseconds": 5}',
    ],
)
def test_what_stands_before_and_after_the_events_is_read(outer):
    raw = (outer % '{"name": "x"}, {"name": "y", "args": {"dims": [[1], []]}}').encode()

    base_time_ns, events = decoded(raw, 1)

    assert base_time_ns == 5
    assert [event.name for event in events] == ["x", "y"]


def test_a_plain_list_and_no_events_at_all_are_read():
    assert decoded(b'[{"name": "x"}]', 1) == (0, [Event(name="x")])
    assert decoded(b" []", 1) == (0, [])
    assert decoded(TraceFile().text().encode(), 1)[0] == BASE_NS


@pytest.mark.parametrize(
    "text",
    [
        '{"nodes": [{"name": "x"}, {"name": "y"}]}',
        '{"a": {"traceEvents": [{"name": "x"}]}}',
        '{"traceEvents": [{"name": "x"}, {"name": "y"',
        '{"traceEvents": [{"name": "x"}, {"name": 5}]}',
        '{"traceEvents": [{"name": "x", "args": {"in": [{"a": 1}, {"b": 2}]}}]}',
        '[{"name": "x"}] and more',
        '{"traceEvents": [{"name": "x"}], "b": [{}, {}]}',
        "",
    ],
)
def test_what_cannot_be_told_apart_part_by_part_is_left_to_the_whole(text):
    with pytest.raises(msgspec.DecodeError):
        decoded(text.encode(), 1)
