"""The LoopScope tab, used as a person does."""

import json

import pytest
import report_document as build
import showcase
from page import PLUGIN, Keys

FRAME = "iframe"


@pytest.fixture(scope="module")
def tab(open_page, showcase_address):
    """The tab in TensorBoard; tests go to a place of their own in it."""
    return open_page(f"{showcase_address}#loopscope")


def go(tab, address, **wanted):
    """Follow a link into the tab."""
    asked = "".join(f"&p.loopscope.{name}={value}" for name, value in wanted.items())
    tab.enter(None)
    tab.open("about:blank")
    tab.open(f"{address}#loopscope{asked}")
    tab.enter(FRAME)
    tab.find("#finding-title")


def chosen(tab):
    return tab.text(".hotspot[aria-selected=true] .hotspot-place")


def test_five_seconds_tell_what_costs_most_where_and_what_to_write(tab, showcase_address):
    go(tab, showcase_address, run="baseline")

    assert tab.text("h1") == "76 % of this window is 3 Python loops."
    assert "2 verified fixes take away about" in tab.text(".headline-more")
    assert chosen(tab) == "train.py:41"
    assert tab.text("#finding-title") == "running sum of data"
    assert "torch.cumsum(data, dim=0)" in tab.text(".change .is-new")
    assert tab.errors() == []


def test_a_click_on_a_hotspot_marks_its_line_in_the_source(tab, showcase_address):
    go(tab, showcase_address, run="baseline")

    tab.click(".hotspot", 1)

    tab.wait_text("#finding-title", "result chosen from data by a condition")
    line = tab.find("tr[aria-current=true]")
    assert line.text.split()[0] == "58"
    assert "for i in range(len(data)):" in line.text
    assert "103 ms" in tab.text(".source tr:nth-child(3)")


def test_a_lane_of_the_timeline_selects_its_loop_and_can_be_zoomed(tab, showcase_address):
    go(tab, showcase_address, run="baseline")
    lane = tab.all(".lane")[2]
    whole = tab.run("return document.querySelector('.track path').getAttribute('d')")

    lane.click()
    tab.click(".timeline-tools [aria-label='Zoom in']")

    assert chosen(tab) == "geometry.py:83"
    assert lane.get_attribute("aria-pressed") == "true"
    assert tab.run("return document.querySelector('.track path').getAttribute('d')") != whole
    tab.click(".timeline-tools [aria-label='Show the whole window']")
    assert tab.run("return document.querySelector('.track path').getAttribute('d')") == whole


@pytest.mark.parametrize(("button", "part"), [("copy-code", "after"), ("copy-diff", "diff")])
def test_the_fix_can_be_copied(tab, showcase_address, button, part):
    go(tab, showcase_address, run="tuned")
    tab.allow_clipboard()

    tab.click(f"[data-copy={button}]")

    tab.wait_text(".said", "Copied")
    assert tab.clipboard() == showcase.select(line=52)["rewrite"][part]


def test_the_verdict_stands_with_its_evidence(tab, showcase_address):
    go(tab, showcase_address, run="baseline")

    said = tab.text(".evidence")

    assert "4 100× faster, verified" in said
    assert "The same values on 6 inputs, within rounding (largest difference 1.2e-7)" in said
    assert "The same gradients" in said
    assert "data is a 1-D float tensor" in said


def test_a_loop_without_a_verified_rewrite_gets_advice_and_no_diff(tab, showcase_address):
    go(tab, showcase_address, run="baseline")

    tab.click(".hotspot", 3)

    tab.wait_text(".advice", "hoist the input projection out of the loop")
    assert tab.all(".change") == []
    assert tab.all("[data-copy=copy-code]") == []


def test_dark_and_light_are_those_of_tensorboard(tab, showcase_address):
    go(tab, showcase_address, run="baseline")
    light = tab.run("return getComputedStyle(document.body).backgroundColor")

    tab.run("parent.document.body.classList.add('dark-mode')")

    tab.wait(lambda: tab.run("return document.documentElement.dataset.theme") == "dark")
    assert tab.run("return getComputedStyle(document.body).backgroundColor") != light
    tab.run("parent.document.body.classList.remove('dark-mode')")
    tab.wait(lambda: tab.run("return document.documentElement.dataset.theme") == "light")


def test_two_runs_compare_loop_by_loop(tab, showcase_address):
    go(tab, showcase_address, run="tuned")

    choose(tab, "baseline", "baseline")

    tab.wait_text(".counts", "1 gone")
    rows = {text.split("\n")[0]: text for text in tab.texts(".compared")}
    assert "gone" in rows["train.py:41"]
    assert "2.0× faster" in rows["geometry.py:77"]  # it moved: it was on line 83
    assert "new" in rows["geometry.py:200"]
    assert "same" in rows["train.py:52"]
    assert "now" in tab.text(".headline-more")


def test_windows_and_workers_can_be_chosen(tab, showcase_address):
    go(tab, showcase_address, run="baseline")
    before = tab.text(".finding-cost strong")

    choose(tab, "worker", "node1_12")
    tab.wait(lambda: tab.text(".finding-cost strong") != before)
    tab.click("[aria-label='Earlier window']")

    tab.wait(lambda: "worker=node1_12" in tab.run("return parent.location.hash"))
    tab.wait(lambda: tab.run("return document.getElementById('window').selectedIndex") == 10)


