"""The pages in a real browser."""

import base64
import os
import re
from collections.abc import Iterator
from pathlib import Path

import browser as browsers
import pytest
from browser import Browser
from report_data import HOSTILE, SECTIONED, hostile_article, make_folder

from stance import Classifier, parse_article, scoring
from stance.labelled import label_article
from stance.report import article_page, folder_page, render_article_page, render_folder, write_page

pytestmark = pytest.mark.browser
FIRST_PAINT_MS, FILTER_MS = 1000, 200
HIT = "return [window.hit, document.querySelectorAll('img, iframe, object').length]"


@pytest.fixture(scope="session", autouse=True)
def kernel() -> str:
    """Pages do not depend on the kernel: one is enough."""
    return scoring.KERNEL


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    if reason := browsers.missing():
        assert not os.environ.get("BROWSER_REQUIRED"), reason
        pytest.skip(reason)
    with browsers.open_browser() as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page of each kind, plain and hostile, and the page of a large folder."""
    classifier = Classifier.load()
    folder = tmp_path_factory.mktemp("pages")

    def article(text: str) -> str:
        found = label_article(classifier, "news/a.txt", parse_article(text))
        return render_article_page(article_page(classifier, found))

    texts = {
        "article": article(SECTIONED),
        "folder": render_folder(folder_page(make_folder(120), classifier)),
        "hostile folder": render_folder(folder_page(make_folder(120, HOSTILE), classifier)),
        "large": render_folder(folder_page(make_folder(5000), classifier)),
        "empty": article(""),
    } | {f"hostile {i}": article(hostile_article(text)) for i, text in enumerate(HOSTILE)}
    for name, text in texts.items():
        write_page(folder / f"{name}.html", text)
    return {name: folder / f"{name}.html" for name in texts}


@pytest.mark.parametrize("name", ["article", "folder", "hostile folder"])
def test_page_opens_from_disk_and_asks_the_network_for_nothing(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    browser.open(pages[name])
    assert browser.run("return document.querySelectorAll('h2').length") >= 3
    assert browser.requests() == []
    assert browser.complaints() == []


@pytest.mark.parametrize("name", ["hostile folder", *(f"hostile {i}" for i in range(len(HOSTILE)))])
def test_hostile_text_is_shown_as_text(browser: Browser, pages: dict[str, Path], name: str) -> None:
    browser.open(pages[name], width=390)
    browser.run("for (const b of document.querySelectorAll('tbody th button')) b.click()")
    assert browser.run(HIT) == [None, 0]
    assert not browser.run("return [...document.links].some(a => !/^(https?|file):/.test(a.href))")
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
    assert browser.requests() == []
    assert browser.complaints() == []
    shown = browser.run("return document.body.innerText")
    if name in ("hostile folder", "hostile 0"):
        assert "<script>window.hit = 1</script>" in shown
    if name in ("hostile folder", "hostile 4"):
        assert "abc[U+202E]gnp.exe" in shown
    assert not re.search("[\x00\u202e]", shown)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["article", "folder", "empty"])
def test_axe_finds_no_serious_violation(
    browser: Browser, pages: dict[str, Path], name: str, dark: bool
) -> None:
    if not browsers.AXE.exists():
        pytest.skip("axe-core is not there; `make browser` fetches it from npm")
    browser.open(pages[name], dark=dark)
    browser.run("for (const d of document.querySelectorAll('details')) d.open = true")
    browser.run("document.querySelector('tbody th button')?.click()")
    assert browser.violations() == []


def test_keyboard_alone_shows_what_decided(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["article"])
    visible = "return getComputedStyle(document.getElementById('n2')).visibility"
    assert browser.run(visible) == "hidden"
    for _ in range(20):
        if browser.run("return document.activeElement.id") == "p2":
            break
        browser.press("\ue004")  # Tab
    assert browser.run("return document.activeElement.id") == "p2"
    assert browser.run(visible) == "visible"


def test_keyboard_alone_sorts_and_unfolds(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["folder"])
    browser.run("document.getElementById('by').focus()")
    browser.press("\ue004", "\ue004", "\ue004")
    assert browser.run("return document.activeElement.closest('tbody') !== null")
    browser.press("\ue007")  # Enter
    assert browser.run("return document.querySelectorAll('tr.more').length") == 1
    assert browser.run("return document.activeElement.getAttribute('aria-expanded')") == "true"


def count_of(browser: Browser) -> str:
    return str(browser.run("return document.getElementById('said').textContent"))


def test_filters_and_search_choose_articles(browser: Browser, pages: dict[str, Path]) -> None:
    rows = make_folder(120).articles
    browser.open(pages["folder"])
    set_value = (
        "const e = document.getElementById(arguments[0]); e.value = arguments[1];"
        "e.dispatchEvent(new Event('input', {bubbles: true}))"
    )
    firsts = [a for i, a in enumerate(rows) if a.group == i]
    assert count_of(browser) == f"{len(firsts)} articles"
    browser.run(set_value, "q", "number 11")
    found = [a for a in firsts if "number 11" in a.title]
    assert count_of(browser).startswith(f"{len(found)} of {len(firsts)}")
    browser.run(set_value, "q", "")
    browser.run(set_value, "f-label", "2")
    found = [a for a in firsts if a.dominant == "neutral"]
    assert count_of(browser).startswith(f"{len(found)} of")
    browser.run(set_value, "f-status", "short")
    found = [a for a in found if a.status == "short"]
    assert count_of(browser).startswith(f"{len(found)} of")
    browser.run("document.querySelector('button[type=reset]').click()")
    browser.run(set_value, "f-from", "2025-01-01")
    found = [a for a in firsts if a.date >= "2025-01-01"]
    assert count_of(browser).startswith(f"{len(found)} of")


def test_sorting_by_a_share_puts_the_largest_first(
    browser: Browser, pages: dict[str, Path]
) -> None:
    browser.open(pages["folder"])
    browser.run("document.querySelector('[data-key=mix]').click()")
    first = "return document.querySelector('#table tbody svg').getAttribute('aria-label')"
    assert "cooperative 50%" in browser.run(first)
    assert browser.run("return document.querySelector('.mixcol').ariaSort") == "descending"


@pytest.mark.parametrize("name", ["article", "folder"])
def test_phone_is_wide_enough(browser: Browser, pages: dict[str, Path], name: str) -> None:
    browser.open(pages[name], width=360)
    assert browser.run("return document.documentElement.scrollWidth") <= 360


def test_print_shows_the_text_and_no_controls(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["folder"], dark=True)
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    shown = "return getComputedStyle(document.querySelector('.filters')).display"
    assert browser.run(shown) == "none"
    assert browser.run("return getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    pdf = browser.driver.execute_cdp_cmd("Page.printToPDF", {})["data"]
    assert base64.b64decode(pdf).startswith(b"%PDF")
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_large_folder_paints_and_filters_at_once(
    browser: Browser, pages: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """The least of several measurements: others of them tell of the machine's other work."""
    paints = []
    for _ in range(3):
        browser.open(pages["large"])
        paints.append(browser.first_paint_ms())
    filters = [
        browser.run(
            "const t = performance.now(), q = document.getElementById('q'); q.value = arguments[0];"
            "q.dispatchEvent(new Event('input', {bubbles: true})); document.body.offsetHeight;"
            "return performance.now() - t",
            word,
        )
        for word in ("number 49", "coast", "quay", "number 1", "")
    ]
    with capsys.disabled():
        print(f"\n5,000 articles: first paint {min(paints):.0f} to {max(paints):.0f} ms,"
              f" filter {min(filters):.0f} to {max(filters):.0f} ms")  # fmt: skip
    assert min(paints) < FIRST_PAINT_MS
    assert sorted(filters)[len(filters) // 2] < FILTER_MS
