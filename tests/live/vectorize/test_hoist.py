"""What waits for no other step of a sequential loop is done before it."""

import ast
from functools import cache

import pytest
import torch
from golden import check_golden
from lifted import DATA, load, observed, run, subjects

from loopscope.vectorize.around.apply_edits import apply_edits
from loopscope.vectorize.hoist import hoist_projections
from loopscope.vectorize.value import NotLiftable

pytestmark = pytest.mark.live

PATH = DATA / "hoisting" / "recurrent_cells.py"
HOISTED = [s for s in subjects(PATH) if s.reason is None]
SEQUENTIAL = [s for s in subjects(PATH) if s.reason is not None]


@cache
def hoisted(subject):
    """The file's text with the loop's input projection before it."""
    draft = hoist_projections(*observed(subject))
    return "".join(apply_edits(subject.text.splitlines(keepends=True), draft.edits))


@pytest.mark.parametrize("subject", HOISTED, ids=str)
@pytest.mark.parametrize("n", [2, 8, 13])
def test_the_loop_gives_what_it_gave(subject, n):
    changed = getattr(load(subject.path, hoisted(subject)), subject.name)

    found, _ = run(changed, subject.inputs(n, 1))

    wanted, _ = run(subject.function, subject.inputs(n, 1))
    torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize("subject", SEQUENTIAL, ids=str)
def test_what_waits_for_the_state_stays_where_it_is(subject):
    with pytest.raises(NotLiftable) as reason:
        hoisted(subject)

    assert str(reason.value) == subject.reason


def test_hoisted_loops_read_well():
    shown = []
    for subject in HOISTED:
        text = hoisted(subject)
        node = next(n for n in ast.parse(text).body if getattr(n, "name", "") == subject.name)
        shown.append("\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno]))

    check_golden("hoisted.txt", "\n\n\n".join(shown) + "\n")
