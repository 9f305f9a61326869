"""What waits for no other step of a loop is done before it."""

import ast
from functools import cache

import pytest
from golden import check_golden
from lifted import DATA, assert_same, load, observed, run, subjects

from loopscope.vectorize.around.apply_edits import apply_edits
from loopscope.vectorize.kept_loops.distribute import distribute_loop
from loopscope.vectorize.kept_loops.hoist import hoist_projections
from loopscope.vectorize.value import NotLiftable

pytestmark = pytest.mark.live

CELLS, DISTRIBUTED = (DATA / "hoisting" / f"{n}.py" for n in ("recurrent_cells", "distributed"))
WRITE = {CELLS: hoist_projections, DISTRIBUTED: distribute_loop}
SUBJECTS = [s for path in WRITE for s in subjects(path)]
HOISTED = [s for s in SUBJECTS if s.reason is None]
SEQUENTIAL = [s for s in SUBJECTS if s.reason is not None]


@cache
def hoisted(subject):
    """The file's text with what can be done before the loop before it."""
    draft = WRITE[subject.path](*observed(subject))
    return "".join(apply_edits(subject.text.splitlines(keepends=True), draft.edits))


@pytest.mark.parametrize("subject", HOISTED, ids=str)
@pytest.mark.parametrize("n", [2, 8, 13])
def test_the_loop_gives_what_it_gave(subject, n):
    changed = getattr(load(subject.path, hoisted(subject)), subject.name)

    found, _ = run(changed, subject.inputs(n, 1))

    wanted, _ = run(subject.function, subject.inputs(n, 1))
    assert_same(found, wanted)


@pytest.mark.parametrize("subject", SEQUENTIAL, ids=str)
def test_what_waits_for_the_state_stays_where_it_is(subject):
    with pytest.raises(NotLiftable) as reason:
        hoisted(subject)

    assert str(reason.value) == subject.reason


@pytest.mark.parametrize(
    ("path", "golden"), [(CELLS, "hoisted.txt"), (DISTRIBUTED, "distributed.txt")]
)
def test_hoisted_loops_read_well(path, golden):
    shown = []
    for subject in (s for s in HOISTED if s.path == path):
        text = hoisted(subject)
        node = next(n for n in ast.parse(text).body if getattr(n, "name", "") == subject.name)
        shown.append("\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno]))

    check_golden(golden, "\n\n\n".join(shown) + "\n")
