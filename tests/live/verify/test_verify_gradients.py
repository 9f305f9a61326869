import pytest
import torch
from verifying import randn, verify

pytestmark = pytest.mark.live


def squares(**more):
    return {"x": randn(20, **more), "out": torch.empty(20)}


LOOP = "for i in range(len(x)): out[i] = x[i] ** 2"
SETUP = "out = torch.empty(len(x))"


def test_gradients_are_compared_although_the_user_asked_for_none():
    outcome = verify(LOOP, "out = x ** 2", "out", squares, fresh=("out",), setup=SETUP)

    assert outcome.status == "verified"
    assert outcome.verdict.gradients


def test_a_graph_that_is_cut_costs_the_claim_but_not_the_verification():
    outcome = verify(LOOP, "out = x.detach() ** 2", "out", squares, fresh=("out",), setup=SETUP)

    assert outcome.status == "verified"
    assert not outcome.verdict.gradients


@pytest.mark.parametrize(
    "rewrite",
    [
        "out = x.detach() ** 2",
        "out = x.detach() * x",
        "out = torch.where(x > 0, x**2, x * x.detach())",
    ],
)
def test_other_gradients_refute_where_the_user_asked_for_them(rewrite):
    def make():
        return squares(requires_grad=True)

    outcome = verify(LOOP, rewrite, "out", make, fresh=("out",), setup=SETUP)

    assert outcome.status == "refuted"
    assert "gradient" in outcome.reason


def test_a_nan_that_only_backward_makes_is_seen():
    loop = "for i in range(len(x)): out[i] = torch.sqrt(x[i]) if x[i] > 0 else -x[i]"
    careless = "out = torch.where(x > 0, torch.sqrt(x), -x)"
    careful = "p = x > 0\nout = torch.where(p, torch.sqrt(torch.where(p, x, 1.0)), -x)"

    def make():
        return {"x": randn(20).requires_grad_(), "out": torch.empty(20)}

    assert verify(loop, careless, "out", make, fresh=("out",), setup=SETUP).status == "refuted"
    right = verify(loop, careful, "out", make, fresh=("out",), setup=SETUP)
    assert (right.status, right.verdict.gradients) == ("verified", True)


def test_a_loop_without_gradients_claims_none():
    loop = "s = 0.0\nfor v in x: s += v.item()"

    outcome = verify(loop, "s = x.double().sum().item()", "s", lambda: {"x": randn(20)})

    assert outcome.status == "verified"
    assert not outcome.verdict.gradients


def test_a_loop_that_writes_to_parameters_without_autograd_is_run_without():
    def make():
        return {"ps": [torch.nn.Parameter(randn(3, seed=n)) for n in range(12)]}

    loop = "for p in ps: p.mul_(0.9)"

    outcome = verify(loop, "torch._foreach_mul_(ps, 0.9)", "ps", make, grad_enabled=False)

    assert outcome.status == "verified"


def test_what_was_computed_with_a_graph_may_be_written_to():
    def make():
        weight = randn(20).requires_grad_()
        return {"y": weight * 2}

    outcome = verify("for i in range(len(y)): y[i] = y[i] * 3", "y *= 3", "y", make)

    assert outcome.status == "verified"
    assert outcome.verdict.gradients


def test_gradients_of_parameters_count():
    def make():
        torch.manual_seed(0)
        return {"net": torch.nn.Linear(4, 3), "x": randn(15, 4)}

    loop = "out = torch.stack([net(r) for r in x])"

    right = verify(loop, "out = net(x)", "out", make)
    cut = verify(
        loop, "out = torch.nn.functional.linear(x, net.weight.detach(), net.bias)", "out", make
    )

    assert (right.status, right.verdict.gradients) == ("verified", True)
    assert cut.status == "refuted"


