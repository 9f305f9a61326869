"""Reports that anybody may have written: nothing in them runs, and nothing gets out."""

import json

import pytest
import report_document as build
from page import PLUGIN

EVIL = (
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 2'>",
    "'\"><svg onload=window.hacked=3>",
    "javascript:window.hacked=4//",
    "</code></td></table><iframe srcdoc='<script>parent.hacked=5</script>'>",
    "{{constructor.constructor('window.hacked=6')()}}",
    "\u202etxt.exe\u202c \u0007 \u200b",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    logdir = tmp_path_factory.mktemp("hostile")
    outside = tmp_path_factory.mktemp("outside")
    for k, evil in enumerate(EVIL):
        found = build.finding(
            rule=evil, name=evil, path=f"/x/{evil}", function=evil, summary=evil, advice=evil,
            kind=evil, ops=(evil,), source=[evil] * 6, status="verified",
            op_counts={evil: 3}, id=evil,
        )  # fmt: skip
        found["suggestion"]["url"] = evil
        found["rewrite"] |= {
            "after": evil,
            "guards": [evil],
            "diff": f"@@ -1 +1 @@\n-{evil}\n+{evil}",
        }
        found["verdict"]["device"] = evil
        rules = {
            evil: {
                "name": evil,
                "summary": evil,
                "text": f"Why is this slow:\n    {evil}",
                "url": evil,
            }
        }
        document = build.document(found, step=k, notes=[evil], rules=rules)
        document["environment"] |= {"clock": "none", "clock_reason": evil}
        name = "".join(c if c.isalnum() or c in "<>'\"=() ;{}" else "-" for c in evil)
        build.write(document, logdir / f"run {name}", worker=f"w {name}"[:40])
    (logdir / "odd").mkdir()
    good = build.document(build.finding(), step=1)
    for name, text in odd_files(good).items():
        (logdir / "odd" / f"{name}.1.loopscope.json").write_text(text)
    secret = build.write(build.document(build.finding(summary="secret")), outside)
    (logdir / "odd" / "link.1.loopscope.json").symlink_to(secret)
    (logdir / "out").symlink_to(outside)
    return logdir


def odd_files(good):
    text = json.dumps(good)
    types = build.document(build.finding())
    types["findings"][0] |= {
        "source": [1, 2], "op_counts": "many", "rewrite": 7, "suggestion": None, "iterations": -5,
        "spans": [None, {"offset_ns": "x"}], "line_ns": {"a": [], "__proto__": {"polluted": 1}},
        "verdict": [], "actionable": "maybe", "kind": {"a": 1},
    }  # fmt: skip
    types |= {"rules": {"LS104": "text", "__proto__": {"text": 1}}, "notes": [{"a": 1}, None]}
    return {
        "half": text[: len(text) // 2],
        "nan": text.replace("0.49", "NaN"),
        "deep": '{"schema_version": 1, "findings": ' + "[" * 100_000,
        "types": json.dumps(types),
        "wide": json.dumps(build.document(build.finding(source=["x" * 10_000_000]))),
        "prototype": json.dumps(good | {"__proto__": {"polluted": 1}, "constructor": 1}),
    }


@pytest.fixture(scope="module")
def page(open_page, serve, hostile):
    page = open_page(serve(hostile) + PLUGIN)
    page.find("h1")
    return page


def rows(page):
    return page.run("return fetch('reports').then(answer => answer.json())")["reports"]


def show(page, row):
    page.run("""
        location.hash = "";
        location.hash = "#p.loopscope.run=" + encodeURIComponent(arguments[0])
            + "&p.loopscope.report=" + arguments[1];
    """, row["run"], row["id"])  # fmt: skip
    page.wait(lambda: page.run("return document.getElementById('window').value") == row["id"])


def test_markup_in_every_place_of_a_report_is_shown_as_text(page):
    shown = [row for row in rows(page) if row["run"].startswith("run ")]
    assert len(shown) == len(EVIL)
    for row in shown:
        show(page, row)
        page.find("#finding-title")
        page.click("[aria-label='Keyboard shortcuts']")
        page.click("dialog[open] button")
        assert page.run("return window.hacked ?? 0") == 0
        assert (
            page.run("return document.querySelectorAll('main script, main img, iframe').length")
            == 0
        )
        addresses = page.run("return [...document.links].map(link => link.protocol)")
        assert set(addresses) <= {"https:", "http:"}
    assert page.errors() == []


def test_characters_that_turn_text_around_are_shown_as_codes(page):
    row = next(row for row in rows(page) if row.get("step") == len(EVIL) - 1)

    show(page, row)

    page.wait_text("#finding-title", "\\u202etxt.exe\\u202c \\u0007 \\u200b")


def test_wrong_types_and_long_lines_do_not_break_the_page(page):
    odd = {row["worker"]: row for row in rows(page) if row["run"] == "odd"}
    assert {name for name, row in odd.items() if "problem" in row} == {"half", "nan", "deep"}
    for name in ("types", "wide", "prototype"):
        show(page, odd[name])
        page.wait_text("h1", "of this window is one Python loop")
        page.find("#finding-title")
    assert page.run("return ({}).polluted ?? 0") == 0
    assert page.run("return document.body.innerText.length") < 50_000
    assert page.errors() == []


def test_nothing_outside_of_the_log_directory_is_to_be_had(page):
    assert not any("link" in row["worker"] or row["run"] == "out" for row in rows(page))
    for path in ("../outside", "..%2f..%2fetc%2fpasswd", "/etc/passwd", "%00"):
        status = page.run(
            "return fetch('report?id=' + arguments[0]).then(answer => answer.status)", path
        )
        assert status in (400, 404)


def test_tensorboard_is_up_after_all_that(page):
    answer = page.run("return fetch('/data/plugins_listing').then(answer => answer.status)")

    assert answer == 200
