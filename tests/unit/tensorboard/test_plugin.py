import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
import report_document as build
from tensorboard.backend.application import TensorBoardWSGI
from tensorboard.plugins.base_plugin import TBContext
from werkzeug.test import Client

from loopscope.tensorboard.plugin import LoopScopePlugin

BASE = "/data/plugin/loopscope"


class Provider:
    """A data provider that holds one text per run, tag and step."""

    def __init__(self, texts=()):
        self.texts = texts

    def list_plugins(self, ctx=None, *, experiment_id):
        return ["loopscope"] if self.texts else []

    def list_tensors(self, ctx=None, *, experiment_id, plugin_name, run_tag_filter=None):
        return {run: {tag: None} for run, tag, _, _ in self.texts}

    def read_tensors(self, ctx=None, *, experiment_id, plugin_name, downsample, **_):
        found = {}
        for run, tag, step, text in self.texts:
            value = SimpleNamespace(item=lambda text=text: text)
            datum = SimpleNamespace(step=step, wall_time=1.0, numpy=value)
            found.setdefault(run, {}).setdefault(tag, []).append(datum)
        return found


def client(logdir="", spec="", provider=None):
    flags = SimpleNamespace(logdir=str(logdir), logdir_spec=spec)
    provider = provider or Provider()
    context = TBContext(logdir=str(logdir), flags=flags, data_provider=provider)
    return Client(TensorBoardWSGI([LoopScopePlugin(context)], data_provider=provider))


def reports(browser):
    return json.loads(browser.get(f"{BASE}/reports").data)["reports"]


def enabled(browser):
    return json.loads(browser.get("/data/plugins_listing").data)["loopscope"]["enabled"]


def test_the_tab_is_active_where_there_are_reports(tmp_path):
    browser = client(tmp_path)
    assert not enabled(browser)

    build.write(build.document(build.finding()), tmp_path / "run")

    assert enabled(browser)


def test_the_index_names_run_worker_step_and_cost(tmp_path):
    build.write(build.document(build.finding(), step=7), tmp_path / "a" / "b", worker="host_12")
    build.write(build.document(step=8), tmp_path)

    root, inner = reports(client(tmp_path))

    assert (root["run"], root["step"], root["hot_loops"]) == (".", 8, 0)
    assert (inner["run"], inner["worker"], inner["step"]) == ("a/b", "host_12", 7)
    assert inner["cost_ns"] == 203_000_000
    assert inner["share"] == 0.49


def test_a_report_is_served_by_its_id_as_it_was_written(tmp_path):
    document = build.document(build.finding(status="verified"))
    build.write(document, tmp_path)
    browser = client(tmp_path)
    (row,) = reports(browser)

    answer = browser.get(f"{BASE}/report?id={row['id']}")

    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert json.loads(answer.data) == document


def test_a_new_window_is_in_the_next_index(tmp_path):
    browser = client(tmp_path)
    build.write(build.document(step=1), tmp_path)
    assert [r["step"] for r in reports(browser)] == [1]

    build.write(build.document(step=2), tmp_path)

    assert [r["step"] for r in reports(browser)] == [1, 2]


def test_a_report_that_is_written_anew_or_removed_is_noticed(tmp_path):
    browser = client(tmp_path)
    path = build.write(build.document(step=1), tmp_path)
    assert [r["step"] for r in reports(browser)] == [1]

    path.write_text(json.dumps(build.document(build.finding(), step=3)))
    assert [r["step"] for r in reports(browser)] == [3]

    path.unlink()
    assert reports(browser) == []


def test_an_unchanged_index_is_not_sent_twice(tmp_path):
    build.write(build.document(), tmp_path)
    browser = client(tmp_path)
    tag = browser.get(f"{BASE}/reports").headers["ETag"]

    again = browser.get(f"{BASE}/reports", headers={"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")


def test_the_trend_follows_one_loop_through_the_windows_of_a_worker(tmp_path):
    for step, cost in ((1, 5), (2, 7), (3, 0)):
        found = [build.finding(line=30, cost_ms=cost)] if cost else []
        build.write(build.document(*found, step=step), tmp_path / "r")
    build.write(build.document(build.finding(line=30), step=1), tmp_path / "r", worker="other_2")

    url = f"{BASE}/trend?run=r&worker=ada_1&loop=30:/home/ada/train.py"
    points = json.loads(client(tmp_path).get(url).data)["points"]

    assert [(p["step"], p["cost_ns"]) for p in points] == [
        (1, 5_000_000),
        (2, 7_000_000),
        (3, None),
    ]


def test_several_log_directories_keep_their_names(tmp_path):
    build.write(build.document(), tmp_path / "x" / "run")
    build.write(build.document(), tmp_path / "y")

    browser = client(spec=f"old:{tmp_path / 'x'},new:{tmp_path / 'y'}")

    assert [r["run"] for r in reports(browser)] == ["new", "old/run"]


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("report", 400),
        ("report?id=", 400),
        ("report?id=nope", 404),
        ("report?id=../../etc/passwd", 404),
        ("trend?run=r", 400),
        ("static/index.py", 404),
        ("static/../plugin.py", 404),
        ("static/%2e%2e/plugin.py", 404),
        ("static/", 404),
    ],
)
def test_what_cannot_be_answered_has_a_status_and_a_line(tmp_path, url, status):
    answer = client(tmp_path).get(f"{BASE}/{url}")

    assert answer.status_code == status


