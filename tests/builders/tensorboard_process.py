"""Starts TensorBoard as a user does, with the plugin of this checkout."""

import os
import re
import subprocess
import sys
import threading
from importlib.metadata import entry_points
from pathlib import Path

import loopscope

CHECKOUT = Path(loopscope.__file__).parents[1]
ENTRY_POINT = "[tensorboard_plugins]\nloopscope = loopscope.tensorboard.plugin:LoopScopePlugin\n"
PATIENCE_S = 60


class TensorBoardProcess:
    """A TensorBoard on a free port of the loopback interface.

    Attributes:
        address: Where it answers, with a slash at the end.
    """

    def __init__(self, logdir, folder, arguments=()):
        paths = [str(CHECKOUT), os.environ.get("PYTHONPATH", "")]
        if not any(p.name == "loopscope" for p in entry_points(group="tensorboard_plugins")):
            paths.insert(0, str(_entry_point(folder)))  # loopscope is not installed here
        command = [sys.executable, "-m", "tensorboard.main", "--host", "127.0.0.1", "--port", "0"]
        where = [] if logdir is None else ["--logdir", str(logdir)]
        self.process = subprocess.Popen(
            [*command, *where, *arguments],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=folder,
            text=True,
        )
        self.address = ""
        self.said = []
        self.answers = threading.Event()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        if not self.answers.wait(PATIENCE_S) or not self.address:
            self.stop()
            raise RuntimeError(f"TensorBoard did not start: {''.join(self.said)}")

    def stop(self):
        """End it, and wait until it has ended."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_S / 6)
        except subprocess.TimeoutExpired:  # another plugin is still reading a trace
            self.process.kill()
            self.process.wait(PATIENCE_S)
        self.listener.join(PATIENCE_S)

    def _listen(self):
        """Read what it says, so that it never waits for a reader; note its address."""
        for line in self.process.stderr:
            self.said.append(line)
            found = re.search(r"http://127\.0\.0\.1:\d+/\S*", line)
            if found and not self.address:
                self.address = found[0]
                self.answers.set()
        self.answers.set()
        self.process.stderr.close()


def _entry_point(folder):
    """A folder that makes the plugin known without an installation."""
    place = folder / "entry_point"
    info = place / "loopscope-0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: loopscope\nVersion: 0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINT)
    return place
