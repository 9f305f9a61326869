"""``loopscope demo``: three slow loops in a training step, found."""

from __future__ import annotations

from pathlib import Path

import click

from loopscope.cli.load_profile import load_profile


@click.command("demo")
@click.option(
    "--logdir", type=click.Path(path_type=Path), default=Path("runs/demo"), show_default=True
)
def command(logdir: Path) -> None:
    """Train a small model for a few steps with three slow loops inside, and report them."""
    profile = load_profile()
    from loopscope.cli.demo_script import train

    with profile(logdir=logdir):
        train()
    click.echo(f"\nTo see it in TensorBoard: tensorboard --logdir {logdir}")
