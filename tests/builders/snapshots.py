"""Snapshots of a loop that reads the values given by name."""

import sys

from loopscope.capture.snapshot import SnapshotTaker
from loopscope.config import Settings

SOURCE = """
def function({names}):
    look()
    for _ in range(1):  # the loop
        {names}
"""


def snapshot_of(settings=None, /, **values):
    taker = SnapshotTaker(settings or Settings())
    take_into(taker, **values)
    (snapshot,) = taker.snapshots
    return snapshot


def take_into(taker, **values):
    def look():
        taker.take(sys._getframe(1), 4)

    module = {"__name__": "made_up", "look": look}
    exec(SOURCE.format(names=", ".join(values)), module)
    module["function"](**values)
    assert taker.failures == []
