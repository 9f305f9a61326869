import ast
import os
import re
from pathlib import Path

import pytest
from catalogue import make_candidate, read_catalogue
from mutants import mutants_of

from loopscope.verify.verify_rewrite import verify_rewrite

pytestmark = pytest.mark.live

PAIRS = read_catalogue()
RANDOM = {number for number, (title, _, _) in PAIRS.items() if title.endswith("(rng)")}
MOST = 1000 if os.environ.get("LOOPSCOPE_ALL_MUTANTS") else 25  # of a pair, evenly spread
DATA = Path(__file__).parents[2] / "data" / "equivalent_mutants.md"


def equivalent_lines():
    """Number of a pair → lines that may change without changing the result."""
    parts = re.split(r"^## (\d+)$", DATA.read_text(), flags=re.M)
    lines = (re.findall(r"^    (.*)$", text, re.M) for text in parts[2::2])
    return {int(number): set(found) for number, found in zip(parts[1::2], lines, strict=True)}


def survives(number, mutant):
    candidate, make = make_candidate(number, mutant)
    outcome = verify_rewrite(
        candidate, [make], budget_ns=200 * 10**9, min_speedup=0.0, grad_enabled=number != 70
    )
    return outcome.status in ("verified", "none")


def changed_lines(number, mutant):
    before = ast.unparse(ast.parse(PAIRS[number][2])).splitlines()
    return [line for line in mutant.splitlines() if line not in before]


@pytest.mark.parametrize("number", sorted(set(PAIRS) - RANDOM))
def test_no_mutant_of_a_rewrite_is_verified_unless_it_computes_the_same(number):
    mutants = list(mutants_of(PAIRS[number][2]))
    chosen = mutants[:: max(1, -(-len(mutants) // MOST))]

    verified = [line for m in chosen if survives(number, m) for line in changed_lines(number, m)]

    assert set(verified) <= equivalent_lines().get(number, set())
