"""What the loop clock adds to torch.profiler: paired runs, ratio with its spread.

Compares the block's own time under ``torch.profiler.profile`` with and without the loop clock.
Runs alternate, so that a machine that slows down slows both; the time is the thread's CPU time,
so that other processes do not count. Analysis after the window is not part of it.

    python benchmarks/profiling_cost.py [--pairs 40]
"""

import argparse
import gc
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

import loopscope
from loopscope.capture.clock import LoopClock
from loopscope.config import Settings

RESULTS = Path(__file__).parent / "results"
BARS = {
    "monitoring": {"indexing_loop": 1.10, "training_step": 1.02},
    "settrace": {"indexing_loop": 1.20, "training_step": 1.05},
}


def indexing_loop() -> Callable[[], None]:
    data = torch.rand(3_000)

    def run() -> None:
        result = torch.zeros_like(data)
        for i in range(len(data)):
            result[i] = data[i] + 2

    return run


def short_inner_loop() -> Callable[[], None]:
    data = torch.rand(600, 5)

    def run() -> None:
        result = torch.zeros_like(data)
        for i in range(600):
            for j in range(5):
                result[i, j] = data[i, j] + 2

    return run


def training_step() -> Callable[[], None]:
    layer = nn.TransformerEncoderLayer(128, 4, 256, batch_first=True)
    model = nn.TransformerEncoder(layer, 4, enable_nested_tensor=False)
    optimizer = torch.optim.AdamW(model.parameters())
    x = torch.randn(8, 64, 128)

    def run() -> None:
        for _ in range(3):
            optimizer.zero_grad()
            model(x).square().mean().backward()
            optimizer.step()

    return run


def timed(run: Callable[[], None], *, clocked: bool) -> int:
    clock = LoopClock(Settings())
    gc.collect()
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]):
        if clocked:
            clock.start()
        start = time.thread_time_ns()
        run()
        taken = time.thread_time_ns() - start
        if clocked:
            clock.stop()
    return taken


def ratios(run: Callable[[], None], pairs: int) -> list[float]:
    """The clock's run comes first in every other pair."""
    found = []
    for pair in range(-2, pairs):  # two to warm up
        first = timed(run, clocked=pair % 2 == 0)
        second = timed(run, clocked=pair % 2 == 1)
        clocked, plain = (first, second) if pair % 2 == 0 else (second, first)
        if pair >= 0:
            found.append(clocked / plain)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=40)
    pairs = parser.parse_args().pairs
    torch.set_num_threads(1)
    clock = LoopClock(Settings())
    clock.start()
    clock.stop()
    document: dict[str, object] = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "loopscope": loopscope.__version__,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "clock": clock.clock.core,
        "time": "CPU time of the thread, ratio of paired runs",
        "pairs": pairs,
    }
    for make in (indexing_loop, short_inner_loop, training_step):
        name = make.__name__
        found = ratios(make(), pairs)
        low, median, high = statistics.quantiles(found, n=4)
        bar = BARS.get(clock.clock.core, {}).get(name)
        document[name] = {
            "median": round(median, 4),
            "quartiles": [round(low, 4), round(high, 4)],
            "bar": bar,
            "met": None if bar is None else median <= bar,
        }
        print(f"{clock.clock.core}  {name}: {document[name]}")
    path = RESULTS / f"profiling_cost_{clock.clock.core}.json"
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
