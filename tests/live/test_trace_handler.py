import gc
import gzip
import json
import tempfile

import pytest
import torch

import loopscope
from loopscope.errors import LoopscopeWarning
from loopscope.report.report import Report

pytestmark = pytest.mark.live

# A busy machine may make anything a small part of the window.
ANY_COST = {"min_share": 0, "min_cost_ns": 0}


def fill(x):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        out[i] = x[i] + 2
    return out


def slices(trace):
    data = gzip.decompress(trace.read_bytes()) if trace.suffix == ".gz" else trace.read_bytes()
    return [e for e in json.loads(data)["traceEvents"] if e.get("cat") == "loopscope"]


@pytest.mark.parametrize("use_gzip", [False, True])
def test_a_torch_profiler_gets_the_trace_that_torchs_own_handler_writes(tmp_path, use_gzip):
    for module, folder in ((torch.profiler, "theirs"), (loopscope, "ours")):
        handler = module.tensorboard_trace_handler(str(tmp_path / folder), "worker", use_gzip)
        with torch.profiler.profile(on_trace_ready=handler):
            fill(torch.rand(50))

    ours, theirs = (list((tmp_path / folder).iterdir()) for folder in ("ours", "theirs"))
    assert [p.name.split(".")[0] for p in ours] == ["worker"]
    assert [p.name.split(".")[2:] for p in ours] == [p.name.split(".")[2:] for p in theirs]
    assert not slices(ours[0])


@pytest.mark.parametrize("use_gzip", [False, True])
def test_a_loopscope_profile_gets_slices_report_and_scalars_too(tmp_path, use_gzip):
    handler = loopscope.tensorboard_trace_handler(tmp_path / "logs", use_gzip=use_gzip)
    with loopscope.profile(console=False, settings=ANY_COST, on_trace_ready=handler) as scope:
        fill(torch.rand(300))

    (trace,) = (tmp_path / "logs").glob("*.pt.trace.json*")
    assert (trace.suffix == ".gz") is use_gzip
    assert [s["name"][:5] for s in slices(trace) if s["name"].startswith("LS")] == ["LS101"]
    (saved,) = (tmp_path / "logs").glob("*.loopscope.json")
    assert Report.from_json(saved).findings == scope.report.findings
    assert loopscope.analyze(trace).findings == scope.report.findings
    assert list((tmp_path / "logs").glob("events.out.tfevents.*"))


def test_every_window_of_a_schedule_is_written(tmp_path):
    handler = loopscope.tensorboard_trace_handler(tmp_path)
    schedule = torch.profiler.schedule(wait=1, warmup=1, active=1, repeat=2)
    with loopscope.profile(
        console=False, schedule=schedule, on_trace_ready=handler, acc_events=True
    ) as scope:
        for _ in range(6):
            fill(torch.rand(200))
            scope.step()

    assert len(list(tmp_path.glob("*.pt.trace.json"))) == 2
    assert len(list(tmp_path.glob("*.loopscope.json"))) == 2


def test_a_directory_that_cannot_be_made_is_one_clear_line(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(loopscope.LoopscopeError, match="Cannot write to the log directory"):
        loopscope.tensorboard_trace_handler(tmp_path / "file" / "logs")


def test_traces_that_nobody_asked_for_are_not_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    schedule = torch.profiler.schedule(wait=0, warmup=1, active=1, repeat=3)
    with loopscope.profile(console=False, schedule=schedule, acc_events=True) as scope:
        for _ in range(6):
            fill(torch.rand(50))
            scope.step()
    assert len(scope.reports) == 3
    assert len(list(tmp_path.iterdir())) == 1

    del scope
    gc.collect()

    assert not list(tmp_path.iterdir())


def test_another_profiler_inside_the_window_is_a_warning_and_the_program_goes_on(tmp_path):
    scope = loopscope.profile(
        console=False, on_trace_ready=loopscope.tensorboard_trace_handler(tmp_path)
    )
    inner = torch.profiler.profile()
    scope.start()
    with inner:
        fill(torch.rand(50))

    with pytest.warns(LoopscopeWarning, match="Another torch profiler ran inside this window"):
        scope.stop()

    assert inner.key_averages()
    assert not scope.reports
    assert not list(tmp_path.iterdir())
    with pytest.raises(loopscope.LoopscopeError, match="nothing to report"):
        scope.export_chrome_trace(str(tmp_path / "trace.json"))
