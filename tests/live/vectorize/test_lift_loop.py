"""Loops are lifted to code that does what they did, written as somebody would have."""

import pytest
from golden import check_golden
from lifted import (
    DATA,
    SECTIONS,
    TOPICS,
    assert_same,
    lift,
    load,
    observed,
    rewritten,
    run,
    shown,
    subjects,
)

from loopscope.vectorize.around.region import RETURNED
from loopscope.vectorize.lift_loop import lift_loop
from loopscope.vectorize.value import NotLiftable

pytestmark = pytest.mark.live

LEFT_ALONE = [s for path in sorted(DATA.glob("lifting/left_alone*.py")) for s in subjects(path)]
LIFTED = [s for path in TOPICS for s in subjects(path) if s not in LEFT_ALONE]
CATALOGUED = [s for path in SECTIONS for s in subjects(path)]
SIZES = [(8, 1), (3, 2), (13, 3)]  # of the inputs, with a seed


@pytest.mark.parametrize("subject", LIFTED, ids=str)
@pytest.mark.parametrize(("n", "seed"), SIZES)
@pytest.mark.filterwarnings("ignore:index_reduce")
def test_the_rewrite_does_what_the_loop_did(subject, n, seed):
    changed = getattr(load(subject.path, rewritten(subject)), subject.name)

    found = run(changed, subject.inputs(n, seed))

    assert_same(found, run(subject.function, subject.inputs(n, seed)))


@pytest.mark.parametrize("subject", LIFTED, ids=str)
@pytest.mark.filterwarnings("ignore:index_reduce")
def test_the_rewrite_of_what_is_on_a_gpu_does_the_same(subject):
    changed = getattr(load(subject.path, rewritten(subject, "cuda:0")), subject.name)

    found = run(changed, subject.inputs(*SIZES[0]))

    assert_same(found, run(subject.function, subject.inputs(*SIZES[0])))


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("label_map", "torch.arange(1, len(masks) + 1, device=masks.device)"),
        ("overlaps_of_labels", "torch.arange(3, device=labels.device)"),
        ("largest_step", "torch.arange(len(all_values), device=weights[0].device)"),
        ("forbidden_places", "torch.arange(len(lists))"),  # no tensor is read
    ],
)
def test_what_is_made_of_nothing_is_put_where_the_tensors_are(name, made):
    (subject,) = [s for s in LIFTED if s.name == name]

    assert made in lift(subject, "cuda:0").rewrite
    assert ".device" not in lift(subject).rewrite


def test_of_what_is_returned_the_new_part_alone_gets_memory_of_its_own():
    (subject,) = [s for s in LIFTED if s.name == "a_list_beside_what_stays"]

    draft = lift_loop(*observed(subject), copies=frozenset({RETURNED}), copy="clone")

    assert draft.rewrite == f"{RETURNED} = (count, x, x.clone())"


@pytest.mark.parametrize("subject", CATALOGUED, ids=str)
def test_the_catalogue_is_lifted_to_the_same_or_not_at_all(subject):
    try:
        changed = getattr(load(subject.path, rewritten(subject)), subject.name)
    except NotLiftable:
        return

    found = run(changed, subject.inputs(0, 0))

    assert_same(found, run(subject.function, subject.inputs(0, 0)))


@pytest.mark.parametrize("subject", LEFT_ALONE, ids=str)
def test_a_loop_without_a_form_says_why(subject):
    with pytest.raises(NotLiftable) as reason:
        lift(subject)

    assert str(reason.value) == subject.reason


@pytest.mark.parametrize("path", [*TOPICS, *SECTIONS], ids=lambda path: path.stem)
def test_rewrites_read_well(path):
    rewrites = [shown(s) for s in subjects(path) if s not in LEFT_ALONE]

    check_golden(f"lifting_{path.stem}.txt", "\n\n\n".join(rewrites) + "\n")
