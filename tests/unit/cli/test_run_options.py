"""What ``loopscope run`` takes for its own, and what for the script's."""

import pytest

from loopscope.cli import cli
from loopscope.cli.run import command


@pytest.mark.parametrize(
    ("args", "fix", "script_args"),
    [
        ("train.py", None, ()),
        ("--fix train.py", "apply", ()),
        ("--fix=apply train.py", "apply", ()),
        ("--fix=diff train.py", "diff", ()),
        ("--fix -m train.py", "apply", ()),
        ("--fix --json r.json train.py --fix --json", "apply", ("--fix", "--json")),
        ("--json r.json --fix train.py 1", "apply", ("1",)),
        ("--json=r.json --select LS1 --fix train.py", "apply", ()),
        ("train.py --fix", None, ("--fix",)),
        ("--json r.json train.py --fix diff", None, ("--fix", "diff")),
    ],
)
def test_fix_stands_alone_or_says_how_and_after_the_script_it_is_the_scripts(
    args, fix, script_args
):
    found = command.make_context("run", args.split(), **cli.context_settings).params

    assert (found["fix"], found["script"], found["args"]) == (fix, "train.py", script_args)
