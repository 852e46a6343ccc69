"""Text -> Article: title, deck, body, enrichment section, and what stands beside them.

Offsets are code points of ``Article.source``. What is not white space in it belongs to exactly one
of ``paragraphs``, ``unscored`` and ``marks``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from stance import kinds
from stance.cleaning import clean
from stance.encoding import decode
from stance.errors import ArticleError
from stance.headings import MARKERS, normalise
from stance.line_scan import CLEAN
from stance.lines import Line, Span, ink, read_lines
from stance.roles import SCORED, Sorted, sort_head, sort_lines
from stance.sections import Section, find_section

Trailing = Literal["enrichment", "body", "drop"]
TRAILING: Final = ("enrichment", "body", "drop")
_MIN_BODY: Final = 2
_MAX_REFUSAL_LINES: Final = 8


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph that is scored.

    ``part`` is ``body`` or ``enrichment``; ``role`` is ``paragraph``, ``intro``, ``bullet``,
    ``numbered`` or ``quote``. ``text`` is ``source[start:end]``, without the bullet's mark and with
    its citations; ``scored_text`` is what the model sees, without citations and markup.
    """

    part: str
    role: str
    start: int
    end: int
    text: str
    scored_text: str
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unscored:
    """Text that is kept but not scored.

    ``role`` is ``title``, ``deck``, ``subhead``, ``tag``, ``marker``, ``caption``, ``dateline``,
    ``readalso``, ``source`` or ``furniture``.
    """

    role: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """An article cut into what is scored and what is not, both in reading order.

    ``status`` is ``ok``, ``short`` (fewer than two body paragraphs) or ``no_article`` (nothing to
    score). ``rule`` says how the section was found (``heading line``, ``markdown``, ``same line``,
    ``glued``, ``rule line``, ``heading over a list`` or ``none``) and ``marker_line`` on which
    line, counted from 1. ``marks`` holds the spans of bullets, numbers and markup.
    """

    source: str
    title: str | None
    deck: str | None
    paragraphs: tuple[Paragraph, ...]
    unscored: tuple[Unscored, ...]
    status: str
    rule: str
    marker_line: int | None
    encoding: str | None = None
    marks: tuple[Span, ...] = ()

    def part(self, name: str) -> tuple[Paragraph, ...]:
        """Return the paragraphs of ``body`` or ``enrichment``."""
        return tuple(p for p in self.paragraphs if p.part == name)


def parse_article(
    text: str,
    *,
    markers: Iterable[str] = (),
    trailing: Trailing = "enrichment",
    encoding: str | None = None,
) -> Article:
    """Cut a text into title, deck, body and enrichment section.

    Parameters
    ----------
    text : str
        A line is a paragraph; lines that an editor has wrapped are joined. Any text gives an
        Article, if only one without paragraphs.
    markers : iterable of str
        Headings that open a section, beside the known ones; case and colon do not matter.
    trailing : {"enrichment", "body", "drop"}
        Where list items go that end the section without lead-in and citation, below items that
        have them; ``drop`` keeps them unscored.
    encoding : str or None
        Recorded in the result.

    Raises
    ------
    ValueError
        If ``trailing`` is none of the three.
    """
    if trailing not in TRAILING:
        raise ValueError(f"trailing: expected one of {TRAILING}, found {trailing!r}")
    known = MARKERS.union(normalise(marker) for marker in markers) - {""} if markers else MARKERS
    lines, strays = read_lines(text)
    if _is_refusal(lines):
        items = [Sorted("", "furniture", line.start, line.end, line) for line in lines]
        section = Section(0, 0, "none")
    else:
        head, rest = sort_head(lines, known)
        section = find_section(rest, known)
        items = sort_lines(text, head, rest, section, known, trailing)
        lines = rest
    return _article(text, items, strays, section, lines, encoding)


def read_article(
    path: str | Path, *, markers: Iterable[str] = (), trailing: Trailing = "enrichment"
) -> Article:
    """Read a text file and cut it; the encoding is decided for this file and recorded.

    Raises
    ------
    ArticleError
        If the file cannot be read, or holds something else than text.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise ArticleError(f"{path}: {error.strerror}; give a readable text file") from error
    try:
        text, encoding = decode(data)
    except ArticleError as error:
        raise ArticleError(f"{path}: {error}") from error
    return parse_article(text, markers=markers, trailing=trailing, encoding=encoding)


def _is_refusal(lines: list[Line]) -> bool:
    """Whether a text asks for an article, or declines to write one, in place of being one."""
    if not 0 < len(lines) <= _MAX_REFUSAL_LINES:
        return False
    return kinds.REFUSAL.match(lines[0].text) is not None


def _article(
    text: str,
    items: list[Sorted],
    strays: list[Span],
    section: Section,
    lines: list[Line],
    encoding: str | None,
) -> Article:
    paragraphs, unscored, marks = [], [], list(strays)
    outer: dict[int, tuple[Line, list[Span]]] = {}
    for part, role, start, end, line in items:
        if (start, end) == (line.start, line.end):
            piece, is_clean = line.text, line.looks & CLEAN
        else:
            piece, is_clean = text[start:end], 0
        if (start, end) != line.outer:
            outer.setdefault(line.outer[0], (line, []))[1].append((start, end))
        if role in SCORED:
            scored_text, citations = (piece, ()) if is_clean else clean(piece)
            paragraphs.append(Paragraph(part, role, start, end, piece, scored_text, citations))
        else:
            unscored.append(Unscored(role, start, end, piece))
    for line, spans in outer.values():
        position = line.outer[0]
        for start, end in [*sorted(spans), (line.outer[1], line.outer[1])]:
            marks.extend(ink(text, position, start))
            position = end
    paragraphs.sort(key=lambda paragraph: paragraph.start)
    unscored.sort(key=lambda item: item.start)
    n_body = sum(paragraph.part == "body" for paragraph in paragraphs)
    texts = {role: next((u.text for u in unscored if u.role == role), None)
             for role in ("title", "deck")}  # fmt: skip
    return Article(
        source=text,
        title=texts["title"],
        deck=texts["deck"],
        paragraphs=tuple(paragraphs),
        unscored=tuple(unscored),
        status="no_article" if not paragraphs else "ok" if n_body >= _MIN_BODY else "short",
        rule=section.rule,
        marker_line=lines[section.start].number if section.start < section.stop else None,
        encoding=encoding,
        marks=tuple(sorted(marks)),
    )
