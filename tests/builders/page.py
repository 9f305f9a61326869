"""Drives a page in a headless Chromium that can reach nothing but this machine."""

from selenium import webdriver
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    StaleElementReferenceException,
)
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--force-device-scale-factor=1",
)  # fmt: skip
ONLY_HERE = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
PATIENCE_S = 30
MOVING = (StaleElementReferenceException, ElementClickInterceptedException)
PLUGIN = "data/plugin_entry.html?name=loopscope"

__all__ = ["PLUGIN", "Keys", "Page"]


class Page:
    """One browser window. ``find`` and ``wait`` see the frame that was entered last."""

    def __init__(self, browser, driver, *, size=(1440, 900), hosts=ONLY_HERE, flags=()):
        options = webdriver.ChromeOptions()
        options.binary_location = browser
        for flag in (*FLAGS, f"--host-resolver-rules={hosts}", *flags):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(driver))
        self.resize(*size)
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        self.tell("Emulation.setEmulatedMedia", features=[still])

    def open(self, address):
        self.driver.get(address)

    def close(self):
        self.driver.quit()

    def resize(self, width, height):
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    def tell(self, command, **parameters):
        """Send a command of the Chrome DevTools Protocol; return its answer."""
        return self.driver.execute_cdp_cmd(command, parameters)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def wait(self, condition, what=""):
        """Wait until ``condition()`` is true, and return what it gave."""
        waiting = WebDriverWait(
            self.driver, PATIENCE_S, 0.05, ignored_exceptions=[*MOVING, IndexError]
        )
        return waiting.until(lambda _: condition(), what)

    def all(self, selector):
        return [
            e for e in self.driver.find_elements(By.CSS_SELECTOR, selector) if e.is_displayed()
        ]

    def find(self, selector):
        """Wait for an element and return it."""
        return self.wait(lambda: next(iter(self.all(selector)), None), f"no {selector}")

    def text(self, selector):
        return said(self.find(selector))

    def texts(self, selector):
        return [said(element) for element in self.all(selector)]

    def wait_text(self, selector, text):
        self.wait(
            lambda: any(text in one for one in self.texts(selector)),
            f"no {text!r} in {selector}",
        )

    def click(self, selector, which=0):
        """Click on an element, as soon as it stands still."""
        self.wait(lambda: len(self.all(selector)) > which, f"no {selector}")
        self.wait(lambda: self.all(selector)[which].click() is None)

    def press(self, *keys):
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def enter(self, frame):
        """Go into a frame; ``None`` for the whole page."""
        self.driver.switch_to.default_content()
        if frame is not None:
            self.driver.switch_to.frame(self.find(frame))

    def errors(self):
        """What the console has shown as errors since it was last asked."""
        logged = self.driver.get_log("browser")
        return [
            entry["message"]
            for entry in logged
            if entry["level"] == "SEVERE" and "favicon.ico" not in entry["message"]
        ]

    def clipboard(self):
        """What was copied last."""
        script = "const done = arguments[0]; navigator.clipboard.readText().then(done, done);"
        return self.driver.execute_async_script(script)

    def allow_clipboard(self):
        self.tell("Browser.grantPermissions", permissions=["clipboardReadWrite"])

    def screenshot(self, path, *, whole=False):
        """Save what is seen, or the whole page."""
        if whole:
            self.driver.switch_to.default_content()
            height = self.run("return document.documentElement.scrollHeight")
            self.resize(self.run("return innerWidth"), height)
        self.driver.save_screenshot(str(path))


def said(element):
    """An element's text, with plain spaces in its numbers."""
    return element.text.replace("\u202f", " ")
