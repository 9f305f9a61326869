"""The report in a file of its own, opened from disk."""

import base64

import pytest
import showcase
from page import Keys

from loopscope.report.document import from_document


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("html") / "report & more.html"
    from_document(showcase.window(), "x").to_html(path)
    return path


@pytest.fixture(scope="module")
def page(open_page, file):
    page = open_page(file.as_uri())
    page.find("#finding-title")
    return page


def test_it_opens_from_disk_and_asks_for_nothing_else(page):
    assert page.text("h1") == "76 % of this window is 3 Python loops."
    assert page.texts(".facts span")[1:4] == ["step 3", "window of 612 ms", "torch 2.13.0"]
    loaded = page.run("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert loaded == []
    assert page.errors() == []


def test_loops_are_chosen_and_themes_toggled_as_in_the_tab(page):
    page.click(".hotspot", 2)
    page.wait_text("#finding-title", "distance of each pair of points")
    assert "finding=LS303" in page.run("return location.hash")

    before = page.run("return document.documentElement.dataset.theme")
    page.click("[aria-label='Light or dark']")

    assert page.run("return document.documentElement.dataset.theme") != before
    page.press("?")
    page.find("dialog[open]")
    page.press(Keys.ESCAPE)


def test_on_paper_every_finding_is_printed(page):
    page.run("""
        window.printed = [];
        const note = () => window.printed.push(...document.querySelectorAll(".paper h2"));
        addEventListener("beforeprint", note);
    """)

    paper = base64.b64decode(page.tell("Page.printToPDF", printBackground=True)["data"])

    assert paper.startswith(b"%PDF")
    titles = page.run("return window.printed.map(title => title.textContent)")
    assert len(titles) == 4
    assert page.run("return document.querySelector('.paper').children.length") == 0
