"""How long a program waits while a snapshot is taken: CPU time of a call of ``take``.

A loop's first snapshot, bytecode reading included, in a function with ten small tensors and in a
method of a module around a transformer of four layers.

    python benchmarks/snapshot_cost.py [--rounds 100]
"""

import argparse
import json
import os
import platform
import statistics
import sys
import time
from pathlib import Path

import torch
from torch import nn

import loopscope
from loopscope.capture.snapshot import SnapshotTaker
from loopscope.config import Settings

RESULTS = Path(__file__).parent / "results"


def take(taker: SnapshotTaker) -> int:
    """Take a snapshot of the caller's loop on the next line; return CPU nanoseconds."""
    frame = sys._getframe(1)
    start = time.thread_time_ns()
    taker.take(frame, frame.f_lineno + 1)
    return time.thread_time_ns() - start


def ten_tensors(taker: SnapshotTaker) -> int:
    a, b, c, d, e, f, g, h, x, out = (torch.rand(16) for _ in range(10))
    cost = take(taker)
    for i in range(0):
        out[i] = x[i] * a[i] + b[i] + c[i] + d[i] + e[i] + f[i] + g[i] + h[i]
    return cost


class Around(nn.Module):
    """A loop over a transformer that is an attribute of ``self``."""

    def __init__(self, width: int) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(width, 4, 4 * width, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 4, enable_nested_tensor=False)

    def run(self, taker: SnapshotTaker) -> int:
        """Take a snapshot of the loop; return CPU nanoseconds."""
        xs = torch.rand(0, 4, self.encoder.layers[0].linear1.in_features)
        cost = take(taker)
        for x in xs:
            self.encoder(x)
        return cost


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=100)
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    cases = {"ten_tensors": ten_tensors}
    cases |= {f"transformer_width_{width}": Around(width).run for width in (64, 256, 512)}
    document = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "loopscope": loopscope.__version__,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "rounds": rounds,
    }
    for name, run in cases.items():
        costs = []
        for _ in range(rounds):
            taker = SnapshotTaker(Settings())
            costs.append(run(taker))
        (snapshot,) = taker.snapshots
        document[name] = {
            "median_us": round(statistics.median(costs) / 1e3),
            "quartiles_us": [round(q / 1e3) for q in statistics.quantiles(costs, n=4)[::2]],
            "bytes": snapshot.nbytes,
            "nodes": len(snapshot.nodes),
        }
        print(f"{name}: {document[name]}")
    version = "_".join(platform.python_version_tuple()[:2])
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"snapshot_cost_python_{version}.json"
    path.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