def test_the_workers_of_a_run_stand_side_by_side(tab, showcase_address):
    go(tab, showcase_address, run="baseline", worker="node0_11")

    assert [text.split("\n")[0] for text in tab.texts(".workers li")] == ["node0_11", "node1_12"]
    tab.click(".workers button", 1)

    tab.wait(lambda: "worker=node1_12" in tab.run("return parent.location.hash"))


def test_a_deep_link_leads_back_to_the_same_place(tab, showcase_address, open_page):
    go(tab, showcase_address, run="tuned")
    choose(tab, "baseline", "baseline")
    tab.click(".hotspot", 1)
    tab.wait_text("#finding-title", "distance of each pair of points")
    tab.wait(lambda: "baseline=run%3Abaseline" in tab.run("return parent.location.hash"))
    link = tab.run("return parent.location.href")

    tab.enter(None)
    tab.open("about:blank")
    tab.open(link)
    tab.enter(FRAME)

    tab.wait_text("#finding-title", "distance of each pair of points")
    tab.wait_text(".counts", "1 gone")
    assert tab.run("return document.getElementById('run').value") == "tuned"


def test_the_list_is_filtered_and_sorted(tab, showcase_address):
    go(tab, showcase_address, run="baseline")
    field = tab.find("#filter")

    field.send_keys("geometry")
    tab.wait(lambda: len(tab.all(".hotspot")) == 1)
    assert tab.text(".list-summary") == "1 of 4 loops"
    field.send_keys(Keys.CONTROL, "a", Keys.NULL, Keys.BACKSPACE)
    tab.wait(lambda: len(tab.all(".hotspot")) == 4)
    tab.run("""
        const select = document.querySelector(".list-tools select");
        select.value = "place";
        select.dispatchEvent(new Event("change"));
    """)

    tab.wait(lambda: tab.text(".hotspot:first-child .hotspot-place") == "geometry.py:83")


def test_the_page_works_without_a_mouse(tab, showcase_address):
    go(tab, showcase_address, run="baseline")
    tab.run("document.getElementById('hotspots').focus()")

    tab.press(Keys.ARROW_DOWN)
    assert chosen(tab) == "train.py:58"
    active = tab.find("#hotspots").get_attribute("aria-activedescendant")
    assert tab.find(f"#{active}").get_attribute("aria-selected") == "true"
    tab.press("j")
    assert chosen(tab) == "geometry.py:83"
    tab.press(Keys.END, "k")
    assert chosen(tab) == "geometry.py:83"
    tab.press("/")
    assert tab.run("return document.activeElement.id") == "filter"
    tab.press("j?")  # typed into the field, and no shortcuts there
    assert tab.run("return document.activeElement.value") == "j?"
    tab.run("document.getElementById('hotspots').focus()")
    tab.press("?")
    tab.find("dialog[open]")
    tab.press(Keys.ESCAPE)
    tab.wait(lambda: not tab.all("dialog[open]"))


@pytest.mark.parametrize("size", [(1024, 768), (1440, 900), (3840, 2160)])
def test_nothing_is_wider_than_the_window(tab, showcase_address, size):
    tab.resize(*size)
    go(tab, showcase_address, run="tuned", baseline="run:baseline")

    assert tab.run("return document.documentElement.scrollWidth") <= size[0]
    assert tab.find(".finding").size["width"] > size[0] / 2
    assert tab.text(".hotspot .hotspot-facts").startswith("LS201") == (size[0] > 1250)
    tab.resize(1440, 900)


def test_a_combobox_finds_a_run_by_its_name(tab, showcase_address):
    go(tab, showcase_address, run="baseline")
    field = tab.find("#run")

    field.click()
    field.send_keys("tun")
    tab.wait(lambda: len(tab.all("#run-list [role=option]")) == 1)
    field.send_keys(Keys.ENTER)

    tab.wait(lambda: "run=tuned" in tab.run("return parent.location.hash"))
    assert field.get_attribute("aria-expanded") == "false"


def test_a_new_window_appears_by_itself_and_by_the_button(open_page, serve, tmp_path):
    build.write(build.document(build.finding(), step=1), tmp_path / "run")
    page = open_page(serve(tmp_path) + PLUGIN)
    page.find("#finding-title")

    build.write(
        build.document(build.finding(cost_ms=99, status="verified"), step=2), tmp_path / "run"
    )
    page.click("#reload")

    page.wait_text(".finding-cost strong", "99 ms")
    page.find(".change")
    build.write(build.document(step=3), tmp_path / "run")
    page.wait_text("h1", "No slow Python loops in this window.")
    page.wait_text(".said", "A new window: step 3")


def test_each_state_has_words_of_its_own(open_page, serve, tmp_path):
    page = open_page(serve(tmp_path) + PLUGIN)
    page.wait_text(".state h1", "No reports yet")

    newer = build.document(build.finding()) | {"schema_version": 2}
    path = build.write(newer, tmp_path / "newer")
    page.click("#reload")
    page.wait_text(".state", "written by a newer loopscope (schema 2)")

    path.write_text(json.dumps(newer)[:200])
    page.click("#reload")
    page.wait_text(".state", "cut short or damaged")

    bare = build.finding(source=[], path="<string>")
    build.write(build.document(bare, notes=["the loop clock is full"]), tmp_path / "bare")
    page.click("#reload")
    page.wait_text(".state-line", "The source is not in this report")
    page.wait_text(".notes", "the loop clock is full")
    page.wait_text(".notes", "1 report cannot be shown")


def choose(tab, name, label):
    """Pick an entry of a combobox."""
    tab.click(f"#{name}")
    options = tab.wait(lambda: tab.all(f"#{name}-list [role=option]"))
    next(option for option in options if option.text.startswith(label)).click()
