import base64
import hashlib
import json
import re

import report_document as build
import showcase

from loopscope.report.bundle import bundle
from loopscope.report.document import from_document
from loopscope.report.html import to_html
from loopscope.tensorboard.page_files import STYLES, page_files, read_page_file

SCRIPT = re.compile(r"<script([^>]*)>(.*?)</script>", re.DOTALL)


def page(*findings, **changes):
    return to_html(from_document(build.document(*findings, **changes), "x"))


def scripts(text):
    return {attributes.strip(): body for attributes, body in SCRIPT.findall(text)}


def test_the_file_holds_the_report_and_the_page():
    document = showcase.window()

    found = scripts(to_html(from_document(document, "x")))

    data = found['type="application/json" id="report"']
    assert json.loads(data)["findings"] == document["findings"]
    assert "function startApp(" in found[""]


def test_the_policy_allows_its_own_script_alone():
    text = page(build.finding())

    digest = base64.b64encode(hashlib.sha256(scripts(text)[""].encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_nothing_in_a_report_can_leave_its_place():
    evil = '</script><script>alert(1)</script><!--<img src=x onerror="alert(2)">'

    text = page(build.finding(summary=evil, path=evil, source=[evil]), notes=[evil])

    assert len(SCRIPT.findall(text)) == 2
    assert "<img" not in text
    assert "<!--" not in text


def test_the_file_loads_nothing_from_elsewhere():
    text = page(build.finding())

    assert not re.search(r"""(?:src|href)\s*=\s*["']""", text)
    assert "@import" not in text
    assert "url(" not in text


def test_each_style_sheet_and_module_of_the_page_is_there():
    assert set(STYLES) == {name for name in page_files() if name.endswith(".css")}
    listed = re.search(r"const STYLES = \[(.*?)\];", read_page_file("index.js"), re.DOTALL)[1]
    assert tuple(re.findall(r'"([^"]*)"', listed)) == STYLES


def test_every_module_keeps_to_the_form_that_the_bundle_reads():
    for name in sorted(page_files()):
        if not name.endswith(".js"):
            continue
        text = read_page_file(name)
        rest = re.sub(r'^import \{[^}]*\} from "\./[\w.-]+";$', "", text, flags=re.MULTILINE)
        rest = re.sub(r"^export (?:async )?(?:function|const) ", "", rest, flags=re.MULTILINE)
        assert not re.search(r"^\s*(?:import|export)\b", rest, re.MULTILINE), name
        assert "innerHTML" not in text, name


def test_modules_come_after_what_they_import_each_once():
    files = {
        "a.js": 'import { b, c as d } from "./b.js";\nimport { e } from "./e.js";\nb(d, e);\n',
        "b.js": 'import { e } from "./e.js";\nexport function b() {}\nexport const c = e;\n',
        "e.js": "export const e = 1;\n",
    }

    text = bundle("a.js", files.__getitem__)

    assert re.findall(r"// (\w\.js)", text) == ["e.js", "b.js", "a.js"]
    assert 'const { b, c: d } = modules["b.js"];' in text
    assert 'modules["b.js"] = { b, c };' in text
