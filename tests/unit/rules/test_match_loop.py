"""Every marked line of the loops gets its rule."""

import re
from pathlib import Path

import pytest
from loop_subject import subject_at

from loopscope.config import Settings
from loopscope.rules.match_loop import match_loop
from loopscope.rules.registry import load_rules

CASES = Path(__file__).parents[2] / "data" / "loops.txt"
MARK = re.compile(r"#\s*expect: (LS\d+)(?: (\S+))?$")


def cases():
    for text in CASES.read_text().split("\n---\n"):
        for number, line in enumerate(text.splitlines(), 1):
            found = MARK.search(line)
            if found:
                yield pytest.param(
                    text, number, found[1], found[2], id=f"{found[1]}-{line.strip()[:30]}"
                )


def matched(text, line):
    return match_loop(subject_at(text, line), Settings())


@pytest.mark.parametrize(("text", "line", "code", "op"), list(cases()))
def test_the_marked_loop_gets_its_rule(text, line, code, op):
    rule, match = matched(text, line)

    assert rule.code == code
    assert op is None or op in match.ops
    assert match.summary
    assert match.advice


def test_sequential_rules_are_never_actionable():
    for param in cases():
        text, line, code, _ = param.values
        if code.startswith("LS6"):
            assert not matched(text, line)[1].actionable


def test_no_two_rules_have_one_code_and_each_is_documented():
    rules = load_rules()

    assert len({rule.code for rule in rules}) == len(rules) >= 30
    for rule in rules:
        for heading in (
            "What it does",
            "Why is this slow",
            "Example",
            "Use instead",
            "When not to",
            "References",
        ):
            assert heading in rule.doc, rule.code


def test_a_rule_can_be_ignored_by_its_prefix():
    subject = subject_at("for i in range(n):\n    out[i] = x[i] + 2\n", 1)

    assert match_loop(subject, Settings())[0].code == "LS101"
    assert match_loop(subject, Settings(ignore=("LS1",)))[0].code != "LS101"
    assert match_loop(subject, Settings(select=("LS3",))) is None


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        ("data[i] + 2", "use result = data + 2"),
        ("x[i] * y[i] - 1", "use result = x * y - 1"),
        ("x[i] + w", "without the loop"),  # w may be a vector
        ("x[i + 1] - x[i]", "torch.diff"),
        ("f(x[i])", "without the loop"),
    ],
)
def test_a_whole_tensor_expression_is_named_only_where_it_is_sure(value, advice):
    _, match = matched(f"for i in range(len(data)):\n    result[i] = {value}\n", 1)

    assert match.advice.endswith(advice)


@pytest.mark.parametrize(
    ("body", "op", "layer"),
    [
        ("h = cell(x[t], h)\n    out.append(h)", "aten::gru_cell", "torch.nn.GRU"),
        ("h, c = cell(x[t], (h, c))\n    out.append(h)", "aten::lstm_cell", "torch.nn.LSTM"),
        ("z = x[t] @ w\n    h = self.cell(z, h)", "aten::rnn_relu_cell", "torch.nn.RNN"),
    ],
)
def test_steps_of_a_cell_are_a_layer_of_torch(body, op, layer):
    text = f"for t in range(n):\n    {body}\n"

    _, match = match_loop(subject_at(text, 1, [op]), Settings())

    assert match.ops[0] == layer
    assert f"one {layer}" in match.advice
    assert not match.actionable


def test_steps_of_a_cell_that_is_fed_what_it_gave_are_no_layer():
    text = "for t in range(n):\n    h = cell(y, h)\n    y = head(h)\n"

    _, match = match_loop(subject_at(text, 1, ["aten::gru_cell"]), Settings())

    assert "torch.compile" in match.ops
    assert not any(op.startswith("torch.nn.") for op in match.ops)
