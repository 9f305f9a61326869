"""Reports as values."""

import textwrap
from dataclasses import replace

from loopscope.model.finding import Cost, Edit, Finding, Location, Rewrite, Suggestion, Verdict
from loopscope.model.recording import Clock, Environment, Window
from loopscope.report.report import Report, Totals

SOURCE = {
    41: "    for i in range(len(data)):",
    42: "        current_sum += data[i]",
    43: "        cumulative_sum[i] = current_sum",
}
VERIFIED = {
    "rewrite": Rewrite(
        status="verified",
        before=textwrap.dedent("\n".join(SOURCE.values())) + "\n",
        after="cumulative_sum = torch.cumsum(data, dim=0)\n",
        guards=("data has no gradient",),
        edits=(Edit(41, 43, "    cumulative_sum = torch.cumsum(data, dim=0)\n"),),
    ),
    "verdict": Verdict(6, 1e-7, True, 203_000_000, 50_000, 4060.0, "cpu"),
}


def finding(*, path="train.py", line=41, source=SOURCE, summary="running sum of data", **changes):
    """A running sum, at the lines of ``source``."""
    last = max(source, default=line)
    one = Finding(
        id="LS104:train.py:f:1",
        rule="LS104",
        name="running-sum",
        kind="scan",
        actionable=True,
        location=Location(path, line, 5, last, "f", source.get(line, "").strip()),
        iterations=10_000,
        entries=1,
        ops=30_000,
        kernels=0,
        cost=Cost(203_000_000, 0, 0.49),
        suggestion=Suggestion(("torch.cumsum",), summary, "use torch.cumsum(data, dim=0)", "url"),
        rewrite=Rewrite(),
        verdict=None,
        op_counts={"aten::add_": 10_000},
        source=source,
    )
    return replace(one, **changes)


def report(*findings, clock=None, notes=()):
    """A window of 412 ms."""
    return Report(
        findings=findings,
        window=Window(0, 1, 0, 412_000_000),
        totals=Totals.of(findings, loops=3, events=1000, window_ns=412_000_000),
        environment=Environment("3.11", "2.13", "Linux", "cpu", 1),
        clock=clock or Clock("settrace"),
        notes=notes,
    )
