"""What the loop clock adds to torch.profiler: paired runs, ratio with its spread.

Compares the block's own time under ``torch.profiler.profile`` and under ``loopscope.profile``,
in turn, on an indexing loop and on a transformer training step. Analysis after the window is
not part of it.

    python benchmarks/profiling_cost.py [--pairs 15]
"""

import argparse
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


def indexing_loop() -> Callable[[], None]:
    data = torch.rand(3_000)

    def run() -> None:
        result = torch.zeros_like(data)
        for i in range(len(data)):
            result[i] = data[i] + 2

    return run


def transformer_step() -> Callable[[], None]:
    layer = nn.TransformerEncoderLayer(128, 4, 256, batch_first=True)
    model = nn.TransformerEncoder(layer, 4, enable_nested_tensor=False)
    optimizer = torch.optim.AdamW(model.parameters())
    x = torch.randn(8, 64, 128)

    def run() -> None:
        for _ in range(5):
            optimizer.zero_grad()
            model(x).square().mean().backward()
            optimizer.step()

    return run


def timed(run: Callable[[], None], *, clocked: bool) -> float:
    clock = LoopClock(Settings())
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]):
        if clocked:
            clock.start()
        start = time.perf_counter()
        run()
        taken = time.perf_counter() - start
        if clocked:
            clock.stop()
    return taken


def ratios(run: Callable[[], None], pairs: int) -> list[float]:
    timed(run, clocked=True)
    timed(run, clocked=False)
    return sorted(timed(run, clocked=True) / timed(run, clocked=False) for _ in range(pairs))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=15)
    pairs = parser.parse_args().pairs
    torch.set_num_threads(1)
    clock = LoopClock(Settings())
    clock.start()
    clock.stop()
    document = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "loopscope": loopscope.__version__,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "clock": clock.clock.core,
        "pairs": pairs,
    }
    for name, make in (("indexing_loop", indexing_loop), ("training_step", transformer_step)):
        found = ratios(make(), pairs)
        quarter = len(found) // 4
        document[name] = {
            "median": round(statistics.median(found), 4),
            "quartiles": [round(found[quarter], 4), round(found[-1 - quarter], 4)],
        }
        print(f"{clock.clock.core}  {name}: {document[name]}")
    path = RESULTS / f"profiling_cost_{clock.clock.core}.json"
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
