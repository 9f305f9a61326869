"""What ``make demo`` leaves behind, in TensorBoard: profiled for real."""

import subprocess
import sys

import pytest

from loopscope.cli import demo_script

PROFILE = """
import sys
import loopscope
from loopscope.cli.demo_script import train

with loopscope.profile(logdir=sys.argv[1], console=False, acc_events=True):
    train(steps=1, size=2_000)
"""


HEAT = "return arguments[0].style.getPropertyValue('--heat')"


@pytest.fixture(scope="module")
def tab(open_page, serve, tmp_path_factory):
    logdir = tmp_path_factory.mktemp("demo")
    subprocess.run([sys.executable, "-c", PROFILE, str(logdir)], check=True, capture_output=True)
    tab = open_page(f"{serve(logdir)}#loopscope")
    tab.enter("iframe")
    tab.find("#finding-title")
    return tab


def seed_lines():
    """Line and text of the three loops of the demo."""
    with open(demo_script.__file__) as file:
        lines = [(n, text.strip()) for n, text in enumerate(file, 1)]
    return [(n, text) for n, text in lines if text == "for i in range(len(data)):"]


def test_the_tab_shows_the_three_seed_loops_each_on_its_line(tab):
    assert len(tab.all(".hotspot")) == 3
    seen = {}
    for hotspot in tab.all(".hotspot"):
        hotspot.click()
        place = hotspot.text.split("\n")[0]
        tab.wait_text(".finding-place strong", place)
        marked = tab.find("tr[aria-current=true]")
        seen[int(place.partition(":")[2])] = marked.text

    assert sorted(seen) == [n for n, _ in seed_lines()]
    for line, text in seed_lines():
        assert seen[line].split()[0] == str(line)
        assert text in seen[line]


def test_each_line_of_a_loop_has_its_part_of_the_cost(tab):
    for hotspot in tab.all(".hotspot"):
        hotspot.click()
        tab.wait_text(".finding-place strong", hotspot.text.split("\n")[0])
        rows = tab.all(".source .is-inside")
        hot = [float(tab.run(HEAT, row)) for row in rows]
        units = {row.text.split()[2] for row, heat in zip(rows, hot, strict=True) if heat > 0.5}

        assert max(hot) == 1
        assert hot.index(1) > 0  # not the loop's own line: its body
        assert units <= {"s", "ms", "µs"}


def test_what_to_write_is_named_for_each(tab):
    said = set()
    for hotspot in tab.all(".hotspot"):
        hotspot.click()
        tab.wait_text(".finding-place strong", hotspot.text.split("\n")[0])
        shown = tab.texts(".advice, .change .is-new")
        said.add(next(op for op in ("cumsum", "where", "data + 2") if any(op in t for t in shown)))

    assert said == {"cumsum", "where", "data + 2"}


def test_the_timeline_has_a_lane_for_each_and_the_console_no_error(tab):
    assert len(tab.all(".lane")) == 3
    assert all(path for path in tab.run(
        "return [...document.querySelectorAll('.track path')].map(path => path.getAttribute('d'))"
    ))  # fmt: skip
    assert tab.errors() == []
