import collections
import enum
import functools
import logging
import pathlib
import types
import weakref
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from snapshots import snapshot_of
from torch import nn

from loopscope.model.snapshot import Shared
from loopscope.verify.rebuild import rebuild

pytestmark = pytest.mark.live

Point = collections.namedtuple("Point", "x y")


class Color(enum.Enum):
    RED = 1


@dataclass
class Config:
    rate: float
    layers: list


@dataclass(frozen=True, slots=True)
class Slotted:
    rate: float
    tensor: torch.Tensor


class Counter:
    def __init__(self, start):
        self.count = torch.tensor(start)
        self.me = self

    def up(self, by=1):
        self.count += by
        return self.count


@pytest.mark.parametrize(
    "value",
    [
        1, 2.5, True, None, 3j, "text", b"bytes", range(3), ..., (1, (2, "x")), [1, [2, [3]]],
        {"a": [1, 2], "b": {"c": (1,)}}, {1, 2}, frozenset({3}), slice(1, None, 2), [], {}, (),
        collections.OrderedDict(b=1, a=2), collections.Counter("aab"),
        collections.deque([1, 2], maxlen=5), collections.defaultdict(list, a=[1]), Point(1, [2]),
        torch.float32, torch.device("cpu"), torch.Size([2, 3]), np.float32(3), np.int64(4),
        np.dtype("f4"), Color.RED, pathlib.Path("a/b"), types.SimpleNamespace(a=1, b=[2]),
        Config(0.5, [1, 2]), [(0, 1), (1, 2)], [float("inf"), -0.0], {("a", 1): 2}, 10**40,
    ],
    ids=repr,
)  # fmt: skip
def test_plain_values_come_back_equal_and_of_the_same_type(value):
    new = rebuild(snapshot_of(value=value))["value"]

    assert type(new) is type(value)
    assert new == value
    assert repr(new) == repr(value)


def test_containers_are_copies():
    outer = {"inner": [1], "set": {2}}

    new = rebuild(snapshot_of(outer=outer))["outer"]
    new["inner"].append(5)
    new["set"].add(6)

    assert outer == {"inner": [1], "set": {2}}


def test_one_object_under_two_names_stays_one():
    items = [torch.zeros(2)]
    first = items[0]

    values = rebuild(snapshot_of(items=items, alias=items, first=first))
    values["first"].fill_(1)

    assert values["items"] is values["alias"]
    assert values["items"][0] is values["first"]


def test_cycles_close():
    ring = [1]
    ring.append({"ring": ring, "pair": (ring,)})

    new = rebuild(snapshot_of(ring=ring))["ring"]

    assert new[1]["ring"] is new
    assert new[1]["pair"][0] is new


def test_deep_nests_need_no_recursion():
    nest = []
    for _ in range(5000):
        nest = [nest]

    new = rebuild(snapshot_of(nest=nest))["nest"]

    depth = 0
    while new:
        new, depth = new[0], depth + 1
    assert depth == 5000


def test_a_maximum_with_its_indices_comes_back():
    value = torch.rand(2, 3).max(1)

    new = rebuild(snapshot_of(value=value))["value"]

    assert type(new) is type(value)
    assert torch.equal(new.values, value.values)
    assert torch.equal(new.indices, value.indices)


def test_an_order_moved_by_hand_comes_back():
    value = collections.OrderedDict(a=[1], b=[2])
    value.move_to_end("a")

    assert list(rebuild(snapshot_of(value=value))["value"]) == ["b", "a"]


def test_instances_come_back_without_their_init():
    counter = Counter(3)

    new = rebuild(snapshot_of(counter=counter))["counter"]
    new.up()

    assert type(new) is Counter
    assert new.me is new
    assert (new.count, counter.count) == (4, 3)


def test_instances_with_slots_come_back():
    new = rebuild(snapshot_of(value=Slotted(0.5, torch.ones(2))))["value"]

    assert new.rate == 0.5
    assert new.tensor.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.ReLU()), (5, 4)),
        (nn.LSTM(4, 3, num_layers=2), (5, 4)),
        (nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True), (2, 5, 4)),
    ],
    ids=["sequential", "lstm", "transformer"],
)
def test_modules_come_back_and_compute_the_same(model, shape):
    model.eval()
    x = torch.rand(shape)

    new = rebuild(snapshot_of(model=model))["model"]
    with torch.no_grad():
        for parameter in new.parameters():
            assert type(parameter) is nn.Parameter

        def first(value):
            return value[0] if isinstance(value, tuple) else value

        assert torch.equal(first(new(x)), first(model(x)))
        next(new.parameters()).zero_()
        assert next(model.parameters()).abs().sum() > 0


def test_weights_that_are_tied_stay_tied():
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    model[1].weight = model[0].weight

    new = rebuild(snapshot_of(model=model))["model"]

    assert new[0].weight is new[1].weight


def test_an_optimizer_steps_the_rebuilt_parameters():
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    expected = [p.detach().clone() for p in model.parameters()]

    values = rebuild(snapshot_of(model=model, optimizer=optimizer))
    values["optimizer"].step()

    changed = [
        not torch.equal(a, b) for a, b in zip(values["model"].parameters(), expected, strict=True)
    ]
    same = [torch.equal(a, b) for a, b in zip(model.parameters(), expected, strict=True)]
    assert all(changed)
    assert all(same)
    assert set(values["optimizer"].state) == set(values["model"].parameters())


def test_bound_methods_are_bound_to_what_was_rebuilt():
    out, counter = [], Counter(0)

    values = rebuild(snapshot_of(append=out.append, out=out, up=counter.up, counter=counter))
    values["append"](1)
    values["up"]()

    assert values["out"] == [1]
    assert values["counter"].count == 1
    assert (out, counter.count) == ([], 0)


def test_partials_and_weak_references_come_back():
    counter = Counter(0)
    partial = functools.partial(divmod, 7)

    values = rebuild(snapshot_of(partial=partial, ref=weakref.ref(counter), counter=counter))

    assert values["partial"](2) == (3, 1)
    assert values["ref"]() is values["counter"]


def test_functions_classes_and_modules_are_the_programs_own():
    values = rebuild(snapshot_of(f=torch.cumsum, g=nn.functional.relu, c=nn.Linear, m=torch))

    assert values["f"] is torch.cumsum
    assert values["g"] is nn.functional.relu
    assert values["c"] is nn.Linear
    assert values["m"] is torch


def test_objects_of_the_standard_library_are_shared():
    log = logging.getLogger("some")

    snapshot = snapshot_of(log=log)

    assert isinstance(snapshot.values["log"], Shared)
    assert rebuild(snapshot)["log"] is log


def test_an_object_with_a_finalizer_is_shared_and_not_kept_alive():
    class Closing:
        def __del__(self):
            closed.append(1)

    closed = []
    value = Closing()
    snapshot = snapshot_of(value=value)
    assert rebuild(snapshot)["value"] is value

    del value

    assert closed == [1]
    assert "value" not in rebuild(snapshot)
