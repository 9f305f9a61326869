import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from snapshots import snapshot_of

from loopscope.verify.rebuild import rebuild, replicate

pytestmark = pytest.mark.live

DTYPES = [
    torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.complex64,
    torch.complex128, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool,
]  # fmt: skip


def bits(tensor):
    storage = tensor.untyped_storage()
    raw = bytes(storage[k] for k in range(storage.nbytes()))
    size = tensor.element_size()
    places = [0]
    for count, step in zip(tensor.shape, tensor.stride(), strict=True):
        places = [p + step * k for p in places for k in range(count)]
    starts = [(tensor.storage_offset() + p) * size for p in places]
    return [raw[s : s + size] for s in starts]


@st.composite
def views(draw):
    """A base of random bytes and several views of it, some of which overlap."""
    dtype = draw(st.sampled_from(DTYPES))
    count = draw(st.integers(0, 24))
    raw = draw(st.binary(min_size=16 * 24, max_size=16 * 24))
    if dtype is torch.bool:
        raw = bytes(b & 1 for b in raw)
    base = torch.frombuffer(bytearray(raw), dtype=dtype)[:count].clone()
    tensors = [base]
    for _ in range(draw(st.integers(0, 3))):
        shape = draw(st.lists(st.integers(0, 4), max_size=3))
        stride = [draw(st.integers(0, 3)) for _ in shape]
        reach = sum((n - 1) * s for n, s in zip(shape, stride, strict=True)) if all(shape) else 0
        if reach < count or not all(shape):
            room = max(0, count - reach - 1)
            tensors.append(base.as_strided(shape, stride, draw(st.integers(0, room))))
    return tensors


@given(views())
@settings(max_examples=150, deadline=None)
def test_every_bit_shape_and_stride_comes_back_and_memory_stays_shared(tensors):
    names = [f"t{k}" for k in range(len(tensors))]

    snapshot = snapshot_of(**dict(zip(names, tensors, strict=True)))
    before = [bits(t) for t in tensors]
    tensors[0].zero_()
    rebuilt = [rebuild(snapshot)[name] for name in names]
    values = rebuild(snapshot)
    again = [values[name] for name in names]

    for old, new, expected in zip(tensors, rebuilt, before, strict=True):
        assert (new.dtype, new.shape, new.stride()) == (old.dtype, old.shape, old.stride())
        assert bits(new) == expected
    again[0].zero_()
    for old, new in zip(tensors, again, strict=True):
        assert bits(new) == bits(old)


@given(
    st.integers(1, 3),
    st.integers(-2, 2).filter(bool),
    st.sampled_from(["f4", "i2", "M8[s]", "U3"]),
)
@settings(max_examples=40, deadline=None)
def test_arrays_come_back_with_their_strides(start, step, dtype):
    array = np.arange(24).astype("i8").astype(dtype).reshape(4, 6)

    snapshot = snapshot_of(whole=array, part=array[start:, ::step])
    values = rebuild(snapshot)

    assert values["part"].strides == array[start:, ::step].strides
    np.testing.assert_array_equal(values["whole"], array)
    np.testing.assert_array_equal(values["part"], array[start:, ::step])
    assert np.shares_memory(values["whole"], values["part"])
    assert not np.shares_memory(values["whole"], array)


def test_an_array_and_a_tensor_on_one_memory_stay_on_one_memory():
    array = np.arange(6.0)
    tensor = torch.from_numpy(array[2:])

    values = rebuild(snapshot_of(array=array, tensor=tensor))
    values["array"][3] = 50

    assert values["tensor"][1] == 50
    assert array[3] == 3


def test_each_rebuilt_namespace_is_its_own():
    x = torch.zeros(3)
    snapshot = snapshot_of(x=x)

    first, second = rebuild(snapshot), rebuild(snapshot)
    first["x"].fill_(1)

    assert second["x"].sum() == 0
    assert x.sum() == 0


