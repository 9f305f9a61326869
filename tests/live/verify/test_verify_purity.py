import ast
import linecache

import impure
import pure
import pytest
import torch
from impure_hidden import HIDDEN
from impure_objects import hidden_namespace

from loopscope.model.candidate import Candidate
from loopscope.verify.purity import why_impure
from loopscope.verify.purity.allowed import known_functions, known_methods
from loopscope.verify.verify_rewrite import verify_rewrite

pytestmark = pytest.mark.live


@pytest.mark.parametrize(
    ("body", "make"),
    [(body, impure.namespace) for body in impure.BODIES]
    + [(body, hidden_namespace) for body in HIDDEN],
)
def test_an_impure_body_is_refused_with_a_reason_and_not_run(body, make):
    namespace = make()
    impure.FLAG.clear()

    outcome = verify_rewrite(
        Candidate(body, "out = out", ("out",)), [lambda: namespace], budget_ns=10**9
    )

    assert outcome.status == "unverified"
    assert outcome.reason.startswith("not run again: the loop ")
    assert "\n" not in outcome.reason
    assert impure.FLAG == []


@pytest.mark.parametrize("body", pure.BODIES)
def test_a_body_that_only_computes_may_run(body):
    namespace = pure.namespace()

    assert why_impure(ast.parse(body), namespace) == ""
    exec(compile(body, "<pure>", "exec"), namespace)


def test_every_op_that_torch_says_draws_numbers_is_known_to():
    drawn = set()
    for schema in torch._C._jit_get_all_schemas():
        library, _, name = schema.name.partition("::")
        packet = getattr(torch.ops.aten, name, None) if library == "aten" else None
        for overload in getattr(packet, "overloads", list)():
            if torch.Tag.nondeterministic_seeded in getattr(packet, overload).tags:
                drawn.add(name)
    allowed = {name.rpartition(".")[2] for name in known_functions().values()} | known_methods()

    assert {n for n in drawn if not n.startswith("_")} & allowed <= {
        "scaled_dot_product_attention"  # draws with dropout_p alone: see the next test
    }


def test_attention_with_dropout_draws_random_numbers():
    body = "F.scaled_dot_product_attention(rows, rows, rows, dropout_p=0.1)"

    assert "random numbers" in why_impure(ast.parse(body), pure.namespace())


def test_a_function_whose_source_was_edited_is_refused(tmp_path, monkeypatch):
    file = tmp_path / "edited.py"
    file.write_text("def helper(v):\n    return v.frobnicate()\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import edited

    file.write_text("def helper(v):\n    return v + 1\n")
    linecache.clearcache()

    reason = why_impure(ast.parse("for v in [1]: helper(v)"), {"helper": edited.helper})
    assert reason == "calls `helper`, whose source cannot be read"


def test_the_reason_names_the_function_that_it_was_found_in():
    reason = why_impure(ast.parse("for v in x: calls_flips(v)"), impure.namespace())

    assert "FLAG" in reason
    assert "(in `flips`)" in reason
