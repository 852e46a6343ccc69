"""HTML -> lines: a page through trafilatura, a fragment (a table's cell, a feed's entry) whole."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stance.encoding import decode
from stance.formats.records import Found, ReadError, ReadOptions, load
from stance.formats.streams import Input, read_whole

if TYPE_CHECKING:
    from lxml.etree import _Element

_TAG: Final = re.compile(
    r"</?(?:p|br|div|span|ul|ol|li|h[1-6]|blockquote|table|section|article|html|body|strong|em|b|i"
    r"|a|img|figure)(?:\s[^<>]{0,500})?/?>", re.I
)  # fmt: skip
_PAGE: Final = re.compile(r"<(?:!doctype html|html|head|body)\b", re.I)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,31});", re.I)
_MAX_CHARS: Final = 20_000_000  # a tree takes some ten times as much; trafilatura's own limit
# Dates that the page declares, none guessed from its text; without a fixed end the answer would
# depend on the day of the run.
_DATES: Final = {"extensive_search": False, "original_date": True, "max_date": "2100-01-01"}
_HEADINGS: Final = {f"h{n}": "#" * n for n in range(1, 7)}
_ITEMS: Final = frozenset({"li", "item", "dd"})
_QUOTES: Final = frozenset({"quote", "blockquote"})
_BLOCKS: Final = _ITEMS | _QUOTES | _HEADINGS.keys() | frozenset(
    "p div section article main header footer aside nav ul ol list dl dt head table tbody thead"
    " tr row br lb hr figure figcaption address pre form body html fieldset details".split()
)  # fmt: skip
_CELLS: Final = frozenset({"td", "th", "cell"})
_SKIPPED: Final = ("script", "style", "noscript", "template", "iframe", "svg", "head")


@dataclass(frozen=True, slots=True)
class Page:
    """What was found in a page: ``text`` has one block a line, bullets as ``- ``."""

    text: str
    title: str | None = None
    date: str | None = None
    url: str | None = None
    source: str | None = None


def is_html(text: str) -> bool:
    """Whether a text has tags that stand for blocks or for their parts."""
    return "<" in text and _TAG.search(text) is not None


def unescape(text: str) -> str:
    """Replace entities that end in a semicolon: ``AT&T`` and ``?a=1&copy=2`` stay."""
    return _ENTITY.sub(lambda match: html.unescape(match.group()), text) if "&" in text else text


def read_html(source: Input, options: ReadOptions) -> Iterator[Found]:
    """Read a page, or the text of a file that is no page in spite of its ending."""
    text, encoding = decode(read_whole(source, options.max_bytes))
    page = read_markup(text) if is_html(text) else Page(text)
    yield Found(
        page.text, title=page.title, date=page.date, url=page.url, source=page.source,
        encoding=encoding,
    )  # fmt: skip


def read_markup(text: str) -> Page:
    """Read a page, or a fragment as the whole that it is.

    Raises
    ------
    ReadError
        If it is longer than a tree of it should fill the memory, or a reader is not installed.
    """
    if len(text) > _MAX_CHARS:
        raise ReadError(
            "read", f"markup of {len(text)} characters, more than {_MAX_CHARS}",
            "split it or save it as text",
        )  # fmt: skip
    return read_page(text) if _PAGE.search(text[:4096]) else Page(read_fragment(text))


def read_page(text: str) -> Page:
    """Extract the article of a page; where none is found, all of its blocks."""
    trafilatura = load("trafilatura", "HTML")
    found = trafilatura.bare_extraction(
        text, include_comments=False, with_metadata=True, date_extraction_params=_DATES
    )
    if found is None or found.body is None:
        return Page(read_fragment(text))
    return Page(
        "\n\n".join(_lines(found.body)), found.title, found.date, found.url,
        found.sitename or found.hostname,
    )  # fmt: skip


def read_fragment(text: str) -> str:
    """Return the blocks of a piece of markup, nothing left out but scripts and styles."""
    etree = load("lxml.etree", "HTML")
    # A list of tags as Beautiful Soup prints it: a bracket and commas around whole elements.
    if text.startswith("[<") and text.endswith(">]"):
        text = re.sub(r"\\[nrt]|\\xa0", " ", re.sub(r">,\s*<", "> <", text[1:-1]))
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    data = text.encode("utf-8", "replace")
    root = etree.fromstring(data, parser)
    if root is None:
        return ""
    etree.strip_elements(root, *_SKIPPED, with_tail=False)
    return "\n\n".join(_lines(root))


def _lines(root: "_Element") -> Iterator[str]:
    """Yield one line a block, with the mark of a heading, an item or a quote before it."""
    etree = load("lxml.etree", "HTML")
    pieces: list[str] = []
    mark, quotes = "", 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if tag in _BLOCKS:
            line = " ".join("".join(pieces).split())
            if line:
                yield f"{'> ' * bool(quotes)}{mark}{line}"
                mark = ""
            pieces.clear()
        if event == "start":
            quotes += tag in _QUOTES
            mark = _mark(element) if tag in _BLOCKS and not (mark == "- " and tag == "p") else mark
            if tag in _CELLS and "".join(pieces).strip():
                pieces.append(" | ")
            pieces.append(element.text or "")
        else:
            quotes -= tag in _QUOTES
            mark = "" if tag in _BLOCKS and tag not in ("br", "lb") else mark
            pieces.append(element.tail or "" if element is not root else "")
    line = " ".join("".join(pieces).split())
    if line:
        yield f"{mark}{line}"


def _mark(element: "_Element") -> str:
    if element.tag in _ITEMS:
        return "- "
    rend = element.get("rend", "h2") if element.tag == "head" else str(element.tag)
    return f"{_HEADINGS[rend]} " if rend in _HEADINGS else ""
