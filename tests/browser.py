"""A headless Chromium for tests and screenshots; both skip or stop with a reason without one."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
AXE = ROOT / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
# Without the first three no page opens as root and without a screen; the others keep Chromium
# from asking the network for things of its own.
_ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip


def missing() -> str | None:
    """Say what is missing to drive a browser, or None."""
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            return f"{program} is not installed; `make browser` installs it"
    try:
        import selenium  # noqa: F401
    except ModuleNotFoundError:
        return "selenium is not installed; `make browser` installs it"
    return None


@contextmanager
def open_browser() -> Iterator["Browser"]:
    """Start Chromium, and end it."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in _ARGUMENTS:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield Browser(driver)
    finally:
        driver.quit()


class Browser:
    """What tests ask of a browser."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, page: Path, *, width: int = 1280, height: int = 900, dark: bool = False) -> None:
        """Open a file at a size and in a colour scheme."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.resize(width, height)
        self.driver.get_log("performance")
        self.driver.get_log("browser")
        self.driver.get(page.as_uri())
        self.driver.execute_async_script(
            "const done = arguments[0], said = document.getElementById('said');"
            "const look = () => !said || said.textContent ? done() : setTimeout(look, 5); look()"
        )

    def resize(self, width: int, height: int) -> None:
        """Set the size of the view in pixels."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500},
        )

    def run(self, script: str, *values: Any) -> Any:
        """Run JavaScript in the page; ``return`` gives its value."""
        return self.driver.execute_script(script, *values)

    def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def requests(self) -> list[str]:
        """Return the addresses asked for since the page was opened, but the page and data."""
        events = [
            json.loads(row["message"])["message"] for row in self.driver.get_log("performance")
        ]
        urls = [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]
        return [url for url in urls if not url.startswith(("file:", "data:"))]

    def complaints(self) -> list[str]:
        """Return what the browser wrote to its console, refused scripts included."""
        return [row["message"] for row in self.driver.get_log("browser")]

    def first_paint_ms(self) -> float:
        """Return when the page first showed something, from the start of its opening."""
        return float(
            self.driver.execute_async_script(
                "const done = arguments[0]; new PerformanceObserver(list => {"
                "const p = list.getEntries().find(e => e.name === 'first-contentful-paint');"
                "if (p) done(p.startTime)}).observe({type: 'paint', buffered: true})"
            )
        )

    def violations(self) -> list[tuple[str, str]]:
        """Return the serious and critical violations that axe-core finds: rule and element."""
        self.run(AXE.read_text(encoding="utf-8"))
        found = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run({resultTypes: ['violations']}).then(done);"
        )
        return [
            (rule["id"], node["html"][:200])
            for rule in found["violations"]
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]
