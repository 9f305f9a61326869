import collections
import contextlib
import random

import pytest
from clocked import CORES, clocked
from random_program import random_program

MAX_HITS = 5_000


class TooLong(Exception):
    pass


class Truth:
    """Counts what the program does."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.entries = 0
        self.hits = collections.defaultdict(collections.Counter)

    def names(self):
        return {
            "enter": self.enter,
            "hit": self.hit,
            "flip": lambda: self.rng.random() < 0.3,
            "swallow": contextlib.suppress,
        }

    def enter(self):
        self.entries += 1
        return self.entries

    def hit(self, line, entry):
        self.hits[line][entry] += 1
        if sum(self.hits[line].values()) > MAX_HITS:
            raise TooLong
        return 1

    @property
    def totals(self):
        return {line: (len(found), sum(found.values())) for line, found in self.hits.items()}


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("seed", range(40))
def test_entries_and_iterations_of_a_random_program_are_exact(core, seed):
    truth = Truth(seed)

    seen = clocked(core, random_program(seed), stops_with=(TooLong,), **truth.names())

    assert seen.totals == truth.totals
