"""``loopscope explain``: the documentation of one rule."""

from __future__ import annotations

import difflib

import click

from loopscope.errors import LoopscopeError
from loopscope.rules.registry import load_rules


@click.command("explain")
@click.argument("code")
def command(code: str) -> None:
    """Explain the rule CODE, such as LS104 or running-sum."""
    rules = load_rules()
    for rule in rules:
        if code.lower() in (rule.code.lower(), rule.name):
            click.echo(f"{rule.code} {rule.name}\n\n{(rule.doc or rule.summary).strip()}")
            return
    known = [rule.code for rule in rules] + [rule.name for rule in rules]
    close = difflib.get_close_matches(code.upper(), known, 1, 0.5)
    hint = f" Did you mean {close[0]}?" if close else " loopscope rules lists all."
    raise LoopscopeError(f"There is no rule {code}.{hint}", slug="unknown-rule")
