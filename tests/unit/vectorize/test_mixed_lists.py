import ast

import pytest

from loopscope.vectorize.around.mixed_lists import mixed_lists


@pytest.mark.parametrize(
    "text",
    [
        "out.append(max(v[0], 2))",
        "out.append(v if v > 0 else 0.0)",
        "out.append(best)",
        "out.append(-2 * best)",
        "out.append(v.norm() or 1)",
        "out.append(sum(w for w in v))",
        "out.append(v.item())",
        "out.insert(0, 0.0)",
        "out = [0.0] + [v.sum() for v in x]",
        "out = [abs(min(v, 1)) for v in x]",
        "out += [1]",
        "out.extend(float(v) for v in x)",
        "out[0] = 0",
        "out.append(v if ok else amount)",
        "out.append(max(v[0], w))",
        "w = v if ok else amount\nout.append(w)",
        "if ok:\n    out.append(v)\nelse:\n    out.append(amount)",
        "out = [amount] * n\nout[i] = v",
    ],
)
def test_a_list_that_is_given_a_number_or_one_of_several_things_is_mixed(text):
    assert mixed_lists(ast.parse(f"best = 0\n{text}")) == ("out",)


@pytest.mark.parametrize(
    "text",
    [
        "out.append(v)",
        "out.append(2 * best)",
        "out.append(torch.norm(v))",
        "out.append(loss(v))",
        "w = v * 2\nout.append(w)",
        "out.append(v)\nout.append(v)",
        "out = [v.sum() for v in x]",
        "total = max(v, 2)",
        "other.add(2)",
    ],
)
def test_a_list_of_one_thing_that_is_computed_is_not(text):
    assert mixed_lists(ast.parse(f"best = x[0]\n{text}")) == ()
