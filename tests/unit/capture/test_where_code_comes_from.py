"""Scripts, notebook cells and text that a program runs are the user's; libraries are not."""

import linecache
import runpy
import sys
import textwrap

import pytest
from clocked import CORES, clocked, compiled, recorded

from loopscope.config import Settings

pytestmark = pytest.mark.parametrize("core", CORES)

SOURCE = """
for x in range(3):
    x
[x for x in range(4)]
"""


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(textwrap.dedent(SOURCE).lstrip())
    return path


def test_a_script_that_runs_as_main(core, script):
    seen = recorded(core, lambda: runpy.run_path(str(script), run_name="__main__"), str(script))

    assert seen.totals == {1: (1, 3), 3: (1, 4)}


def test_a_module_that_is_imported_in_the_window(core, script, monkeypatch):
    monkeypatch.syspath_prepend(str(script.parent))
    monkeypatch.delitem(sys.modules, "script", raising=False)

    seen = recorded(core, lambda: __import__("script"), str(script))

    assert seen.totals == {1: (1, 3), 3: (1, 4)}


@pytest.mark.parametrize(
    "path", ["<ipython-input-3-0f1e>", "/tmp/ipykernel_7/3141.py", "<cell 1>"]
)
def test_a_notebook_cell(core, path):
    assert clocked(core, SOURCE, path=path).totals == {1: (1, 3), 3: (1, 4)}


def test_text_without_its_source_is_not_looked_at(core):
    code = compiled(SOURCE, "<no source>")
    linecache.cache.pop("<no source>")

    assert recorded(core, lambda: exec(code), "<no source>").entries == []


def test_text_that_is_compiled_anew_each_time_is_looked_at_each_time(core):
    texts = [compiled(SOURCE, "<again>") for _ in range(3)]

    seen = recorded(core, lambda: [exec(text) for text in texts], "<again>")

    assert seen.totals == {1: (3, 9), 3: (3, 12)}


@pytest.mark.parametrize("folder", ["site-packages/lib", "dist-packages/lib"])
def test_installed_packages_are_left_out_unless_they_are_included(core, folder, tmp_path):
    path = str(tmp_path / folder / "module.py")

    assert clocked(core, SOURCE, path=path).entries == []
    included = Settings(include=(str(tmp_path),))
    assert clocked(core, SOURCE, path=path, settings=included).totals[1] == (1, 3)


def test_what_is_excluded_is_left_out(core, script):
    excluded = Settings(exclude=(str(script.parent),))

    assert clocked(core, SOURCE, path=str(script), settings=excluded).entries == []


def test_the_standard_library_is_left_out(core):
    seen = clocked(core, "import textwrap\ntextwrap.indent('a\\nb', ' ')\n")

    assert {site.path for site in seen.sites} <= {seen.paths[0], __file__}
    assert "textwrap.py" not in " ".join(w.code.co_filename for w in seen.samples.watched)
