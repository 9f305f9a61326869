"""``loopscope explain``: the documentation of one rule."""

from __future__ import annotations

import click

from loopscope.rules.check_selection import no_such_rule
from loopscope.rules.registry import load_rules


@click.command("explain")
@click.argument("code")
def command(code: str) -> None:
    """Explain the rule CODE, such as LS104 or running-sum."""
    for rule in load_rules():
        if code.lower() in (rule.code.lower(), rule.name):
            click.echo(f"{rule.code} {rule.name}\n\n{(rule.doc or rule.summary).strip()}")
            return
    raise no_such_rule(code)