def test_a_result_that_backward_needs_and_later_code_changes_asks_for_a_copy():
    loop = "for i in range(len(x)): out[i] = torch.exp(x[i])"

    def ask(rewrite, *, changed=("out",), requires_grad=True):
        def make():
            return {"x": randn(20, requires_grad=requires_grad), "out": torch.empty(20)}

        known = {"fresh": ("out",), "setup": SETUP, "changed": changed}
        return verify(loop, rewrite, "out", make, **known)

    kept = ask("out = torch.exp(x)")
    assert (kept.status, kept.copies) == ("refuted", ("out",))
    assert ask("out = torch.exp(x).clone()").verdict.gradients
    assert ask("out = torch.exp(x)", changed=()).verdict.gradients
    assert not ask("out = torch.exp(x)", requires_grad=False).verdict.gradients


def test_a_result_that_has_a_gradient_on_most_inputs_may_have_one_on_all():
    loop = """
    total = torch.zeros(())
    for i in range(len(x)):
        if y[i] > 0:
            total = total + x[i].exp()
    """

    def make():
        return {"x": randn(30, requires_grad=True), "y": randn(30, seed=1)}

    outcome = verify(loop, "total = torch.where(y > 0, x.exp(), 0).sum()", "total", make)

    assert outcome.status == "verified", outcome.reason
    assert outcome.verdict.gradients


def test_gradients_are_compared_where_a_row_has_no_mask():
    loop = """
out = torch.ones(len(x))
for i in range(len(x)):
    kept = x[i][keep[i]]
    if len(kept) > 0: out[i] = kept.mean()
"""
    counted = "counts = keep.sum(1)\n"
    plain = "out = torch.where(counts > 0, (x * keep).sum(1) / counts, 1.0)"
    safe = "out = torch.where(counts > 0, (x * keep).sum(1) / counts.clamp(min=1), 1.0)"

    def make():
        return {"x": randn(30, 4), "keep": randn(30, 4) < 2}

    outcomes = [verify(loop, counted + rewrite, "out", make) for rewrite in (plain, safe)]

    # Of a row in which nothing is kept, 0 / 0 has no gradient.
    assert [o.status for o in outcomes] == ["verified", "verified"]
    assert [o.verdict.gradients for o in outcomes] == [False, True]


@pytest.mark.parametrize("test", ["keep[{i}]", "x[{i}] > 0"])
def test_gradients_are_compared_where_a_test_comes_out_one_way_alone(test):
    loop = f"""
out = torch.zeros(len(x), len(w))
for i in range(len(x)):
    if {test.format(i="i")}: out[i] = w + 1
    else: out[i] = torch.sqrt(w - 1)
"""
    test = test.format(i=":, None")
    plain = f"out = torch.where({test}, w + 1, torch.sqrt(w - 1))"
    safe = f"out = torch.where({test}, w + 1, torch.sqrt(torch.where(({test}).all(), 2.0, w - 1)))"

    def make():
        return {"x": randn(30), "keep": randn(30) > 0, "w": randn(4).requires_grad_()}

    careless, careful = (verify(loop, rewrite, "out", make) for rewrite in (plain, safe))

    # Where no iteration takes the root of less than zero, w has a gradient.
    assert careless.status == "refuted"
    assert (careful.status, careful.verdict.gradients) == ("verified", True)


def test_a_copy_of_what_has_its_name_is_followed_to_what_was_copied():
    def make():
        return {"x": randn(20, 3), "y": randn(20, 3)}

    loop = """
    for i in range(len(x)):
        x[i, 0] = x[i, 1].item()
        y[i] = y[i] * 2
    """
    known = {"fresh": ("x", "y"), "setup": "x, y = x.clone(), y.clone()"}

    cut = verify(loop, "x[:, 0] = x[:, 1].detach()\ny = y * 2", "x y", make, **known)
    joined = verify(loop, "x[:, 0] = x[:, 1]\ny = y * 2", "x y", make, **known)

    assert (cut.status, cut.verdict.gradients) == ("verified", True)
    assert (joined.status, joined.verdict.gradients) == ("verified", False)
