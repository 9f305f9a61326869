"""Print what the rewrites of a report change, or change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from loopscope.errors import LoopscopeError
from loopscope.fixing.fix_file import Fix
from loopscope.fixing.plan_fixes import plan_fixes
from loopscope.fixing.refusal import Refusal
from loopscope.fixing.unified_diff import unified_diff
from loopscope.report.files import write_whole
from loopscope.report.places import nearby

if TYPE_CHECKING:
    from loopscope.report.report import Report

NONE = "No verified rewrite in this report: nothing to change."


def fix_files(report: Report, *, apply: bool) -> int:
    """Edit the files, or print a diff on stdout; return 1 where something was refused, else 0.

    What is refused is a line on stderr each.
    """
    plan = plan_fixes(report.findings, in_place=apply)
    refusals = list(plan.refusals)
    for fix in plan.fixes:
        if apply:
            refusals += _apply(fix)
        else:
            click.echo(unified_diff(fix), nl=False)
    for refusal in refusals:
        click.echo(f"loopscope: {refusal.place}: {refusal.reason}", err=True)
    if not plan.fixes and not refusals:
        click.echo(f"loopscope: {NONE}", err=True)  # stdout is for git apply
    return int(bool(refusals))


def _apply(fix: Fix) -> list[Refusal]:
    path = nearby(str(fix.path))
    try:
        write_whole(fix.path, fix.after)
    except LoopscopeError as error:
        return [Refusal(path, str(error))]
    for finding in fix.findings:
        click.echo(f"fixed {path}:{finding.location.line} {finding.rule} {finding.name}")
    return []
