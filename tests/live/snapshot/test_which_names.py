import sys

import pytest
import torch

from loopscope.capture.snapshot import SnapshotTaker
from loopscope.config import Settings
from loopscope.verify.rebuild import rebuild, replicate

pytestmark = pytest.mark.live


def run(text, **module):
    """Run the text, which calls ``look(line)``; return the snapshots and the module's globals."""

    def look(line):
        taker.take(sys._getframe(1), line)

    taker = SnapshotTaker(Settings())
    module.update(look=look, torch=torch)
    exec(compile(text, "made_up.py", "exec"), module)
    assert taker.failures == []
    return taker.snapshots, module


def replay(snapshot, text, expression):
    namespace = rebuild(snapshot)
    exec(text, namespace)
    return eval(expression, namespace)


def test_a_snapshot_says_where_it_was_taken():
    (snapshot,), _ = run("""
class Trainer:
    def fit(self):
        look(5)
        for k in range(3):
            k
Trainer().fit()
""")

    expected = "Trainer.fit" if sys.version_info >= (3, 11) else "fit"
    assert (snapshot.path, snapshot.function, snapshot.line) == ("made_up.py", expected, 5)


def test_locals_free_variables_and_data_among_the_globals_are_kept():
    (snapshot,), _ = run("""
scale = torch.full((), 3.0)
unused = torch.ones(1)
def outer():
    weight = torch.full((), 2.0)
    def inner(xs):
        out = []
        look(9)
        for x in xs:
            out.append(x * weight * scale)
        return out
    return inner(torch.ones(2))
outer()
""")

    assert set(snapshot.values) == {"xs", "out", "weight", "scale"}
    assert set(snapshot.global_names) == {"scale"}
    assert replay(snapshot, "for x in xs: out.append(x * weight * scale)", "out") == [6, 6]


def test_at_module_level_only_what_the_code_refers_to_is_kept():
    (snapshot,), module = run("""
total, unused = torch.zeros(()), 5
def used_elsewhere(): return unused
look(5)
for x in torch.ones(4):
    total += x
""")

    assert set(snapshot.values) == {"total"}
    assert replay(snapshot, "for x in torch.ones(4): total += x", "total") == 4
    assert module["total"] == 4


def test_functions_of_the_module_see_the_rebuilt_globals():
    (snapshot,), module = run("""
weight = torch.full((), 2.0, requires_grad=True)
seen = []
def note(x): seen.append(x)
def step(x, by=1):
    note(x)
    return x * weight * by
def work(weight_of_mine, xs):
    look(10)
    for x in xs: step(x)
work(0, torch.ones(3))
weight.data.fill_(100)
""")
    before = len(module["seen"])

    replica = replicate(snapshot)
    result = replica.namespace["step"](torch.ones(()))
    (gradient,) = torch.autograd.grad(result, replica.leaves)

    assert (result, gradient) == (2, 1)
    assert len(module["seen"]) == before
    assert replica.namespace["step"].__globals__["seen"] == [1]


def test_a_local_does_not_hide_a_global_from_the_modules_functions():
    (snapshot,), _ = run("""
scale = 3
def step(x): return x * scale
def work(scale):
    look(6)
    for x in range(3): step(x) + scale
work(10)
""")

    namespace = rebuild(snapshot)

    assert namespace["scale"] == 10
    assert namespace["step"](1) == 3


def test_closures_see_the_rebuilt_variables():
    (snapshot,), _ = run("""
def work():
    count = [0]
    def step():
        count[0] += 1
        return count
    look(8)
    counts = count
    for k in range(3):
        step(), counts
    return count
result = work()
""")

    namespace = rebuild(snapshot)

    assert namespace["step"]() == [1]
    assert namespace["step"]() == [2]


def test_a_comprehension_is_seen_from_its_function():
    taken = []
    (snapshot, *_), _ = run("""
def work(xs, scale):
    return [look(3) or x * scale for x in xs]
work(torch.ones(2), 3)
""")

    assert {"xs", "scale"} <= set(snapshot.values)
    assert snapshot.function.endswith("work")
    assert taken == []


def test_what_is_not_read_by_the_loop_is_kept_only_if_small():
    (snapshot,), _ = run("""
class Big: ...
def work():
    big, large, small, xs = Big(), torch.zeros(1 << 20), torch.ones(2), [1]
    look(6)
    for x in xs:
        x
    return big, large, small
keep = work()
""")

    values = rebuild(snapshot)

    assert snapshot.missing == {"big": "not read by the loop"}
    assert snapshot.nbytes == 8
    assert values["small"].tolist() == [1, 1]
    assert values["xs"] == [1]


def test_a_loop_is_looked_at_twice():
    snapshots, _ = run("""
def work(n):
    look(4)
    for k in range(n):
        k
for n in range(5):
    work(n)
""")

    assert [s.values["n"] for s in snapshots] == [0, 1]


def test_a_training_loop_is_not_looked_at():
    snapshots, _ = run("""
def train(model, optimizer):
    look(4)
    for k in range(2):
        model(torch.ones(2)).sum().backward()
        optimizer.step()
model = torch.nn.Linear(2, 2)
train(model, torch.optim.SGD(model.parameters(), 0.1))
""")

    assert snapshots == ()


def test_a_class_body_with_a_namespace_of_its_own_is_left_alone():
    (snapshot,), _ = run("""
class Space(dict):
    def __getitem__(self, key):
        if key in ("values", "items", "secret"): raise AssertionError
        return dict.__getitem__(self, key)
class Meta(type):
    @classmethod
    def __prepare__(cls, *args): return Space()
class Body(metaclass=Meta):
    secret = 1
    look(11)
    for k in range(1):
        k
""")

    assert snapshot.names == {}
