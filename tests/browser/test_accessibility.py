"""axe-core finds nothing serious, in light and in dark."""

import pytest
from page import PLUGIN

SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def page(open_page, showcase_address):
    return open_page(showcase_address + PLUGIN)


def violations(page, axe):
    page.run(axe.read_text())
    found = page.driver.execute_async_script(
        "const done = arguments[0]; axe.run(document).then(r => done(r.violations), done);"
    )
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1024, 768), (1440, 900)])
@pytest.mark.parametrize("state", ["verified", "advice", "comparison", "list", "help"])
def test_nothing_serious_stands_between_a_person_and_the_page(
    page, npm_file, showcase_address, theme, size, state
):
    axe = npm_file("axe-core", "axe.min.js")
    baseline = "&p.loopscope.baseline=run:baseline" if state == "comparison" else ""
    page.resize(*size)
    page.open("about:blank")
    page.open(f"{showcase_address}{PLUGIN}#p.loopscope.run=tuned{baseline}")
    page.find("#finding-title")
    page.run("document.documentElement.dataset.theme = arguments[0]", theme)
    if state == "advice":
        page.click(".hotspot", 3)
        page.find(".advice")
    elif state == "list":
        page.click("#run")
    elif state == "help":
        page.press("?")
        page.find("dialog[open]")

    assert violations(page, axe) == []
