"""The annotated trace in torch-tb-profiler's Trace view, with its scripts from this machine."""

import subprocess
import sys

import pytest
from page import Page

pytest.importorskip("torch_tb_profiler", reason="no torch-tb-profiler: pip install -e .[torch-tb]")

PROFILE = """
import sys
import torch
import loopscope

def step(weight):
    kept = []
    for i in range(300):
        kept.append(weight[i] * 2)
    torch.stack(kept).sum().backward()

with loopscope.profile(logdir=sys.argv[1], console=False, acc_events=True):
    step(torch.rand(300, requires_grad=True))
"""


@pytest.fixture(scope="module")
def cdn(npm_file, tmp_path_factory):
    from cdn import Cdn

    polyfill = npm_file("webcomponents.js", "webcomponents.min.js")
    cdn = Cdn(tmp_path_factory.mktemp("cdn"), polyfill)
    yield cdn
    cdn.stop()


@pytest.fixture(scope="module")
def view(cdn, open_page, serve, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    script = folder / "train.py"
    script.write_text(PROFILE)
    run = folder / "logs" / "run"
    subprocess.run([sys.executable, script, run], check=True, capture_output=True)
    page = open_page(
        f"{serve(folder / 'logs')}#pytorch_profiler", hosts=cdn.hosts, flags=cdn.flags
    )
    page.enter("iframe")
    page.wait(lambda: len(page.all("[role=button]")) > 1)
    page.click("[role=button]", 1)
    options = page.wait(lambda: page.all("[role=option]"))
    next(option for option in options if option.text == "Trace").click()
    page.driver.switch_to.frame(page.find("iframe"))
    page.wait(lambda: page.run(f"return {VIEW}?.model?.processes[5000000] !== undefined"))
    return page


VIEW = "document.querySelector('tr-ui-timeline-view')"
PLACE_OF_LOOP = f"""
    const view = {VIEW};
    const threads = Object.values(view.model.processes[5000000].threads);
    const slices = threads.flatMap(thread => thread.sliceGroup.slices);
    const loop = slices.find(slice => slice.title.startsWith("LS"));
    const tracks = Array.from(document.querySelectorAll("tr-ui-b-heading"));
    const heading = tracks.find(track => track.textContent.trim().endsWith("hot loops"));
    const transform = view.trackView.viewport.currentDisplayTransform;
    const box = heading.getBoundingClientRect();
    const middle = transform.xWorldToView(loop.start + loop.duration / 2);
    return [box.right + middle / devicePixelRatio, box.top + 8];
"""


def test_our_process_is_on_top_with_its_lanes(view):
    page: Page = view
    lanes = page.run("""
        return Array.from(document.querySelectorAll("tr-ui-b-heading"))
            .map(heading => [heading.getBoundingClientRect().top, heading.textContent])
            .sort((a, b) => a[0] - b[0]);
    """)

    names = [" ".join(text.split()).removeprefix("▾ ") for _, text in lanes if text.strip()]
    assert names[:2] == ["hot loops", "backward of hot loops"]
    assert "(python)" in names[2]
    assert page.run(f"return {VIEW}.model.processes[5000000].name") == "LoopScope"


def test_a_click_on_a_loop_shows_where_it_is_and_what_to_write(view):
    said = view.wait(lambda: click_on_the_loop(view), "the slice was not selected")

    assert "LS" in said
    assert "train.py:8" in said.replace("\n", "")
    assert "300" in said


def click_on_the_loop(page):
    """Click where the loop is drawn now, as the view may still be moving; return what is said."""
    frame_left, frame_top = offset(page)
    left, top = page.run(PLACE_OF_LOOP)
    page.press("1")  # the arrow that selects
    for kind in ("mousePressed", "mouseReleased"):
        page.tell(
            "Input.dispatchMouseEvent", type=kind, x=frame_left + left, y=frame_top + top,
            button="left", clickCount=1,
        )  # fmt: skip
    return page.run(
        "const found = document.querySelector('tr-ui-a-analysis-view');"
        "return found && found.textContent.includes('train.py') && found.textContent"
    )


def offset(page):
    """Where the frame stands in the window."""
    return page.run(
        "let [left, top] = [0, 0];"
        "for (let frame = window; frame !== frame.parent; frame = frame.parent) {"
        "  const box = frame.frameElement.getBoundingClientRect();"
        "  left += box.left; top += box.top;"
        "}"
        "return [left, top];"
    )
