import gc
import sys
import weakref
from collections import Counter

import pytest
import torch
from snapshots import snapshot_of, take_into
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from loopscope.capture.snapshot import SnapshotTaker
from loopscope.config import Settings
from loopscope.model.snapshot import FrozenTensor

pytestmark = pytest.mark.live


class Nosy:
    """Complains of everything that is done to it."""

    def _complain(self, *args):
        raise AssertionError("the user's code was called")

    __getattribute__ = __getattr__ = __setattr__ = __iter__ = __len__ = __bool__ = _complain
    __eq__ = __hash__ = __repr__ = __str__ = __contains__ = __getitem__ = __copy__ = _complain
    __deepcopy__ = __reduce__ = __reduce_ex__ = __getstate__ = __index__ = __call__ = _complain
    __array__ = __torch_function__ = __instancecheck__ = __dir__ = __fspath__ = _complain
    __class__ = property(_complain)
    data = property(_complain)


class NosyMeta(type):
    def _complain(cls, *args):
        raise AssertionError("the user's metaclass was called")

    __getattribute__ = __hash__ = __eq__ = __instancecheck__ = __subclasscheck__ = _complain
    __repr__ = __iter__ = __len__ = __bool__ = __dir__ = _complain


def work(taker):
    torch.manual_seed(0)
    model = torch.nn.Linear(4, 4)
    x = torch.rand(6, 4)
    view, out = x[1:], []
    history = model(x)
    history.sum().backward()
    if taker is not None:
        take_into(taker, model=model, x=x, view=view, history=history, grad=model.weight.grad)
    out += [model(row) + torch.rand(4) for row in x]
    return torch.stack(out), [t._version for t in (x, view, history, model.weight)]


def ops(taker):
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as scope:
        work(taker)
    return [event.name for event in scope.events()]


def test_the_profiler_sees_the_same_ops():
    assert ops(SnapshotTaker(Settings())) == ops(None)


def test_results_random_numbers_and_versions_are_the_same():
    plain, versions = work(None)
    state = torch.get_rng_state()

    seen, versions_seen = work(SnapshotTaker(Settings()))

    assert torch.equal(plain, seen)
    assert versions == versions_seen
    assert torch.equal(torch.get_rng_state(), state)


def test_no_code_of_the_users_is_called():
    nosy = object.__new__(Nosy)
    strange = NosyMeta("Strange", (), {})
    held = [nosy, {"key": nosy}, (nosy, strange), strange, type.__call__(strange)]

    snapshot = snapshot_of(nosy=nosy, strange=strange, held=held, keys={type: nosy})

    assert snapshot.missing == {}


