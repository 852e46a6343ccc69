"""Feeds of the State Department -> press releases, one a line, byte for byte as in the mirror.

The releases have no single public file. Each of 293 commits of one repository holds the feed of a
moment (``data/raw_rss_index.tsv``); together they hold 2,025 releases.
"""

import csv
import hashlib
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

INDEX: Final = Path(__file__).resolve().parent / "data" / "raw_rss_index.tsv"

_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_SPACES = re.compile(r"[ \t\r\f\xa0]+")
# Cells of a row are no blocks: "Australia" and its minister stay one paragraph of two lines.
_BLOCKS = frozenset("p div ul ol li h1 h2 h3 h4 h5 h6 blockquote pre table tr br hr".split())
_HIDDEN = frozenset({"script", "style"})


@dataclass(frozen=True)
class Feed:
    """One state of the feed: the commit that holds it, its name in the mirror, its SHA-256."""

    member: str
    commit: str
    sha256: str


def read_index(path: Path = INDEX) -> list[Feed]:
    """Return the feeds in the order of their commits."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Feed(row["member"], row["commit"], row["sha256"])
            for row in csv.DictReader(lines, delimiter="\t")
        ]


class _Paragraphs(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.parts: list[str] = []
        self.hidden = 0

    def end_paragraph(self) -> None:
        text = _SPACES.sub(" ", "".join(self.parts)).strip()
        if text not in ("", "-"):
            self.found.append(text)
        self.parts = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in _HIDDEN
        # The feed's one <br aria-hidden> stands in the middle of a sentence pair.
        if tag in _BLOCKS and not (tag == "br" and attrs):
            self.end_paragraph()
            if tag == "li":
                self.parts = ["- "]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _HIDDEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in _HIDDEN
        if tag in _BLOCKS:
            self.end_paragraph()

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def split_paragraphs(html: str) -> list[str]:
    """Return the block elements of a release as plain text, list items with "- " in front."""
    parser = _Paragraphs()
    parser.feed(html)
    parser.close()
    parser.end_paragraph()
    return parser.found


def build_releases(feeds: Iterable[tuple[str, bytes]]) -> Iterator[dict[str, Any]]:
    """Yield each release of (commit, feed) pairs once, ordered by date and address.

    Of a release that occurs in several feeds the first of the longest versions counts: later ones
    are corrected, or cut.
    """
    longest: dict[str, tuple[str, ElementTree.Element]] = {}
    for commit, feed in feeds:
        for item in ElementTree.fromstring(feed).iter("item"):
            url = item.findtext("link", "")
            if url not in longest or _size(item) > _size(longest[url][1]):
                longest[url] = commit, item
    releases = (_release(url, *found) for url, found in longest.items())
    yield from sorted(releases, key=lambda release: (release["date"], release["url"]))


def _size(item: ElementTree.Element) -> int:
    return len(item.findtext(_CONTENT, ""))


def _release(url: str, commit: str, item: ElementTree.Element) -> dict[str, Any]:
    return {
        "id": f"dos-{hashlib.sha1(url.encode(), usedforsecurity=False).hexdigest()[:10]}",
        "url": url,
        "date": parsedate_to_datetime(item.findtext("pubDate", "")).date().isoformat(),
        "title": item.findtext("title", "").strip(),
        "byline": item.findtext(_CREATOR, "").strip(),
        "paragraphs": split_paragraphs(item.findtext(_CONTENT, "")),
        "commit": commit,
    }


def render_releases(feeds: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the releases as JSON lines."""
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in build_releases(feeds))
    return "".join(lines).encode()
