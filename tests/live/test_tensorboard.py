"""The plugin inside of a TensorBoard process, in each way that it can be started."""

import json
import time
import urllib.request

import pytest
import report_document as build
from tensorboard_process import TensorBoardProcess

from loopscope.report.document import from_document

pytestmark = pytest.mark.live
PATIENCE_S = 60


@pytest.fixture
def start(tmp_path):
    processes = []

    def start_(logdir, *arguments):
        folder = tmp_path / f"tensorboard {len(processes)}"
        folder.mkdir()
        processes.append(TensorBoardProcess(logdir, folder, arguments))
        return processes[-1].address

    yield start_
    for process in processes:
        process.stop()


def get(address, path):
    with urllib.request.urlopen(f"{address}data/plugin/loopscope/{path}") as answer:
        return answer.read()


def reports(address):
    """The index, asked for until it is not empty: TensorBoard reads event files by and by."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = json.loads(get(address, "reports"))["reports"]
        if found:
            return found
    raise AssertionError("no reports")


@pytest.mark.parametrize("load_fast", ["true", "false"])
def test_event_files_alone_are_enough_for_either_data_provider(start, tmp_path, load_fast):
    report = from_document(build.document(build.finding(status="verified"), step=5), "x")
    report.to_tensorboard(tmp_path / "logs" / "run", embed=True)
    (sidecar,) = (tmp_path / "logs" / "run").glob("*.loopscope.json")
    sidecar.unlink()

    address = start(tmp_path / "logs", "--load_fast", load_fast)

    (row,) = reports(address)
    assert (row["run"], row["step"]) == ("run", 5)
    assert json.loads(get(address, f"report?id={row['id']}")) == report.to_dict()
    with urllib.request.urlopen(f"{address}data/plugins_listing") as answer:
        assert json.loads(answer.read())["loopscope"]["enabled"]


def test_a_path_before_all_addresses_and_named_directories_work(start, tmp_path):
    build.write(build.document(build.finding()), tmp_path / "a" / "run")
    build.write(build.document(), tmp_path / "b")

    address = start(
        None, "--path_prefix", "/tb", "--logdir_spec", f"old:{tmp_path / 'a'},new:{tmp_path / 'b'}"
    )

    assert address.endswith("/tb/")
    assert [row["run"] for row in reports(address)] == ["new", "old/run"]
    assert b"export async function render()" in get(address, "static/index.js")
