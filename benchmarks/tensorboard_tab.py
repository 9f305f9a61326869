"""How long a user waits for the LoopScope tab, and TensorBoard for the plugin.

- first paint: from the start of the tab's page until a report is shown, in a real Chromium, with
  20 windows and with 2,000 windows of which the shown one has 500 findings; in turn, so that a
  slow moment of the machine meets both. ``cold`` is the first load after TensorBoard's start.
- reports: the index of 2,000 directories with a report each, in the process, after warm-up, in
  turn with an index of one.
- start-up: what importing and making the plugin adds to a process that has imported TensorBoard,
  in turn with a process that makes none.

    python benchmarks/tensorboard_tab.py [--repeats 11]
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

BUILDERS = Path(__file__).parents[1] / "tests" / "builders"
RESULTS = Path(__file__).parent / "results"
sys.path.insert(0, str(BUILDERS))

# What follows stands below the path that leads to the tests' builders: hence E402.
import report_document as build  # noqa: E402
import showcase  # noqa: E402
from tensorboard.backend.application import TensorBoardWSGI  # noqa: E402
from tensorboard.plugins.base_plugin import TBContext  # noqa: E402
from tensorboard_process import TensorBoardProcess  # noqa: E402
from werkzeug.test import Client  # noqa: E402

import loopscope  # noqa: E402
from loopscope.tensorboard.plugin import LoopScopePlugin  # noqa: E402

START_UP = """
import time
from tensorboard.plugins import base_plugin
from tensorboard.backend import http_util
context = base_plugin.TBContext(logdir="/tmp")
start = time.perf_counter()
{made}
print(time.perf_counter() - start)
"""
MADE = """
from loopscope.tensorboard.plugin import LoopScopePlugin
plugin = LoopScopePlugin(context)
plugin.get_plugin_apps(), plugin.frontend_metadata()
"""
SHOWN = "return performance.getEntriesByName('loopscope-shown')[0]?.startTime"


def write_windows(logdir: Path, windows: int, findings: int) -> None:
    for k in range(windows):
        number = findings if k == windows - 1 else 3
        found = [
            build.finding(
                line=10 * j + 5, cost_ms=50 + j, share=0.2, status="verified",
                spans=showcase.spans(50, 24, 300),
            )
            for j in range(number)
        ]  # fmt: skip
        build.write(build.document(*found, step=k, rules=showcase.RULES), logdir / "run")


def first_paint(repeats: int, folder: Path) -> dict[str, Any]:
    from page import PLUGIN, Page

    sizes = {"20_windows": (20, 3), "2000_windows_500_findings": (2_000, 500)}
    addresses, processes, cold = {}, [], {}
    page = Page(shutil.which("chromium"), shutil.which("chromedriver"))

    def load(name: str) -> float:
        page.open("about:blank")
        page.open(addresses[name])
        return float(page.wait(lambda: page.run(SHOWN)))

    try:
        page.open("about:blank")
        for name, (windows, findings) in sizes.items():
            write_windows(folder / name, windows, findings)
            (folder / f"{name}_tensorboard").mkdir()
            processes.append(TensorBoardProcess(folder / name, folder / f"{name}_tensorboard"))
            addresses[name] = processes[-1].address + PLUGIN
            cold[name] = load(name)
        loads: dict[str, list[float]] = {name: [] for name in sizes}
        for _ in range(repeats):
            for name in sizes:
                loads[name].append(load(name))
    finally:
        page.close()
        for process in processes:
            process.stop()
    return {name: {"cold": round(cold[name], 1)} | spread(loads[name]) for name in sizes}


def index(repeats: int, folder: Path) -> dict[str, Any]:
    for k in range(2_000):
        build.write(build.document(build.finding(), step=k), folder / "many" / f"run{k:04}")
    build.write(build.document(build.finding()), folder / "one" / "run")
    many, one = client(folder / "many"), client(folder / "one")
    cold = timed(many)
    timed(one)
    times: dict[str, list[float]] = {"2000_directories": [], "1_directory": []}
    for _ in range(repeats):
        times["2000_directories"].append(timed(many))
        times["1_directory"].append(timed(one))
    found = {name: spread(taken) for name, taken in times.items()}
    found["2000_directories"]["cold"] = round(cold, 1)
    return found


def client(logdir: Path) -> Callable[[], Any]:
    context = TBContext(logdir=str(logdir), flags=SimpleNamespace(logdir_spec=""))
    browser = Client(TensorBoardWSGI([LoopScopePlugin(context)]))
    return lambda: browser.get("/data/plugin/loopscope/reports")


def timed(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    assert call().status_code == 200
    return 1e3 * (time.perf_counter() - start)


def start_up(repeats: int) -> dict[str, Any]:
    times: dict[str, list[float]] = {"with_plugin": [], "without": []}
    for _ in range(repeats):
        for name, made in (("with_plugin", MADE), ("without", "pass")):
            code = START_UP.format(made=made)
            command = [sys.executable, "-c", code]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            times[name].append(1e3 * float(said))
    return {name: spread(taken) for name, taken in times.items()}


def spread(taken: list[float]) -> dict[str, Any]:
    ordered = sorted(taken)
    quarter = len(ordered) // 4
    return {
        "median": round(statistics.median(ordered), 1),
        "quartiles": [round(ordered[quarter], 1), round(ordered[-1 - quarter], 1)],
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=11)
    repeats = parser.parse_args().repeats
    document = {
        "python": platform.python_version(),
        "loopscope": loopscope.__version__,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "unit": "ms",
        "repeats": repeats,
    }
    with tempfile.TemporaryDirectory() as folder:
        document["start_up"] = start_up(repeats)
        document["reports"] = index(repeats, Path(folder))
        if shutil.which("chromium") and shutil.which("chromedriver"):
            document["first_paint"] = first_paint(repeats, Path(folder))
    for name in ("start_up", "reports", "first_paint"):
        print(name, json.dumps(document.get(name), indent=1))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "tensorboard_tab.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
