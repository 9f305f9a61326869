import json
import sys
import threading

import pytest
import torch
from threads import can_trace_all_threads

import loopscope
from loopscope.report.report import Report

pytestmark = pytest.mark.live

# A busy machine may make anything a small part of the window.
ANY_COST = {"min_share": 0, "min_cost_ns": 0}


def fill(x):
    out = torch.zeros_like(x)
    for i in range(len(x)):  # MAP
        out[i] = x[i] + 2
    return out


def line_of(mark):
    with open(__file__) as file:
        return next(n for n, text in enumerate(file, 1) if text.rstrip().endswith(f"# {mark}"))


def quiet(**keywords):
    return loopscope.profile(console=False, settings=ANY_COST, **keywords)


def lines(scope):
    return {f.location.line: f for f in scope.report.findings}


def test_a_slow_loop_is_found_on_its_line_with_its_iterations():
    with quiet() as scope:
        fill(torch.rand(500))

    (finding,) = scope.report.findings
    assert finding.location.line == line_of("MAP")
    assert (finding.iterations, finding.entries) == (500, 1)
    assert finding.suggestion.ops[0] == "elementwise"


def test_the_clock_uses_the_core_of_this_python():
    with quiet() as scope:
        fill(torch.rand(50))

    expected = "monitoring" if sys.version_info >= (3, 12) else "settrace"
    assert scope.report.clock.core == expected


def test_the_lines_of_a_loop_share_its_cost():
    x = torch.rand(2_000)
    total = torch.zeros(())
    with quiet() as scope:
        for i in range(200):  # FOR
            total += x[i]  # SMALL
            x.sort()  # LARGE

    finding = lines(scope)[line_of("FOR")]
    spent = finding.line_ns
    assert set(spent) == {line_of(mark) for mark in ("FOR", "SMALL", "LARGE")}
    assert max(spent, key=spent.get) == line_of("LARGE")  # the others are noise on a busy machine
    assert abs(sum(spent.values()) - finding.cost.forward_ns) < len(spent)


def test_results_and_random_state_are_the_same():
    torch.manual_seed(0)
    plain = fill(torch.rand(1000)), torch.rand(3)
    torch.manual_seed(0)
    with quiet():
        inside = fill(torch.rand(1000)), torch.rand(3)

    assert torch.equal(plain[0], inside[0])
    assert torch.equal(plain[1], inside[1])


def test_iterations_are_counted_for_every_kind_of_loop():
    x = torch.rand(2000)
    with quiet() as scope:
        [v + 1 for v in x]  # COMPREHENSION
        k = 0
        while k < 2000:  # WHILE
            x[k] + 1
            k += 1
        for v in x: v * 2  # ONELINE # fmt: skip # noqa: E701 (a loop on one line)
        sum(v * v for v in x)  # GENERATOR
        for k in range(9000):  # BREAK
            x[0] + k
            if k == 1999:
                break

    found = lines(scope)
    for mark in ("COMPREHENSION", "WHILE", "GENERATOR", "BREAK"):
        assert found[line_of(mark)].iterations == 2000, mark
    with open(__file__) as file:
        oneline = next(n for n, t in enumerate(file, 1) if "v * 2  # ONELINE" in t)
    assert found[oneline].iterations == 2000


def test_a_loop_in_a_helper_belongs_to_both():
    with quiet() as scope:
        for _ in range(2):
            fill(torch.rand(1000))

    (finding,) = scope.report.findings
    assert (finding.entries, finding.iterations) == (2, 2000)


def test_the_users_exception_passes_and_the_loop_is_reported():
    def fails():
        with quiet() as scope:
            scopes.append(scope)
            fill(torch.rand(2000))
            raise KeyError("mine")

    scopes = []
    with pytest.raises(KeyError, match="mine"):
        fails()

    assert scopes[0].report.findings


def test_a_schedule_gives_a_report_for_each_window():
    schedule = torch.profiler.schedule(wait=1, warmup=1, active=1, repeat=2)
    with quiet(schedule=schedule, acc_events=True) as scope:
        for _ in range(6):
            fill(torch.rand(1000))
            scope.step()

    assert [len(r.findings) for r in scope.reports] == [1, 1]
    assert all(r.findings[0].iterations == 1000 for r in scope.reports)


def test_a_decorated_function_is_profiled():
    seen = []

    @quiet(on_report=seen.append)
    def work():
        return fill(torch.rand(1000))

    assert work().shape == (1000,)
    assert seen[0].findings


@pytest.mark.skipif(not can_trace_all_threads(), reason="this torch cannot record all threads")
def test_a_loop_in_another_thread_is_found():
    everywhere = torch.profiler._ExperimentalConfig(profile_all_threads=True)
    with quiet(experimental_config=everywhere) as scope:
        worker = threading.Thread(target=fill, args=(torch.rand(2000),))
        worker.start()
        worker.join()

    assert [e.iterations for e in scope.report.findings] == [2000]


def test_a_running_profiler_is_a_clear_error():
    with torch.profiler.profile(), pytest.raises(loopscope.LoopscopeError, match="Another"):
        quiet().start()


def test_backward_cost_is_joined_to_the_loop():
    x = torch.rand(1000, requires_grad=True)
    with quiet() as scope:
        total = torch.zeros(())
        for v in x:  # SUM
            total = total + v * v
        total.backward()

    finding = lines(scope)[line_of("SUM")]
    assert finding.cost.backward_ns > 0
    assert "torch.sum" in finding.suggestion.ops


def test_training_loops_are_not_blamed():
    model = torch.nn.Linear(4, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with quiet() as scope:
        for _ in range(50):
            optimizer.zero_grad()
            model(torch.ones(8, 4)).sum().backward()
            optimizer.step()

    assert not scope.report.findings


def test_a_logdir_gets_trace_report_and_scalars(tmp_path):
    handed = []
    with quiet(logdir=tmp_path, on_trace_ready=handed.append) as scope:
        fill(torch.rand(2000))

    (trace,) = tmp_path.glob("*.pt.trace.json")
    events = json.loads(trace.read_text())["traceEvents"]
    (ours,) = [e for e in events if e.get("cat") == "loopscope" and e["name"].startswith("LS")]
    assert ours["args"]["rule"].startswith("LS101")
    (saved,) = tmp_path.glob("*.loopscope.json")
    assert Report.from_json(saved).to_dict() == scope.report.to_dict()
    assert list(tmp_path.glob("events.out.tfevents.*"))
    assert handed == [scope]
    scope.export_chrome_trace(str(tmp_path / "copy.json"))
    assert (tmp_path / "copy.json").exists()


def test_an_unwritable_logdir_is_one_clear_line(tmp_path):
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(loopscope.LoopscopeError, match="Cannot write to the log directory"):
        quiet(logdir=file / "logs")


def test_that_an_op_orders_nan_otherwise_than_python_is_said_without_an_input_that_shows_it():
    def chosen(x):
        out = []
        for v in x:
            best = -9.0
            for w in x[-1, :-1, 0]:
                best = max(best, w)
            near = v[-1, 0] <= 3 or best >= x[0, :, 0].softmax(dim=0)[-1]
            out.append(v[0] * 2 if near else v[0] * 0)
        return torch.stack(out)

    with quiet() as scope:
        chosen(torch.randn(60, 3, 2, generator=torch.Generator().manual_seed(0)))

    (finding,) = scope.report.findings
    assert finding.rewrite.status == "verified"
    assert "inputs are finite" in finding.rewrite.guards
