"""A real Chromium and a real TensorBoard on a free loopback port."""

import os
import shutil
from pathlib import Path

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
NPM = Path(__file__).parents[2] / "build" / "npm" / "node_modules"


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    reason = why_not()
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


def why_not():
    try:
        import selenium  # noqa: F401 (is it there?)
    except ImportError:
        return "no selenium: pip install -e .[dev]"
    if not BROWSER or not DRIVER:
        return "no Chromium: apt-get install chromium chromium-driver"
    return ""


@pytest.fixture(scope="session")
def open_page():
    """Return a function that opens an address in a page of its own; all are closed at the end."""
    from page import Page

    pages = []

    def open_(address, **options):
        pages.append(Page(BROWSER, DRIVER, **options))
        pages[-1].open(address)
        return pages[-1]

    yield open_
    for page in pages:
        page.close()


@pytest.fixture(scope="session")
def serve(tmp_path_factory):
    """Return a function that starts a TensorBoard on a log directory, and its address."""
    from tensorboard_process import TensorBoardProcess

    processes = []

    def serve_(logdir, *arguments):
        folder = tmp_path_factory.mktemp("tensorboard")
        processes.append(TensorBoardProcess(logdir, folder, arguments))
        return processes[-1].address

    yield serve_
    for process in processes:
        process.stop()


@pytest.fixture(scope="session")
def npm_file():
    """Return a function that gives the path of a file of an npm package, or skips the test."""

    def npm_file_(package, path):
        found = Path(os.environ.get("LOOPSCOPE_NPM", NPM)) / package / path
        if not found.exists():
            pytest.skip(f"no {package}: npm install --prefix build/npm {package}")
        return found

    return npm_file_


@pytest.fixture(scope="session")
def showcase_runs(tmp_path_factory):
    """A log directory with two runs of many windows."""
    import showcase

    logdir = tmp_path_factory.mktemp("showcase")
    showcase.write_runs(logdir)
    return logdir


@pytest.fixture(scope="session")
def showcase_address(serve, showcase_runs):
    return serve(showcase_runs)
