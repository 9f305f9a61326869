"""What a trace must keep to, so that every viewer shows all of it.

Perfetto: https://perfetto.dev/docs/getting-started/other-formats and the format that it refers to,
https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.
"""

import json
import math
from collections import defaultdict

NAMED_COLORS = {"terrible", "bad", "good", "grey", "olive", "yellow", "generic_work"}
PHASES = {"X", "M", "i", "s", "f"}


def read_strict(path):
    """Parse as a viewer does: no NaN, no key twice, ``traceEvents`` the last, no list after it."""

    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    def once(pairs):
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), f"a key stands twice: {keys}"
        return dict(pairs)

    text = path.read_text()
    trace = json.loads(text, parse_constant=refuse, object_pairs_hook=once)
    assert text.rindex("]") > text.rindex('"ph"')
    assert "traceEvents" in trace
    assert not any(isinstance(value, list) for key, value in list(trace.items())[1:]
                   if list(trace).index(key) > list(trace).index("traceEvents"))  # fmt: skip
    return trace


def check_track(trace, pid):
    """Check the events of one process; return them by phase."""
    events = [event for event in trace["traceEvents"] if event["pid"] == pid]
    by_phase = defaultdict(list)
    for event in events:
        assert event["ph"] in PHASES
        assert event["name"]
        assert isinstance(event["tid"], int)
        assert math.isfinite(event["ts"])
        assert event["ph"] == "M" or event["cat"] == "loopscope"
        assert event.get("cname", "grey") in NAMED_COLORS
        by_phase[event["ph"]].append(event)
    named = {event["tid"] for event in by_phase["M"] if event["name"] == "thread_name"}
    assert {event["tid"] for event in events} <= named | {0}
    for cut in (math.floor, round):
        check_nesting(by_phase["X"], cut)
    check_flows(by_phase)
    assert all(event["s"] == "t" for event in by_phase["i"])
    return by_phase


def check_nesting(slices, cut):
    """Slices of a thread nest or are disjoint: Perfetto drops what overlaps in part."""
    lanes = defaultdict(list)
    for one in slices:
        assert one["dur"] >= 0
        start = cut(one["ts"] * 1000)
        lanes[one["tid"]].append((start, start + cut(one["dur"] * 1000), one["name"]))
    for lane in lanes.values():
        open_until = []
        for start, end, name in sorted(lane, key=lambda s: (s[0], -s[1])):
            while open_until and open_until[-1] <= start:
                open_until.pop()
            assert not open_until or end <= open_until[-1], f"{name} overlaps"
            open_until.append(end)


def check_flows(by_phase):
    """Each arrow has one begin and one end, later, both inside of a slice."""
    begins = {event["id"]: event for event in by_phase["s"]}
    ends = {event["id"]: event for event in by_phase["f"]}
    assert len(begins) == len(by_phase["s"])
    assert begins.keys() == ends.keys()
    for number, begin in begins.items():
        end = ends[number]
        assert end["bp"] == "e"
        assert begin["ts"] <= end["ts"]
        for event in (begin, end):
            assert any(
                one["tid"] == event["tid"] and one["ts"] <= event["ts"] <= one["ts"] + one["dur"]
                for one in by_phase["X"]
            )
