"""``loopscope rules``: list all rules."""

from __future__ import annotations

import click

from loopscope.rules.registry import load_rules


@click.command("rules")
def command() -> None:
    """List every rule with its code, name and what it finds."""
    for rule in sorted(load_rules(), key=lambda rule: rule.code):
        click.echo(f"{rule.code}  {rule.name:<24} {rule.summary}")