def test_a_parameter_comes_back_as_a_leaf_with_its_gradient():
    weight = torch.nn.Parameter(torch.rand(3))
    (weight * 2).sum().backward()

    replica = replicate(snapshot_of(weight=weight))
    new = replica.namespace["weight"]

    assert type(new) is torch.nn.Parameter
    assert new.is_leaf
    assert new.requires_grad
    assert torch.equal(new.grad, weight.grad)
    assert new.grad is not weight.grad
    assert replica.leaves == (new,)


def test_a_tensor_with_a_history_can_be_written_in_place_and_has_a_leaf():
    leaf = torch.rand(3, requires_grad=True)
    out = leaf * 2
    expected = out.detach().clone()

    snapshot = snapshot_of(out=out)
    replica = replicate(snapshot)
    new = replica.namespace["out"]
    new[0] = new[1] * 5
    (gradient,) = torch.autograd.grad(new.sum(), replica.leaves)

    assert snapshot.values["out"].was_non_leaf
    assert torch.equal(new[1:], expected[1:])
    assert gradient.tolist() == [0, 6, 1]


def test_autograd_follows_a_write_through_a_view():
    base = torch.zeros(4)
    part = base[1:3]
    weight = torch.ones((), requires_grad=True)

    values = rebuild(snapshot_of(part=part, base=base, weight=weight))
    values["part"][0] = values["weight"] * 3
    (gradient,) = torch.autograd.grad(values["base"].sum(), values["weight"])

    assert gradient == 3


def test_views_of_a_tensor_that_needs_grad_lead_back_to_it():
    weight = torch.rand(4, 3, requires_grad=True)
    row = weight[2]

    replica = replicate(snapshot_of(weight=weight, row=row))
    (gradient,) = torch.autograd.grad(replica.namespace["row"].sum(), replica.leaves)

    assert gradient.sum(1).tolist() == [0, 0, 3, 0]


def test_what_is_detached_stays_detached_on_the_same_memory():
    weight = torch.zeros(3, requires_grad=True)

    values = rebuild(snapshot_of(weight=weight, data=weight.detach()))
    values["data"].fill_(2)

    assert not values["data"].requires_grad
    assert values["weight"].tolist() == [2, 2, 2]


def test_expanded_tensors_with_a_history_come_back():
    wide = torch.rand(1, 3, requires_grad=True).mul(2).expand(4, 3)

    replica = replicate(snapshot_of(wide=wide))
    new = replica.namespace["wide"]
    (gradient,) = torch.autograd.grad(new.sum(), replica.leaves)

    assert new.stride() == (0, 1)
    assert torch.equal(new, wide)
    assert gradient.shape == (4, 3)


def test_inference_tensors_come_back_as_ordinary_ones():
    with torch.inference_mode():
        x = torch.rand(3)
        snapshot = snapshot_of(x=x)

    new = rebuild(snapshot)["x"]

    assert snapshot.inference
    assert not new.is_inference()
    assert torch.equal(new, x)


def test_the_modes_of_the_moment_are_kept():
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        inside = snapshot_of(x=1)
    outside = snapshot_of(x=1)

    assert (inside.grad_enabled, inside.autocast) == (False, True)
    assert (outside.grad_enabled, outside.autocast) == (True, False)
    assert outside.default_dtype == "float32"


def test_a_view_of_a_large_tensor_copies_only_its_own_bytes():
    large = torch.zeros(1000, 1000)

    snapshot = snapshot_of(row=large[5])

    assert snapshot.nbytes == 4000


def test_a_rebuilt_tensor_lies_as_the_original_did():
    x = torch.rand(100)[3:]

    new = rebuild(snapshot_of(x=x))["x"]

    assert new.data_ptr() % 64 == x.data_ptr() % 64


def test_a_parameter_can_be_saved_after_it_is_rebuilt():
    new = rebuild(snapshot_of(weight=torch.nn.Parameter(torch.ones(2))))["weight"]

    assert pickle.loads(pickle.dumps(new)).tolist() == [1, 1]
