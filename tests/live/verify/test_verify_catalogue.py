import pytest
from catalogue import make_candidate, read_catalogue

from loopscope.verify.verify_rewrite import verify_rewrite

pytestmark = pytest.mark.live

PAIRS = read_catalogue()
RANDOM = {number for number, (title, _, _) in PAIRS.items() if title.endswith("(rng)")}
BUDGET_NS = 200 * 10**9  # never reached: runs are counted elsewhere
WITHOUT_GRADIENT = {70}  # its rewrite copies the parameters
NOT_FINITE_AT_ZERO = {78}  # x / out of an item that is done is 0 / 0, which no choice stops

NEEDS_SETUP = {67, 69}  # a size as a literal, a graph that is part of the setup

# What the rewrites rely on, besides a first iteration and the dtype of their inputs.
RELIES_ON = {
    21: "no size less than 3 instead of 9",
    33: "`off` is sorted",
    37: "`edges` is sorted",
    55: "values as large as those observed",
    66: "32 stays a multiple of 8",
    69: "`out` need not be contiguous later",
}
UNIVERSAL = {
    "the loop goes round at least once",
    "inputs have the observed dtype",
    "inputs are finite",
    "no dimension is empty",
    "the list is not empty",
}


def verify(candidate, make, number):
    return verify_rewrite(
        candidate,
        [make],
        budget_ns=BUDGET_NS,
        min_speedup=0.0,
        grad_enabled=number not in WITHOUT_GRADIENT,
    )


@pytest.mark.parametrize("number", sorted(set(PAIRS) - RANDOM))
def test_a_rewrite_of_the_catalogue_is_verified(number):
    candidate, make = make_candidate(number)

    outcome = verify(candidate, make, number)

    assert (outcome.status, outcome.reason) == ("verified", "")
    assert outcome.verdict.inputs >= 5
    with_gradients = "(fwd)" not in PAIRS[number][0] and number not in NOT_FINITE_AT_ZERO
    assert outcome.verdict.gradients >= with_gradients
    expected = {RELIES_ON[number]} if number in RELIES_ON else set()
    assert expected <= set(outcome.guards)
    if not expected:
        more = set(outcome.guards) - UNIVERSAL
        assert all(guard.startswith("later code does not write to `out`") for guard in more)


@pytest.mark.parametrize("number", sorted(RANDOM))
def test_a_random_loop_is_never_verified(number):
    candidate, make = make_candidate(number)

    outcome = verify(candidate, make, number)

    assert outcome.status == "unverified"
    assert "draws random numbers" in outcome.reason


@pytest.mark.parametrize("number", sorted(set(PAIRS) - RANDOM - NEEDS_SETUP))
def test_without_its_setup_a_rewrite_of_the_catalogue_is_verified_or_asked_for_it(number):
    candidate, make = make_candidate(number, with_setup=False)

    outcome = verify(candidate, make, number)

    if outcome.status != "verified":
        assert "verify the rewrite with the statements that set it up" in outcome.reason