def test_only_get_is_answered(tmp_path):
    assert client(tmp_path).post(f"{BASE}/reports").status_code == 405


def test_the_page_is_served_from_its_own_files(tmp_path):
    answer = client(tmp_path).get(f"{BASE}/static/index.js")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")


def hostile_files():
    good = build.document(build.finding())
    whole = json.dumps(good)
    return {
        "truncated": whole[: len(whole) // 2],
        "empty": "",
        "not-json": "root:x:0:0:root:/root:/bin/bash",
        "list": "[]",
        "wrong-types": json.dumps(good | {"window": {"index": "zero"}}),
        "no-findings": json.dumps({"schema_version": 1}),
        "nan": whole.replace("0.49", "NaN", 1),
        "infinite": whole.replace("0.49", "1e999", 1),
        "deep": '{"schema_version": 1, "x": ' + "[" * 200_000 + "]" * 200_000 + "}",
        "newer": json.dumps(good | {"schema_version": 2}),
        "version-is-a-flag": json.dumps(good | {"schema_version": True}),
    }


@pytest.mark.parametrize("name", hostile_files())
def test_a_file_that_is_no_report_is_named_and_never_served(tmp_path, name):
    path = tmp_path / "ada_1.1.loopscope.json"
    path.write_text(hostile_files()[name])
    build.write(build.document(step=9), tmp_path)
    browser = client(tmp_path)

    bad, good = sorted(reports(browser), key=lambda row: "problem" not in row)
    answer = browser.get(f"{BASE}/report?id={bad['id']}")

    assert bad["problem"]
    assert answer.status_code == 422
    assert "root:" not in answer.text
    assert good["step"] == 9


def test_a_report_with_a_line_of_10_mb_is_served(tmp_path):
    build.write(build.document(build.finding(source=["x" * 10_000_000])), tmp_path)
    browser = client(tmp_path)

    assert browser.get(f"{BASE}/report?id={reports(browser)[0]['id']}").status_code == 200


def test_links_out_of_the_log_directory_are_passed_over(tmp_path):
    outside, logdir = tmp_path / "outside", tmp_path / "logs"
    secret = build.write(build.document(), outside)
    (logdir / "run").mkdir(parents=True)
    (logdir / "linked").symlink_to(outside)
    (logdir / "run" / "a_1.1.loopscope.json").symlink_to(secret)
    (logdir / "loop").symlink_to(logdir)

    assert reports(client(logdir)) == []


def test_a_report_that_turns_into_a_link_outwards_is_not_served(tmp_path):
    secret = build.write(build.document(), tmp_path / "outside")
    path = build.write(build.document(step=1), tmp_path / "logs")
    browser = client(tmp_path / "logs")
    (row,) = reports(browser)
    path.unlink()
    path.symlink_to(secret)

    answer = browser.get(f"{BASE}/report?id={row['id']}")

    assert answer.status_code == 404


def test_a_pipe_with_a_reports_name_does_not_hang_the_server(tmp_path):
    os.mkfifo(tmp_path / "a_1.1.loopscope.json")

    assert reports(client(tmp_path)) == []


def test_names_that_are_no_text_do_not_break_the_index(tmp_path):
    directory = os.fsencode(tmp_path) + b"/run-\xff"
    os.mkdir(directory)
    text = json.dumps(build.document()).encode()
    with open(directory + b"/a_1.1.loopscope.json", "wb") as file:
        file.write(text)

    assert [r["run"] for r in reports(client(tmp_path))] == ["run-�"]


def test_event_files_alone_give_reports_too(tmp_path):
    document = build.document(build.finding(), step=4)
    provider = Provider([("exp", "loopscope/report/ada_1", 4, json.dumps(document).encode())])
    browser = client(tmp_path, provider=provider)

    (row,) = reports(browser)

    assert (row["run"], row["worker"], row["step"]) == ("exp", "ada_1", 4)
    assert json.loads(browser.get(f"{BASE}/report?id={row['id']}").data) == document


def test_a_window_that_is_in_a_file_and_in_an_event_file_is_listed_once(tmp_path):
    document = build.document(step=4)
    build.write(document, tmp_path / "exp")
    provider = Provider([("exp", "loopscope/report/ada_1", 4, json.dumps(document).encode())])

    assert len(reports(client(tmp_path, provider=provider))) == 1


def test_a_data_provider_that_fails_does_not_hide_the_files(tmp_path):
    class Broken(Provider):
        def list_tensors(self, *_, **__):
            raise RuntimeError("no tensors here")

    build.write(build.document(), tmp_path)

    assert len(reports(client(tmp_path, provider=Broken()))) == 1


def test_the_plugin_imports_neither_torch_nor_anything_heavy_at_start():
    code = (
        "import sys; import tensorboard.plugins.base_plugin; before = set(sys.modules);"
        "from loopscope.tensorboard.plugin import LoopScopePlugin;"
        "new = {m.split('.')[0] for m in set(sys.modules) - before};"
        "print(sorted(new - sys.stdlib_module_names))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "['loopscope']"
