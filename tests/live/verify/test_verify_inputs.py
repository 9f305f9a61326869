"""Verification tries other sizes, relations and objects than those observed."""

import functools

import pytest
from torch.utils.data import TensorDataset
from verifying import randint, randn, refuted, verify

pytestmark = pytest.mark.live


def test_a_size_that_is_written_out_is_refuted():
    loop = "out = torch.stack([v * 2 for v in x])"

    for rewrite in ("out = x[:40] * 2", "out = x.view(40) * 2", "out = x * 2 * torch.ones(40)"):
        assert refuted(verify(loop, rewrite, "out", lambda: {"x": randn(40)}))


def test_one_size_taken_for_another_is_refuted_although_both_were_equal():
    loop = "out = torch.stack([r.sum() / x.shape[1] for r in x])"

    outcome = verify(loop, "out = x.sum(1) / len(x)", "out", lambda: {"x": randn(12, 12)})

    assert refuted(outcome)
    assert "along dimension" in outcome.reason


def test_a_matrix_that_must_be_square_may_rely_on_it():
    loop = """
        out = torch.zeros(n, n)
        for i in range(n):
            for j in range(n):
                out[i, j] = d[i, j] + d[j, i]
    """

    outcome = verify(loop, "out = d + d.T", "out", lambda: {"d": randn(12, 12), "n": 12})

    assert outcome.status == "verified"


def test_a_view_that_only_contiguous_tensors_allow_is_refuted():
    loop = "out = [v.sum() for r in x for v in r]"

    def make():
        return {"x": randn(10, 6, 4)}

    wrong = "out = list(x.view(-1, x.shape[2]).sum(1))"
    right = "out = list(x.reshape(-1, x.shape[2]).sum(1))"

    assert refuted(verify(loop, wrong, "out", make))
    assert verify(loop, right, "out", make).status == "verified"


def test_another_order_of_summation_is_fine_but_cancellation_is_not():
    loop = """
        out = []
        for r in x:
            m = r.mean()
            out.append(((r - m) ** 2).mean())
        out = torch.stack(out)
    """

    def make():
        return {"x": 300 + randn(20, 500)}

    stable = verify(loop, "out = x.var(dim=1, correction=0)", "out", make)
    unstable = verify(loop, "out = (x**2).mean(1) - x.mean(1) ** 2", "out", make)

    assert stable.status == "verified"
    assert refuted(unstable)


def test_sizes_of_lists_of_datasets_and_of_attributes_are_changed():
    class Memory:
        def __init__(self):
            self.states = randn(30, 3)

    memory = "out = torch.stack([memory.states[i] for i in range(len(memory.states))])"
    dataset = "out = torch.stack([a + b for a, b in dataset])"
    ragged = "out = torch.zeros(len(xs), 9)\nfor i, s in enumerate(xs): out[i, : len(s)] = s"

    def objects():
        x = randn(30)
        lengths = randint(8, 30).tolist()
        xs = [randn(n + 1, seed=n) for n in lengths]
        return {"memory": Memory(), "dataset": TensorDataset(x, x + 1), "xs": xs}

    for loop, right, wrong in (
        (memory, "out = memory.states.clone()", "out = memory.states * torch.ones(30, 1)"),
        (dataset, "out = sum(dataset.tensors)", "out = sum(dataset.tensors) * torch.ones(30)"),
        (
            ragged,
            "p = torch.nn.utils.rnn.pad_sequence(xs, batch_first=True)\n"
            "out = torch.nn.functional.pad(p, (0, 9 - p.shape[1]))",
            "p = torch.nn.utils.rnn.pad_sequence(xs[:30], batch_first=True)\n"
            "out = torch.nn.functional.pad(p, (0, 9 - p.shape[1], 0, 30 - len(p)))",
        ),
    ):  # fmt: skip
        assert verify(loop, right, "out", objects).status == "verified"
        assert refuted(verify(loop, wrong, "out", objects))


