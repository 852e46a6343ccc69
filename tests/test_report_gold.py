"""Pages compared with accepted ones; tests/data/gold/README.md says how to accept a change."""

import os
import re
from pathlib import Path

import pytest
from report_data import SECTIONED, make_folder

from stance import Classifier, parse_article
from stance.labelled import label_article
from stance.report import article_page, folder_page, render_article_page, render_folder

DATA = Path(__file__).parent / "data"
GOLD = DATA / "gold"


def scrub(page: str) -> str:
    """Take out what stands in files of its own: style, script and their hashes."""
    page = re.sub(r"(<style>).*?(</style>)", r"\1\2", page, flags=re.S)
    page = re.sub(r"(<script>).*?(</script>)", r"\1\2", page, flags=re.S)
    return re.sub(r"sha256-[\w+/=]+", "sha256-", page)


def render(name: str) -> str:
    """Return a page of fixed data and of a small fixed model."""
    model = Classifier.load(DATA / "artefacts" / "format-2")
    if name == "folder.html":
        return render_folder(folder_page(make_folder(12, ("<b>A title</b> & more",)), model))
    return render_article_page(
        article_page(model, label_article(model, "a.txt", parse_article(SECTIONED)))
    )


@pytest.mark.parametrize("name", ["article.html", "folder.html"])
def test_page_is_the_accepted_one(name: str) -> None:
    found = scrub(render(name))
    if os.environ.get("ACCEPT"):
        (GOLD / name).write_text(found, encoding="utf-8")
    assert found == (GOLD / name).read_text(encoding="utf-8"), "see tests/data/gold/README.md"
