"""A log directory with runs, workers and windows as a training job leaves them."""

import report_document as build

SELECT = [
    "    result = torch.zeros_like(data)",
    "    for i in range(len(data)):",
    "        if data[i] > threshold:",
    "            result[i] = data[i]",
    "        else:",
    "            result[i] = 0.0  # clipped",
    "    return result",
]
PAIRS = [
    "def distances(points):",
    '    """Euclidean distance of each pair."""',
    "    out = torch.empty(len(points), len(points))",
    "    for i in range(len(points)):",
    "        for j in range(len(points)):",
    "            out[i, j] = (points[i] - points[j]).norm()",
    "    return out",
]
RNN = [
    "    h = torch.zeros(self.hidden)",
    "    for x in inputs:",
    "        h = torch.tanh(self.w_x @ x + self.w_h @ h)",
    "        states.append(h)",
    "    return torch.stack(states)",
]
HELP = """A loop stores the running sum of its items.

What it does:
    Reports a sum that is carried along and kept at every step.

Why is this slow:
    Every iteration pays Python and dispatcher cost for a few numbers; the op pays it once.

Example::

    s = 0
    for i in range(len(x)):
        s += x[i]
        out[i] = s

Use instead::

    out = torch.cumsum(x, dim=0)

When not to:
    Long half-precision sums: pass ``dtype=torch.float32``.

References:
    https://pytorch.org/docs/stable/generated/torch.cumsum.html
"""
RULES = {
    "LS104": {
        "name": "running-sum",
        "summary": "A loop stores the running sum of its items",
        "text": HELP,
        "url": "https://loopscope.readthedocs.io/en/latest/rules/ls104/",
    }
}


def running_sum(scale=1.0, line=41, **changes):
    cost_ms = 203 * scale
    return build.finding(
        line=line,
        cost_ms=cost_ms,
        share=0.34 * min(1, scale),
        status="verified",
        line_ns=line_costs(line, cost_ms, (0.08, 0.37, 0.55)),
        spans=spans(cost_ms, 24, 300),
        **changes,
    )


def select(scale=1.0, line=58):
    cost_ms = 171 * scale
    finding = build.finding(
        rule="LS201",
        name="conditional-select",
        kind="map",
        ops=("torch.where",),
        line=line,
        cost_ms=cost_ms,
        share=0.28 * scale,
        function="clip",
        summary="result chosen from data by a condition",
        advice="use torch.where(data > threshold, data, 0.0)",
        source=SELECT,
        line_ns=line_costs(line, cost_ms, (0.04, 0.6, 0.33, 0.0, 0.03)),
        spans=spans(cost_ms, 130, 300),
        op_counts={"aten::select": 50_069, "aten::gt": 20_000, "aten::is_nonzero": 20_000},
    )
    finding["location"] |= {"line": line, "end_line": line + 4, "statement": SELECT[1].strip()}
    finding["source"] = {str(line - 1 + k): text for k, text in enumerate(SELECT)}
    finding["rewrite"] = select_rewrite(line)
    finding["verdict"] = build.verdict(
        inputs=7, max_error=0.0, gradients=False, loop_ns=171_000_000, rewrite_ns=41_000,
        speedup=4170.0,
    )  # fmt: skip
    return finding


def select_rewrite(line):
    after = "    result = torch.where(data > threshold, data, 0.0)\n"
    rows = [f"@@ -{line - 1},7 +{line - 1},2 @@"]
    rows += [f"-{text}" for text in SELECT[:6]] + [f"+{after.rstrip()}", f" {SELECT[6]}"]
    return {
        "status": "verified",
        "before": "\n".join(SELECT[:6]) + "\n",
        "after": after,
        "diff": "--- a/train.py\n+++ b/train.py\n" + "\n".join(rows) + "\n",
        "guards": ["data is a float tensor with one dimension"],
        "edits": [{"start_line": line - 1, "end_line": line + 4, "text": after}],
        "reason": "",
        "premises": [],
    }


def pairs(scale=1.0, line=83):
    cost_ms = 88 * scale
    finding = build.finding(
        rule="LS303",
        name="pairwise-distance",
        kind="pairwise",
        ops=("torch.cdist",),
        line=line,
        cost_ms=cost_ms,
        share=0.14 * scale,
        path="/home/ada/models/geometry.py",
        function="distances",
        summary="distance of each pair of points",
        advice="use torch.cdist(points, points)",
        spans=spans(cost_ms, 12, 300, phase=0.6),
        iterations=65_536,
    )
    finding["cost"] |= {"forward_ns": int(cost_ms * 0.6e6), "backward_ns": int(cost_ms * 0.4e6)}
    finding["location"] |= {"end_line": line + 2, "statement": PAIRS[3].strip()}
    finding["source"] = {str(line - 3 + k): text for k, text in enumerate(PAIRS)}
    return finding


def recurrence(line=120):
    finding = build.finding(
        rule="LS602",
        name="general-recurrence",
        kind="recurrence",
        actionable=False,
        ops=("batch_more", "torch.compile"),
        line=line,
        cost_ms=37,
        share=0.06,
        path="/home/ada/models/rnn.py",
        function="Cell.forward",
        summary="h of one iteration is read by the next through torch.tanh",
        advice="hoist the input projection out of the loop, or use torch.nn.RNN",
        spans=spans(37, 9, 300, phase=0.2),
    )
    finding["location"] |= {"end_line": line + 2, "statement": RNN[1].strip()}
    finding["source"] = {str(line - 1 + k): text for k, text in enumerate(RNN)}
    return finding


def window(step=3, scale=1.0, findings=None, **changes):
    found = findings
    if found is None:
        found = [running_sum(scale), select(), pairs(), recurrence()]
    steps = [
        {"number": step - 1 + k, "offset_ns": k * 300_000_000, "duration_ns": 300_000_000}
        for k in range(2)
    ]
    document = build.document(*found, step=step, window_ms=612, rules=RULES, **changes)
    document["window"]["steps"] = steps
    return document


def write_runs(logdir, windows=12):
    """Run ``baseline`` with all loops, run ``tuned`` with one mended and one new; two workers."""
    for k in range(windows):
        scale = 1 + 0.3 * ((k * 7) % 5) / 5
        build.write(window(step=2 * k, scale=scale), logdir / "baseline", "node0_11")
        build.write(window(step=2 * k, scale=scale * 1.1), logdir / "baseline", "node1_12")
        mended = [select(line=52), pairs(scale=0.5, line=77), recurrence(), pairs(0.4, line=200)]
        build.write(window(step=2 * k, findings=mended), logdir / "tuned", "node0_11",
                    time_ns=build.START_NS + k)  # fmt: skip


def line_costs(line, cost_ms, parts):
    return {str(line + k): int(cost_ms * 1e6 * part) for k, part in enumerate(parts)}


def spans(cost_ms, count, step_ms, phase=0.05):
    """``count`` spans over two steps that add up to the cost."""
    each_ns = int(cost_ms * 1e6 / count)
    found = []
    for k in range(count):
        step, within = divmod(k, -(-count // 2))
        offset_ms = step * step_ms + phase * step_ms
        found.append({"offset_ns": int(offset_ms * 1e6 + within * each_ns * 1.3),
                      "duration_ns": each_ns})  # fmt: skip
    return found