def test_a_dict_of_many_tensors_has_fewer_entries_in_all_that_have_its_keys():
    loop = "out = torch.zeros(())\nfor k, v in new.items(): out = out + (v - old[k]).sum()"
    each = "torch.stack([(v - old[k]).sum() for k, v in new.items()])"

    def named():
        return {name: {f"w{k}": randn(4, seed=k) for k in range(30)} for name in ("new", "old")}

    assert verify(loop, f"out = {each}.sum()", "out", named).status == "verified"
    assert refuted(verify(loop, f"out = {each}.mean() * 30", "out", named))


def test_a_relation_of_sizes_that_the_rewrite_needs_is_named():
    loop = "out = torch.stack([p.mean(0) for p in torch.chunk(x, chunks)])"

    outcome = verify(
        loop,
        "out = x.reshape(chunks, -1, x.shape[1]).mean(1)",
        "out",
        lambda: {"x": randn(120, 5), "chunks": 40},
    )

    assert outcome.status == "verified"
    assert any("stays a multiple of" in guard for guard in outcome.guards)


@pytest.mark.parametrize("rows", [3, 5])
def test_each_size_is_empty_alone_as_well(rows):
    loop = """
        best = -float("inf")
        for v in x:
            if table[0].mean().abs() > best:
                best = table[0].mean().abs()
    """

    def make():
        return {"x": randn(12), "table": randn(rows, 5)}

    outcome = verify(loop, "best = table[0].mean().abs()", "best", make)

    assert "no dimension is empty" in outcome.guards


def test_nothing_but_rounding_says_nothing():
    loop = """
out = torch.zeros(len(x))
for i in range(len(x)): out[i] = torch.linalg.eigvalsh(x[i].T @ x[i])[0]
"""
    rewrite = "out = torch.linalg.eigvalsh(x.mT @ x)[:, 0]"

    def make(rows):
        return {"x": randn(30, rows, 3)}

    # With fewer rows than columns the smallest eigenvalue is nothing but rounding.
    outcomes = [verify(loop, rewrite, "out", functools.partial(make, n)) for n in (2, 3, 4)]

    assert [o.status for o in outcomes] == ["verified"] * 3


def test_a_parameter_that_is_drawn_twice_has_a_gradient_of_its_own():
    loop = """
        for p in params:
            size = p.grad.norm()
            if size > limit:
                p.grad.mul_(limit / size)
    """
    rewrite = """
        grads = [p.grad for p in params]
        size = torch.stack(torch._foreach_norm(grads))
        torch._foreach_mul_(grads, torch.where(size > limit, limit / size, 1).unbind())
    """

    def make():
        params = [randn(3, seed=k) for k in range(9)]
        for k, p in enumerate(params):
            p.grad = randn(3, seed=k + 20)
        return {"params": params, "limit": 0.7}

    assert verify(loop, rewrite, "", make).status == "verified"


def test_vmap_of_an_op_that_it_runs_item_by_item_is_no_rewrite():
    outcome = verify(
        "out = torch.stack([torch.triplet_margin_loss(v, y, z) for v in x])",
        "out = torch.vmap(lambda v: torch.triplet_margin_loss(v, y, z))(x)",
        "out",
        lambda: {"x": randn(40, 3), "y": randn(3), "z": randn(3)},
    )

    assert outcome.status != "verified"
    assert "batching rule" in outcome.reason


def test_a_dtype_that_a_loop_has_with_few_items_only_is_refuted():
    loop = "out = torch.tensor([0 if i < 3 else v for i, v in enumerate(x)])"
    rewrite = "out = torch.where(torch.arange(len(x)) < 3, 0, x)"

    outcome = verify(loop, rewrite, "out", lambda: {"x": randn(12)})

    assert refuted(outcome)
    assert "float32 where the loop has torch.int64, on size 2" in outcome.reason


def test_a_number_that_is_no_tensor_is_told_where_the_loop_gets_nowhere():
    loop = """
        out = -1
        for i in range(1, len(x) + 1):
            if i % 2 == 0:
                out = torch.maximum(x[-1, 0], x[i - 1, 0])
                break
    """
    rewrite = """
        found = torch.arange(1, len(x) + 1) % 2 == 0
        out = torch.where(
            found.any(), torch.maximum(x[-1, 0], x[:, 0])[found.int().argmax()], -1
        )
    """

    assert refuted(verify(loop, rewrite, "out", lambda: {"x": randn(5, 2)}))
