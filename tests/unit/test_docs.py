"""Pages say what the code does."""

import importlib.util
import io
import json
import re
from pathlib import Path

import pytest

import loopscope
from loopscope.cli import COMMANDS, cli
from loopscope.config import Settings, tomllib
from loopscope.rules.registry import ENTRY_POINT, load_rules

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
PYTHON_PAGE = (ROOT / "docs" / "reference" / "python.md").read_text()


def generated():
    path = ROOT / "docs" / "write_reference.py"
    spec = importlib.util.spec_from_file_location("write_reference", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()


@pytest.mark.parametrize("rule", load_rules(), ids=lambda rule: rule.code)
def test_every_rule_has_a_current_page(rule):
    name = f"{rule.code.lower()}.md"
    spec = importlib.util.spec_from_file_location("write_rules", ROOT / "docs" / "write_rules.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    written = (ROOT / "docs" / "rules" / name).read_text()
    assert written == module.pages()[name], "run: make reference"


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(), re.M | re.S)


@pytest.mark.parametrize("name", ["cli.md", "settings.md", "json.md"])
def test_generated_pages_are_current(name):
    written = (ROOT / "docs" / "reference" / name).read_text()

    # Words only: releases of click differ in how they wrap.
    assert written.split() == generated()[name].split(), "run: make reference"


def test_every_field_of_the_json_document_has_a_meaning():
    assert not re.findall(r"^\| `(\S+)` \|.*\|\s*\|$", generated()["json.md"], re.M)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_the_python_page_has_every_public_name():
    headings = re.findall(r"^## loopscope\.(\w+)$", PYTHON_PAGE, re.M)

    assert sorted(headings) == sorted(loopscope.__all__)


def test_the_python_page_names_only_what_a_report_has():
    report = PYTHON_PAGE.split("## loopscope.Report")[1].split("## ")[0]
    methods = re.findall(r"`(?:Report\.)?(\w+)\([^`]*\)`", report)
    attributes = re.findall(r"^\| `(\w+)` \|", report, re.M)

    assert "to_json" in methods
    assert "totals" in attributes
    for name in (*methods, *attributes):
        assert hasattr(loopscope.Report, name), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_and_their_options_exist(page):
    for line in re.findall(r"\bloopscope ([a-z-]+ [^\n`]*)", "\n".join(_code(page))):
        name, *words = line.split()
        assert name in COMMANDS, line
        options = {o for p in cli.get_command(None, name).params for o in p.opts} | {"--help"}
        for word in words:
            if word.endswith(".py"):
                break  # the script's own come after
            assert not word.startswith("-") or word.split("=")[0] in options, line


def _code(page):
    text = page.read_text()
    return [*re.findall(r"`([^`\n]+)`", text), *blocks(page, "sh")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_settings_in_examples_exist(page):
    for block in blocks(page, "toml"):
        table = tomllib.loads(block)
        for name in table.get("tool", {}).get("loopscope", {}):
            assert hasattr(Settings, name), name
        for group in table.get("project", {}).get("entry-points", {}):
            assert group == ENTRY_POINT


def test_every_page_is_in_the_table_of_contents():
    contents = (ROOT / "mkdocs.yml").read_text()

    index = (ROOT / "docs" / "rules" / "index.md").read_text()

    for page in (ROOT / "docs").rglob("*.md"):
        found = index if page.parent.name == "rules" and page.stem != "index" else contents
        assert page.name in found


def test_the_figures_of_the_readme_were_measured():
    out = io.StringIO()
    loopscope.Report.from_json(ROOT / "benchmarks" / "results" / "readme.json").show(out)

    assert blocks(ROOT / "README.md", "text") == [out.getvalue()]


def test_the_counts_of_the_catalogue_were_measured():
    results = json.loads((ROOT / "benchmarks" / "results" / "catalogue.json").read_text())
    page = " ".join((ROOT / "docs/explanation/how-a-rewrite-is-found.md").read_text().split())

    (recognised, verified), *_ = re.findall(
        r"at least (\d+) of its 80 .*? (\d+) of the rewrites", page
    )

    whole = [found for found in results["by_variant"].values() if found["loops"] == 80]
    assert int(recognised) == min(found["recognised"] for found in whole)
    assert int(verified) == min(found["verified"] for found in whole)