def test_no_mode_of_the_users_is_called():
    class Function(TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            called.append(function)
            return function(*args, **(kwargs or {}))

    class Dispatch(TorchDispatchMode):
        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            called.append(function)
            return function(*args, **(kwargs or {}))

    called = []
    x = torch.rand(3, requires_grad=True)
    with Function(), Dispatch():
        snapshot_of(x=x, view=x[1:], model=torch.nn.Parameter(x.detach()))
        before = list(called)
        called.clear()
        taker = SnapshotTaker(Settings())
        take_into(taker, x=x)

    assert before
    assert called == []


def test_the_graph_is_the_same():
    x = torch.rand(3, requires_grad=True)
    y = x * 2

    snapshot_of(x=x, y=y)

    assert y.grad_fn.next_functions[0][0].variable is x
    assert x.grad is None
    assert (x._version, y._version) == (0, 0)


@pytest.mark.filterwarnings("ignore:`torch.jit.trace` is deprecated")
def test_what_torch_jit_traces_is_the_same():
    def function(x):
        snapshot_of_nothing(x)
        return x + x.shape[0]

    def snapshot_of_nothing(x):
        taker = SnapshotTaker(Settings())
        take_into(taker, x=x)
        taken.append(taker.snapshots)

    taken = []
    traced = torch.jit.trace(function, torch.rand(3), check_trace=False)

    assert set(taken) == {()}
    assert Counter(n.kind() for n in traced.graph.nodes())["aten::size"] == 1


def compiled(watch):
    """How many graphs torch.compile makes of a loop that breaks in the middle, and its result."""

    def function(x):
        for _ in range(3):
            x = inner(x)
        return x

    def inner(x):
        x = x + 1
        torch._dynamo.graph_break()
        return x * 2

    torch._dynamo.reset()
    counter = torch._dynamo.testing.CompileCounter()
    made = torch.compile(function, backend=counter)
    with watch(inner.__code__):
        result = [made(torch.ones(3)).tolist() for _ in range(2)]
    return counter.frame_count, counter.op_count, result


class Watch:
    """Takes a snapshot at every line of a code object, as a clock core does."""

    def __init__(self, taker):
        self.taker = taker

    def __call__(self, code):
        self.code = code
        return self

    def __enter__(self):
        if not hasattr(sys, "monitoring"):
            self.before = sys.gettrace()
            sys.settrace(self._trace)
            return
        tools = sys.monitoring
        tools.use_tool_id(4, "test")
        tools.register_callback(4, tools.events.LINE, self._line)
        tools.set_events(4, tools.events.LINE)

    def __exit__(self, *error):
        if not hasattr(sys, "monitoring"):
            sys.settrace(self.before)
            return
        sys.monitoring.set_events(4, 0)
        sys.monitoring.register_callback(4, sys.monitoring.events.LINE, None)
        sys.monitoring.free_tool_id(4)

    def _line(self, code, line):
        if code.co_filename == __file__ and code.co_name != "_line":
            self.taker.take(sys._getframe(1), line)

    def _trace(self, frame, event, arg):
        if frame.f_code.co_filename != __file__:
            return None
        if event == "line":
            self.taker.take(frame, frame.f_lineno)
        return self._trace


class NoWatch:
    def __call__(self, code):
        return self

    def __enter__(self):
        pass

    def __exit__(self, *error):
        pass


def test_torch_compile_makes_the_same_graphs():
    pytest.importorskip("torch._dynamo.testing", reason="this torch has no torch.compile")
    taker = SnapshotTaker(Settings())

    watched = compiled(Watch(taker))

    assert watched == compiled(NoWatch())
    assert taker.snapshots
    assert taker.failures == []


def test_nothing_lives_on_when_the_snapshots_are_dropped():
    taker = SnapshotTaker(Settings())
    model, x = torch.nn.Linear(2, 2), torch.rand(3)
    take_into(taker, model=model, x=x, held=[x], method=model.forward)
    dead = [weakref.ref(v) for v in (model, x, model.weight)]

    del model, x
    gc.collect()
    assert [ref() for ref in dead] == [None] * 3

    snapshots = taker.snapshots
    assert len(frozen_tensors()) == 3
    del taker, snapshots
    gc.collect()
    assert frozen_tensors() == []


def frozen_tensors():
    return [value for value in gc.get_objects() if type(value) is FrozenTensor]


def test_a_variable_dies_when_the_function_drops_it():
    class Value:
        pass

    def function():
        value = Value()
        dead = weakref.ref(value)
        taker.take(sys._getframe(), 1)
        del value
        return dead()

    taker = SnapshotTaker(Settings())

    assert function() is None


def test_the_programs_own_locals_are_left_as_they_are():
    def function():
        value = [1]
        own = locals()
        taker.take(sys._getframe(), 1)
        return own, value

    taker = SnapshotTaker(Settings())
    own, value = function()

    assert own["value"] is value


def test_a_snapshot_under_a_tracer_leaves_the_variables_as_they_are():
    def function():
        value = [1]
        for _ in range(2):
            value = [*value, 2]
        return value

    taker = SnapshotTaker(Settings())
    with Watch(taker)(function.__code__):
        result = function()

    assert result == [1, 2, 2]
    assert taker.snapshots
