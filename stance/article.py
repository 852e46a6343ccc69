"""Text -> Article: title, deck, body, enrichment section, and what stands beside them.

One line is one paragraph; blank lines only separate. The section runs from its marker to the end.
Offsets are code points of ``Article.source``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stance.errors import ArticleError
from stance.headings import CAPTION, DATELINE, MARKERS, READ_ALSO, REFUSAL, SOURCE, normalise

_BULLET = re.compile(r"[-•–*·‣▪]\s+")
_NUMBER = re.compile(r"\d{1,3}[.)]\s+")
_CITATION = re.compile(r"\s?\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]")
_FULL_STOP = re.compile(r"[.!?…][\"'”’»)\]\s]*$")
_MAX_DECK_WORDS = 25
_MAX_HEAD_WORDS = 12


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph that is scored.

    ``text`` is ``source[start:end]``, without the bullet's mark and with its citations;
    ``scored_text`` is what the model sees, without them.
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
    """Text that is kept but not scored: title, deck, subhead, tag, marker and the like."""

    role: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """An article cut into what is scored and what is not, both in reading order.

    ``status`` is ``ok``, ``short`` (fewer than two body paragraphs) or ``no_article``. ``rule``
    says how the section was found (``heading line``, ``same line``,
    ``heading before a closing list`` or ``none``) and
    ``marker_line`` on which line, counted from 1.
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

    def part(self, name: str) -> tuple[Paragraph, ...]:
        """Return the paragraphs of ``body`` or ``enrichment``."""
        return tuple(p for p in self.paragraphs if p.part == name)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is not blank: its number, the span of its content, its mark's kind."""

    number: int
    start: int
    end: int
    text: str
    mark: str  # "bullet", "numbered" or ""

    @property
    def n_words(self) -> int:
        return len(self.text.split())

    @property
    def is_sentence(self) -> bool:
        return bool(_FULL_STOP.search(_CITATION.sub("", self.text)))


def parse_article(
    text: str, *, markers: Iterable[str] = (), encoding: str | None = None
) -> Article:
    """Cut a text into title, deck, body and enrichment section.

    Parameters
    ----------
    text : str
        A line is a paragraph. Any text gives an Article, if only one without paragraphs.
    markers : iterable of str
        Headings that open a section, beside the known ones; case and colon do not matter.
    encoding : str or None
        Recorded in the result.
    """
    known = MARKERS | {normalise(marker) for marker in markers}
    lines = list(_iter_lines(text))
    if not lines or (len(lines) < 3 and REFUSAL.match(lines[0].text)):
        kept = tuple(Unscored("furniture", ln.start, ln.end, ln.text) for ln in lines)
        return Article(text, None, None, (), kept, "no_article", "none", None, encoding)
    unscored: list[Unscored] = []
    title = deck = None
    first = lines[0]
    if len(lines) > 1 and not first.is_sentence and normalise(first.text) not in known:
        title = first.text
        unscored.append(Unscored("title", first.start, first.end, first.text))
        lines = lines[1:]
        if _is_deck(lines):
            deck = lines[0].text
            unscored.append(Unscored("deck", lines[0].start, lines[0].end, deck))
            lines = lines[1:]
    cut, rule = _find_section(lines, known)
    paragraphs: list[Paragraph] = []
    for part, block in (("body", lines[:cut]), ("enrichment", lines[cut:])):
        _sort_lines(part, block, known, paragraphs, unscored)
    n_body = sum(paragraph.part == "body" for paragraph in paragraphs)
    status = "no_article" if not paragraphs else "ok" if n_body >= 2 else "short"
    return Article(
        source=text,
        title=title,
        deck=deck,
        paragraphs=tuple(paragraphs),
        unscored=tuple(sorted(unscored, key=lambda item: item.start)),
        status=status,
        rule=rule,
        marker_line=lines[cut].number if cut < len(lines) else None,
        encoding=encoding,
    )


