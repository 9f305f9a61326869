"""``loopscope new-rule``: start a rule's two files."""

from __future__ import annotations

import re
from pathlib import Path

import click

from loopscope.errors import LoopscopeError
from loopscope.report.files import write_whole
from loopscope.rules.registry import load_rules

RULE = '''"""One line that says what the loop does.

What it does:
    Reports ….

Why is this slow:
    Every iteration ….

Example::

    for i in range(len(x)):
        out[i] = x[i]

Use instead::

    out = x

When not to:
    ….

References:
    https://pytorch.org/docs/stable/torch.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject


def match(subject: Subject) -> Match | None:
    """Recognise the loop by its facts, never by its spelling."""
    return None


RULE = Rule(
    code="LS{number}",
    name="{name}",
    summary="One line that says what the loop does",
    order=90,
    match=match,
    doc=__doc__,
)
'''

EXAMPLE = '''"""LS{number} {name}: a loop that the rule finds, and the code that replaces it."""

import torch


def inputs():
    return {"x": torch.randn(200)}


def slow(x):
    out = torch.zeros_like(x)
    for i in range(len(x)):  # expect: LS{number}
        out[i] = x[i]
    return out


def fast(x):
    return x.clone()
'''


@click.command("new-rule")
@click.argument("name")
@click.option(
    "--family",
    type=click.IntRange(1, 9),
    default=9,
    show_default=True,
    help="The hundreds of the code.",
)
def command(name: str, family: int) -> None:
    """Write the rule NAME (words-with-dashes) and its example, in a checkout of loopscope."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise LoopscopeError(
            f"{name} is no rule name. Use words-with-dashes, such as running-sum.",
            slug="bad-rule-name",
        )
    catalog, examples = Path("loopscope/rules/catalog"), Path("examples/rules")
    if not catalog.is_dir():
        raise LoopscopeError(
            "No loopscope/rules/catalog here. Run new-rule at the top of a checkout of loopscope.",
            slug="no-checkout",
        )
    for rule in load_rules():
        if rule.name == name:
            raise LoopscopeError(
                f"{rule.code} is named {name} already. Choose another name.", slug="rule-exists"
            )
    codes = [int(rule.code[2:]) for rule in load_rules() if rule.code[2:].isdigit()]
    number = max([c for c in codes if c // 100 == family], default=family * 100) + 1
    stem = f"ls{number}_{name.replace('-', '_')}.py"
    examples.mkdir(parents=True, exist_ok=True)
    for folder, text in ((catalog, RULE), (examples, EXAMPLE)):
        filled = text.replace("{number}", str(number)).replace("{name}", name)
        write_whole(folder / stem, filled)
        click.echo(f"wrote {folder / stem}")
