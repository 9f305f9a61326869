"""Builds report documents as loopscope writes them, in every state a finding can be in."""

import copy
import json
from pathlib import Path

SCAN = [
    "def features(data):",
    "    cumulative_sum = torch.zeros_like(data)",
    "    for i in range(len(data)):",
    "        current_sum += data[i]",
    "        cumulative_sum[i] = current_sum",
    "    return cumulative_sum",
]
LOOP_AT, LOOP_LINES = 2, 3  # of SCAN
START_NS = 1_790_000_000_000_000_000


def finding(
    rule="LS104",
    line=41,
    cost_ms=203.0,
    share=0.49,
    path="/home/ada/train.py",
    function="features",
    name="running-sum",
    kind="scan",
    ops=("torch.cumsum",),
    summary="running sum of data",
    advice="use torch.cumsum(data, dim=0)",
    actionable=True,
    status="none",
    source=SCAN,
    **changes,
):
    """One finding; ``status`` gives it a rewrite in that state, and its verdict."""
    total_ns = int(cost_ms * 1e6)
    first = line - LOOP_AT
    end = line + LOOP_LINES - 1
    found = {
        "id": f"{rule}:{Path(path).name}:{function}:{line}",
        "rule": rule,
        "name": name,
        "kind": kind,
        "actionable": actionable,
        "location": {
            "path": path,
            "line": line,
            "column": 5,
            "end_line": end,
            "function": function,
            "statement": source[LOOP_AT].strip() if len(source) > LOOP_AT else "",
        },
        "iterations": 10_000,
        "entries": 2,
        "ops": 40_000,
        "kernels": 0,
        "cost": {
            "forward_ns": total_ns,
            "backward_ns": 0,
            "total_ns": total_ns,
            "share": share,
            "gpu_idle_ns": None,
        },
        "suggestion": {
            "ops": list(ops),
            "summary": summary,
            "advice": advice,
            "url": f"https://loopscope.readthedocs.io/en/latest/rules/{rule.lower()}/",
        },
        "rewrite": rewrite(status, line, path) if status != "none" else rewrite("none", 1, ""),
        "verdict": verdict() if status == "verified" else None,
        "op_counts": {"aten::select": 20_000, "aten::add_": 10_000, "aten::copy_": 10_000},
        "source": {str(first + k): text for k, text in enumerate(source)},
        "spans": [],
        "line_ns": {},
    }
    return found | changes


def rewrite(status, line, path):
    """The rewrite of SCAN that starts at ``line``: the zeros above it are folded into it."""
    if status == "none":
        blank = {"before": "", "after": "", "diff": "", "guards": [], "edits": []}
        blank |= {"reason": "cumulative_sum is read in the loop", "premises": []}
        return {"status": "none", **blank}
    before = SCAN[1:5]
    after = "    cumulative_sum = torch.cumsum(data, dim=0)"
    diff = [f"--- a{path}", f"+++ b{path}", f"@@ -{line - 2},6 +{line - 2},3 @@", " " + SCAN[0]]
    diff += ["-" + text for text in before] + ["+" + after, " " + SCAN[5]]
    return {
        "status": status,
        "before": "\n".join(before) + "\n",
        "after": after + "\n",
        "diff": "\n".join(diff) + "\n",
        "guards": ["data is a 1-D float tensor", "current_sum is not read after the loop"],
        "edits": [{"start_line": line - 1, "end_line": line + 2, "text": after + "\n"}],
        "reason": "",
        "premises": [],
    }


def verdict(**changes):
    return {
        "inputs": 6,
        "max_error": 1.2e-7,
        "gradients": True,
        "loop_ns": 203_000_000,
        "rewrite_ns": 49_500,
        "speedup": 4101.0,
        "device": "cpu",
    } | changes


def document(*findings, step=1, index=0, window_ms=412.0, **changes):
    """A report with these findings, its totals summed."""
    hot = [f for f in findings if f["actionable"]]
    window_ns = int(window_ms * 1e6)
    start_ns = START_NS + step * 10_000_000_000
    return {
        "schema_version": 1,
        "tool": {"name": "loopscope", "version": "0.1.0"},
        "environment": {
            "python": "3.11.7",
            "torch": "2.13.0",
            "platform": "Linux-6.1-x86_64",
            "device": "cpu",
            "num_threads": 4,
            "clock": "monitoring",
            "clock_reason": "",
        },
        "window": {
            "index": index,
            "step": step,
            "start_ns": start_ns,
            "end_ns": start_ns + window_ns,
        },
        "totals": {
            "loops": len(findings) + 1,
            "hot_loops": len(hot),
            "cost_ns": sum(f["cost"]["total_ns"] for f in hot),
            "share": min(1.0, sum(f["cost"]["share"] for f in hot)),
            "events": 610_484,
            "window_ns": window_ns,
        },
        "notes": [],
        "findings": list(findings),
    } | changes


def write(document, directory, worker="ada_1", time_ns=None):
    """Write it into a run's directory under a name like loopscope's; return the path."""
    directory.mkdir(parents=True, exist_ok=True)
    stamp = document["window"]["start_ns"] if time_ns is None else time_ns
    path = directory / f"{worker}.{stamp}.loopscope.json"
    path.write_text(json.dumps(document))
    return path


def changed(document, **changes):
    """A deep copy with top-level changes."""
    return copy.deepcopy(document) | changes
