import random
import socket
import threading

import numpy as np
import pytest
import torch
from snapshots import snapshot_of

from loopscope.verify.rebuild import rebuild, replicate

pytestmark = pytest.mark.live


class Tagged(torch.Tensor):
    pass


class Endless:
    def __iter__(self):
        return self

    def __next__(self):
        raise AssertionError("the loop's iterator was moved")


class Holder:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)


SPECIAL_TENSORS = {
    "subclass": (lambda: Tagged([1.0]), "a subclass of torch.Tensor"),
    "lazy": (torch.nn.UninitializedParameter, "a subclass of torch.Tensor"),
    "sparse": (lambda: torch.rand(3).to_sparse(), "a tensor with SparseCPU"),
    "meta": (lambda: torch.empty(2, device="meta"), "a tensor with Meta"),
    "conjugate": (lambda: torch.ones(2).cfloat().conj(), "a tensor with Conjugate"),
    "negative": (lambda: torch.ones(2).cfloat().conj().imag, "a tensor with Negative"),
    "zero": (lambda: torch._efficientzerotensor(2), "a tensor with ZeroTensor"),
    "functional": (
        lambda: torch._to_functional_tensor(torch.rand(3)),
        "a tensor with Functionalize",
    ),
}


@pytest.mark.parametrize(("make", "reason"), SPECIAL_TENSORS.values(), ids=SPECIAL_TENSORS)
def test_tensors_that_are_not_plain_memory_are_missing(make, reason):
    assert snapshot_of(value=make()).missing == {"value": reason}


def test_a_tensor_under_vmap_is_missing():
    def inside(x):
        reasons.append(snapshot_of(x=x).missing["x"])
        return x

    reasons = []
    torch.vmap(inside)(torch.rand(2, 3))

    assert reasons == ["a tensor with FuncTorchBatched"]


def test_a_tensor_whose_memory_is_freed_is_missing():
    x = torch.rand(1000)
    x.untyped_storage().resize_(0)

    assert snapshot_of(x=x).missing == {"x": "a tensor whose memory is freed"}


UNKEEPABLE = {
    "generator": (lambda: (k for k in range(3)), "an iterator"),
    "enumerate": (lambda: enumerate([1]), "an iterator"),
    "zip": (lambda: zip([1], [2], strict=True), "an iterator"),
    "list iterator": (lambda: iter([1]), "an iterator"),
    "loader's iterator": (lambda: iter(torch.utils.data.DataLoader([1, 2])), "an iterator"),
    "iterator of the user's": (Endless, "an iterator"),
    "lock": (threading.Lock, "an object of the module _thread"),
    "event": (threading.Event, "an object of the module threading"),
    "torch generator": (torch.Generator, "a random generator"),
    "numpy generator": (np.random.default_rng, "a random generator"),
    "python generator": (lambda: random.Random(0), "a random generator"),
    "objects": (lambda: np.array([object()]), "an array of Python objects"),
    "profiler": (torch.profiler.profile, "a profiler"),
}


@pytest.mark.parametrize(("make", "reason"), UNKEEPABLE.values(), ids=UNKEEPABLE)
def test_what_would_not_survive_a_copy_is_missing(make, reason):
    snapshot = snapshot_of(value=make())

    assert "value" not in rebuild(snapshot)
    assert snapshot.missing == {"value": reason}


def test_files_and_sockets_are_missing(tmp_path):
    with open(tmp_path / "file", "w") as file, socket.socket() as sock:
        missing = snapshot_of(file=file, sock=sock).missing

    assert missing["file"] in ("an iterator", "an object of the module _io")
    assert "module" in missing["sock"]


def test_a_container_is_missing_with_its_item_and_an_object_is_without_its_attribute():
    numbers = (k for k in range(3))
    holder = Holder(numbers=numbers, weight=torch.ones(2))

    snapshot = snapshot_of(pair=[1, numbers], holder=holder, fine=2)
    values = rebuild(snapshot)

    assert snapshot.missing["pair"] == "holds an iterator"
    assert snapshot.missing["holder.numbers"] == "an iterator"
    assert values["holder"].weight.tolist() == [1, 1]
    assert not hasattr(values["holder"], "numbers")
    assert values["fine"] == 2
    assert next(numbers) == 0


def test_a_dict_with_keys_that_hash_by_their_contents_is_missing():
    class Named:
        def __init__(self, name):
            self.name = name

        def __hash__(self):
            return hash(self.name)

    snapshot = snapshot_of(keys={Named("a"): [1]}, fine=1)

    assert snapshot.missing == {"keys": "a dict whose keys have a hash of their own"}


def test_a_class_that_forbids_to_be_rebuilt_is_missing_only_then():
    class Sealed:
        __slots__ = ("value",)

    def forbid(self, value):
        raise TypeError

    sealed = Sealed()
    sealed.value = 1
    snapshot = snapshot_of(sealed=sealed, fine=1)
    Sealed.value = property(lambda self: 1, forbid)

    replica = replicate(snapshot)

    assert snapshot.missing == {}
    assert replica.missing == {"sealed": "could not be rebuilt (TypeError)"}
    assert replica.namespace["fine"] == 1