def read_article(path: str | Path, *, markers: Iterable[str] = ()) -> Article:
    """Read a text file and cut it; the encoding is decided for this file and recorded.

    Raises
    ------
    ArticleError
        If the file cannot be read.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise ArticleError(f"{path}: {error.strerror}; give a readable text file") from error
    text, encoding = decode(data)
    return parse_article(text, markers=markers, encoding=encoding)


def decode(data: bytes) -> tuple[str, str]:
    """Decode bytes by BOM, UTF-8, charset-normalizer, then cp1252; return text and encoding."""
    for bom, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"),
                      (b"\xfe\xff", "utf-16-be")):  # fmt: skip
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace"), f"{name} (BOM)"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    if len(data) >= 500:  # charset-normalizer is often wrong on short texts
        from charset_normalizer import from_bytes

        best = from_bytes(data[:100_000]).best()
        if best is not None:
            return data.decode(best.encoding, "replace"), best.encoding
    return data.decode("cp1252", "replace"), "cp1252"


def remove_citations(text: str) -> str:
    """Remove marks such as ``[1]`` or ``[2, 3]``; ``[their]`` and ``[...]`` stay."""
    return _CITATION.sub("", text).strip()


def _iter_lines(text: str) -> Iterator[_Line]:
    start = 0
    for number, raw in enumerate(re.split("\r\n|\r|\n", text), 1):
        offset = text.find(raw, start) if raw else start
        start = offset + len(raw)
        content = raw.strip()
        if not content:
            continue
        begin = offset + raw.index(content)
        mark = ""
        for kind, pattern in (("bullet", _BULLET), ("numbered", _NUMBER)):
            match = pattern.match(content)
            if match:
                mark, begin, content = kind, begin + match.end(), content[match.end() :]
                break
        yield _Line(number, begin, begin + len(content), content, mark)


def _is_deck(lines: list[_Line]) -> bool:
    """At most 25 words, two more plain lines follow, and the next is at least twice as long."""
    deck, *rest = lines
    rest = [line for line in rest[:3] if not DATELINE.match(line.text)]
    if len(rest) < 2 or deck.mark or deck.n_words > _MAX_DECK_WORDS:
        return False
    if DATELINE.match(deck.text) or CAPTION.search(deck.text):
        return False
    return not rest[0].mark and rest[0].n_words >= 2 * deck.n_words


def _find_section(lines: list[_Line], known: frozenset[str]) -> tuple[int, str]:
    """Return the index of the marker's line (or the number of lines) and the rule's name."""
    for i, line in enumerate(lines):
        if line.n_words <= 6 and normalise(line.text) in known:
            return i, "heading line"
        head, colon, rest = line.text.partition(":")
        if colon and rest.strip() and normalise(head) in known and not line.mark:
            return i, "same line"
    return _find_closing_list(lines)


def _find_closing_list(lines: list[_Line]) -> tuple[int, str]:
    """Take a heading of unknown words for a marker where only a list of sentences follows it."""
    cut = len(lines)
    for i in range(len(lines) - 1, 1, -1):
        line = lines[i]
        if line.mark or (not line.is_sentence and line.n_words <= _MAX_HEAD_WORDS):
            has_list = i + 1 < len(lines) and lines[i + 1].mark and lines[i + 1].n_words >= 5
            if has_list and not line.mark:
                cut = i
            continue
        break
    return cut, "heading before a closing list" if cut < len(lines) else "none"


def _sort_lines(
    part: str,
    lines: list[_Line],
    known: frozenset[str],
    paragraphs: list[Paragraph],
    unscored: list[Unscored],
) -> None:
    """Put each line of a part among the paragraphs or among what is not scored."""
    in_read_also = False
    for i, line in enumerate(lines):
        follower = lines[i + 1] if i + 1 < len(lines) else None
        role = _unscored_role(part, i, line, follower, known)
        in_read_also = role == "readalso" or (
            in_read_also and not line.is_sentence and line.n_words <= _MAX_HEAD_WORDS
        )
        if in_read_also:
            role = "readalso"
        if role:
            unscored.append(Unscored(role, line.start, line.end, line.text))
            continue
        start, text = line.start, line.text
        head, colon, rest = text.partition(":")
        if part == "enrichment" and i == 0 and colon and normalise(head) in known:
            unscored.append(Unscored("marker", start, start + len(head) + 1, head + colon))
            text = rest.strip("* ")
            start = line.start + line.text.index(text, len(head) + 1)
        paragraphs.append(_paragraph(part, i, line, start, text, follower))


def _paragraph(
    part: str, i: int, line: _Line, start: int, text: str, follower: _Line | None
) -> Paragraph:
    role = line.mark or "paragraph"
    if part == "enrichment" and i <= 1 and not line.mark and follower and text.endswith(":"):
        role = "intro"
    elif not line.mark and text[0] in '"“„«>' and text[-1] in '"”“»':
        role = "quote"
    citations = tuple(mark.strip() for mark in _CITATION.findall(text))
    return Paragraph(part, role, start, start + len(text), text, remove_citations(text), citations)


def _unscored_role(
    part: str, i: int, line: _Line, follower: _Line | None, known: frozenset[str]
) -> str | None:
    """Name what a line is when it is not scored, or None."""
    short = line.n_words <= _MAX_HEAD_WORDS and not line.is_sentence
    patterns = (("readalso", READ_ALSO), ("source", SOURCE), ("caption", CAPTION),
                ("dateline", DATELINE))  # fmt: skip
    for role, pattern in patterns:
        if pattern.search(line.text) and (short or role == "caption" or role == "source"):
            return role
    if part == "enrichment" and i == 0 and (normalise(line.text) in known or short):
        return "marker"
    if part == "enrichment" and i == 1 and line.text.endswith(":") and not line.mark:
        return None  # the introduction
    if line.text.endswith("?") and line.n_words <= 6 and follower and not line.mark:
        return "subhead" if follower.n_words > line.n_words else None
    if not short:
        return None
    if line.mark == "bullet" and part == "body":
        return "tag" if line.n_words <= 4 else None
    if not line.mark and follower and (follower.mark or follower.n_words >= line.n_words):
        return "subhead"
    return None
