"""Write the README's screenshots: the pages of the examples, in a headless Chromium."""

import sys
import tempfile
from pathlib import Path

from browser import ROOT, Browser, missing, open_browser

from stance import Classifier, score_folder
from stance.article import read_article
from stance.labelled import label_article
from stance.report import (
    article_page,
    folder_page,
    read_folder,
    render_article_page,
    render_folder,
    write_page,
)

IMAGES = ROOT / "docs" / "images"
EXAMPLE = ROOT / "examples" / "rome-and-tunis-renew-boat-deal-and-a-judge-in-pa.md"
MAX_BYTES = 200_000


def main() -> int:
    """Write every image; return 1 where there is no browser or one is too large."""
    if reason := missing():
        print(f"screenshots: {reason}", file=sys.stderr)
        return 1
    classifier = Classifier.load()
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, open_browser() as browser:
        folder = Path(name)
        found = label_article(classifier, EXAMPLE.name, read_article(EXAMPLE))
        write_page(folder / "a.html", render_article_page(article_page(classifier, found)))
        score_folder(ROOT / "examples", folder / "examples", jobs=1)
        page = folder_page(read_folder(folder / "examples"), classifier)
        write_page(folder / "f.html", render_folder(page))
        shoot(browser, folder / "a.html", "article.png", dark=False)
        shoot(browser, folder / "a.html", "text.png", dark=True, at="text")
        shoot(browser, folder / "f.html", "folder.png", dark=False)
    large = [path.name for path in IMAGES.glob("*.png") if path.stat().st_size > MAX_BYTES]
    if large:
        print(f"screenshots: above {MAX_BYTES} bytes: {', '.join(large)}", file=sys.stderr)
    return int(bool(large))


def shoot(browser: Browser, page: Path, name: str, *, dark: bool, at: str = "") -> None:
    """Write one image of a page, from the top or an anchor, with what focus on a text shows."""
    browser.open(page, width=1080, height=1180 if not at else 820, dark=dark)
    browser.run("document.getElementById('p3')?.focus({preventScroll: true})")
    browser.run("document.getElementById(arguments[0])?.scrollIntoView({behavior: 'instant'})", at)
    browser.driver.save_screenshot(str(IMAGES / name))
    print(f"wrote docs/images/{name}")


if __name__ == "__main__":
    sys.exit(main())
