"""Snapshots of a loop that reads the values given by name."""

import sys

from loopscope.capture.snapshot import SnapshotTaker
from loopscope.config import Settings

SOURCE = """
def function({names}):
    take(get_frame(), 4)
    for _ in range(1):  # the loop
        {names}
"""


def snapshot_of(settings=None, /, **values):
    taker = SnapshotTaker(settings or Settings())
    take_into(taker, **values)
    (snapshot,) = taker.snapshots
    return snapshot


def take_into(taker, **values):
    module = {"__name__": "made_up", "take": taker.take, "get_frame": sys._getframe}
    exec(SOURCE.format(names=", ".join(values)), module)
    module["function"](**values)
    assert taker.failures == []
