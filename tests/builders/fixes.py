"""Findings whose rewrite fits a text, and repositories to put them in."""

import subprocess
import textwrap
from dataclasses import replace

from reports import VERIFIED, finding

from loopscope.model.finding import Cost, Edit, Location, Rewrite
from loopscope.model.premise import Premise

TEXT = """\
import torch


def features(data):
    out = torch.zeros_like(data)
    for i in range(len(data)):
        out[i] = data[i] + 2

    total = 0
    for i in range(len(data)):
        total += data[i]
    return out, total
"""
LINES = TEXT.splitlines()
FIRST = ((5, 7, "    out = data + 2\n"),)
SECOND = ((9, 11, "    total = data.sum()\n"),)
FIXED = """\
import torch


def features(data):
    out = data + 2

    total = data.sum()
    return out, total
"""


def fixing(path, *edits, lines=LINES, cost_ms=100, rule="LS101", premises=True, **changes):
    """A verified rewrite of ``lines`` by ``edits``, each a first line, a last line and a text."""
    start, end = min(e[0] for e in edits), max(e[1] for e in edits)
    before = textwrap.dedent("".join(f"{line}\n" for line in lines[start - 1 : end]))
    rewrite = Rewrite(
        status="verified",
        before=before,
        after="".join(text for _, _, text in edits),
        edits=tuple(Edit(*edit) for edit in edits),
        premises=(Premise.of(lines, 4, 12),) if premises else (),
    )
    one = finding(rule=rule, rewrite=rewrite, verdict=VERIFIED["verdict"], **changes)
    return replace(
        one,
        location=Location(str(path), start + 1, 5, end, "features", lines[start].strip()),
        cost=Cost(cost_ms * 1_000_000, 0, 0.1),
        source={n: lines[n - 1] for n in range(start, end + 1)},
    )


def git(folder, *words, **options):
    """Run git, with nothing of the machine's own settings; return what it printed."""
    identity = ["-c", "user.name=ada", "-c", "user.email=ada@example.org"]
    settings = ["-c", "core.autocrlf=false", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *identity, *settings, *words], cwd=folder, capture_output=True, **options
    )
    assert not done.returncode, done.stderr.decode()
    return done.stdout


def commit_all(folder):
    """Make the folder a repository where everything is committed."""
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "as profiled")
