"""The clock beside torch: modes, threads, compilation, windows, and what is raised."""

import gc
import sys
import threading
import weakref

import pytest
import torch
from clocked import compiled
from threads import can_trace_all_threads
from torch._dynamo.testing import CompileCounter

import loopscope

pytestmark = pytest.mark.live


def fill(x):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        out[i] = x[i] + 2
    return out


LINE = fill.__code__.co_firstlineno + 2


def quiet(**keywords):
    # A busy machine may make anything a small part of the window.
    return loopscope.profile(
        console=False, settings={"min_share": 0, "min_cost_ns": 0}, **keywords
    )


def counted(scope):
    """What the clock has counted in the last window: line → entries and iterations."""
    sites, threads = scope._clock.entries()
    totals = {}
    for entries in threads:
        for site, iterations in zip(entries.site, entries.iterations, strict=True):
            if sites[site].path == __file__:
                before = totals.get(sites[site].line, (0, 0))
                totals[sites[site].line] = (
                    before[0] + int(iterations != 0),
                    before[1] + int(iterations),
                )
    return totals


def line_of(mark):
    with open(__file__) as file:
        return next(n for n, text in enumerate(file, 1) if text.rstrip().endswith(f"# {mark}"))


@pytest.mark.parametrize(
    "mode", [torch.no_grad, torch.inference_mode, lambda: torch.autocast("cpu", torch.bfloat16)]
)
def test_loops_under_a_mode_of_torch(mode):
    x = torch.rand(200)
    with mode():
        expected = fill(x)
        with quiet() as scope:
            result = fill(x)

    assert torch.equal(result, expected)
    assert counted(scope)[LINE] == (1, 200)


def test_a_profile_inside_of_the_mode_or_around_it_sees_the_same():
    with quiet() as scope, torch.no_grad():
        fill(torch.rand(200))

    assert counted(scope)[LINE] == (1, 200)


def test_two_profiles_in_one_process():
    for n in (200, 300):
        with quiet() as scope:
            fill(torch.rand(n))

        assert counted(scope)[LINE] == (1, n)


def test_a_loop_in_a_generator_is_one_entry():
    def rows(x):
        for v in x:  # GENERATOR
            yield v * 2 + 1

    with quiet() as scope:
        torch.stack(list(rows(torch.rand(300))))

    assert counted(scope) == {line_of("GENERATOR"): (1, 300)}


def compile_and_run(steps):
    torch._dynamo.reset()
    counter = CompileCounter()

    def step(x):
        y = x
        for _ in range(3):
            y = torch.sin(y) + 1
        return y

    compiled_step = torch.compile(step, backend=counter)
    out = [compiled_step(torch.ones(n)) for n in steps]
    return counter.frame_count, counter.op_count, out


def test_torch_compile_makes_the_same_graphs_and_none_anew():
    steps = [8] * 30
    frames, ops, expected = compile_and_run(steps)

    with quiet() as scope:
        inside = compile_and_run(steps)

    assert inside[:2] == (frames, ops) == (1, 6)
    assert all(torch.equal(a, b) for a, b in zip(inside[2], expected, strict=True))
    assert scope.report.clock.core != "none"


def test_a_function_compiled_before_the_window_is_not_compiled_again():
    torch._dynamo.reset()
    counter = CompileCounter()

    @torch.compile(backend=counter)
    def step(x):
        return torch.sin(x) + 1

    step(torch.ones(8))
    with quiet() as scope:
        for _ in range(50):
            step(torch.ones(8))
    step(torch.ones(8))

    assert counter.frame_count == 1
    assert scope.report.clock.core != "none"


def test_graph_breaks_in_a_loop_are_the_same():
    def run():
        torch._dynamo.reset()
        counter = CompileCounter()

        @torch.compile(backend=counter)
        def step(x):
            for k in range(4):
                x = torch.sin(x)
                if k == 1:
                    torch._dynamo.graph_break()
            return x

        for _ in range(5):
            step(torch.ones(4))
        return counter.frame_count, counter.op_count

    expected = run()
    with quiet():
        assert run() == expected


@pytest.mark.skipif(not can_trace_all_threads(), reason="this torch cannot record all threads")
def test_threads_need_a_trace_of_all_threads():
    """Torch records the ops of the thread that profiles, unless it is told to record all."""
    everywhere = torch.profiler._ExperimentalConfig(profile_all_threads=True)
    reports = []
    for config in (None, everywhere):
        with quiet(experimental_config=config) as scope:
            threads = [threading.Thread(target=fill, args=(torch.rand(2_000),)) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert counted(scope)[LINE] == (2, 4_000)
        reports.append([(f.location.line, f.iterations, f.entries) for f in scope.report.findings])

    assert reports == [[], [(LINE, 4_000, 2)]]


def test_what_the_program_lets_go_of_after_the_window_is_freed():
    def work():
        big = torch.rand(300)
        freed = weakref.ref(big)
        mine = locals()
        with quiet() as scope:
            for k in range(300):
                big[k] + 1
        assert mine["freed"] is freed
        mine.clear()
        del big, scope
        gc.collect()
        return freed() is None

    def keeps_no_copy_of_its_own():
        big = torch.rand(300)
        freed = weakref.ref(big)
        with quiet() as scope:
            for k in range(300):
                big[k] + 1
        del big, scope
        gc.collect()
        return freed() is None

    assert work()
    assert keeps_no_copy_of_its_own()


def test_ctrl_c_in_the_block_is_reported_and_passes_on():
    error = KeyboardInterrupt("mine")
    scopes = []

    def interrupted():
        with quiet() as scope:
            scopes.append(scope)
            for k, v in enumerate(torch.rand(500)):  # INTERRUPTED
                v + 1
                if k == 299:
                    raise error

    with pytest.raises(KeyboardInterrupt) as caught:
        interrupted()

    assert caught.value is error
    assert caught.value.__context__ is None
    assert scopes[0].report.window.duration_ns > 0
    assert counted(scopes[0]) == {line_of("INTERRUPTED"): (1, 300)}
    assert sys.gettrace() is None


def test_a_loop_around_several_windows_is_in_each():
    schedule = torch.profiler.schedule(wait=0, warmup=1, active=2, repeat=2)
    windows = []
    x = torch.rand(150)
    with quiet(
        schedule=schedule,
        acc_events=True,
        on_trace_ready=lambda scope: windows.append(counted(scope)),
    ) as scope:
        for _ in range(6):  # STEPS
            fill(x)
            scope.step()

    # Of the step that was running when the window began, the end is in it.
    assert windows == [{line_of("STEPS"): (1, 3), LINE: (2, 300)}] * 2
    assert len(scope.reports) == 2


def test_code_that_the_program_made_itself_has_its_source_in_the_report():
    code = compiled("for v in x:\n    v + 1\n", "<made by the program>")
    with quiet() as scope:
        exec(code, {"x": torch.rand(2_000)})

    (finding,) = scope.report.findings
    assert (finding.location.path, finding.location.line) == ("<made by the program>", 1)
    assert finding.iterations == 2_000
    assert finding.source[2] == "    v + 1"
