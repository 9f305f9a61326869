"""Whatever is declared verified does as the loop does, on inputs that nobody has seen.

``make nightly`` asks it of ten thousand other programs.
"""

import collections
import os
import warnings

import pytest
import torch
from hypothesis import HealthCheck, Phase, given, reject, settings
from random_loops.judging import difference
from random_loops.programs import programs
from random_loops.rewriting import rewrite_loops, rewritten_texts

pytestmark = pytest.mark.live

NIGHTLY = int(os.environ.get("LOOPSCOPE_RANDOM_LOOPS", "0"))
LEAST_SHARE = 0.25  # verified; with fewer, the grammar asks for what nobody supports

as_many_as_asked = settings(
    max_examples=NIGHTLY or 300,
    derandomize=not NIGHTLY,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
    print_blob=bool(NIGHTLY),
)


def test_a_verified_rewrite_of_a_random_loop_agrees_with_the_loop_on_fresh_inputs():
    counts = collections.Counter()

    @as_many_as_asked
    @given(programs())
    def agrees(program):
        found = rewritten(program)
        counts["bodies"] += len(found)
        counts["verified"] += sum(one.verified for one in found)
        for done, text in rewritten_texts(program, found):
            what = difference(program, done, text)
            assert not what, what

    agrees()

    print(dict(counts))
    assert counts["bodies"] >= as_many_as_asked.max_examples
    assert counts["verified"] >= LEAST_SHARE * counts["bodies"]


def rewritten(program):
    """Return what comes of a program's loops; a program that does not run is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with torch.random.fork_rng(devices=[]):
                program.load("<random loop>")(**program.arguments())
        except Exception:
            reject()
        return rewrite_loops(program)
