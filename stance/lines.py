"""Source text -> lines: where each begins and ends, what mark stands before it, what is blank."""

import itertools
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from stance import scoring
from stance.line_scan import PLAIN, STOPS

Span = tuple[int, int]

# Characters that carry nothing at the ends of a line; the last six are no white space to Python.
_EDGE: Final = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\x00\u200b\u200c\u200d\u2060\ufeff"
)
_NEWLINE: Final = r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]"
_BLOCK_TAG: Final = (
    r"<\\?/?(?i:p|br|div|h[1-6]|li|ul|ol|blockquote|table|tr|td|section|article)\b[^<>]{0,200}>"
)
_BREAK: Final = re.compile(_NEWLINE)
_HTML: Final = re.compile(_BLOCK_TAG)
_HTML_BREAK: Final = re.compile(rf"{_NEWLINE}|(?:\\r)?\\n|{_BLOCK_TAG}")

_EMOJI: Final = r"[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]\ufe0f?"
_MARKS: Final = (
    ("heading", re.compile(r"#{1,6}\s+(?=\S)")),
    ("quote", re.compile(r">\s*(?=[^\s>])")),
    ("bullet", re.compile(r"(?:[-–*·+]\s+|[•‣▪◦●■►▶✓✔]\s*)(?=\S)")),
    ("numbered", re.compile(r"\(?(\d{1,3})[.)]\s+(?=\S)")),
    ("emoji", re.compile(rf"(?:{_EMOJI}){{1,3}}\s+(?=\S)")),
)
_CLOSERS: Final = "\"'”’“»›)]*_ \t\xa0"
_TRAILING_CITATION: Final = re.compile(r"\s?\[\d{1,3}\]$")
_WRAP_MIN, _WRAP_MAX = 40, 100  # characters in a line that an editor has wrapped


class Line(NamedTuple):
    """A line with text: ``text`` is ``source[start:end]``, the mark before it cut off.

    ``outer`` is the span with marks. ``mark`` is ``bullet``, ``numbered``, ``quote``, ``heading``
    (``#`` or bold) or empty. ``gap`` says whether a blank line stands before it. ``looks`` holds
    the bits of ``stance.line_scan``; 0 where nobody has looked.
    """

    number: int
    start: int
    end: int
    text: str
    mark: str
    outer: Span
    gap: bool
    n_words: int
    is_sentence: bool
    value: int = 0
    looks: int = 0

    @property
    def is_item(self) -> bool:
        """Whether the line is an item of a list."""
        return self.mark in ("bullet", "numbered")


def read_lines(source: str) -> tuple[list[Line], list[Span]]:
    """Return the lines that have text, and the spans of marks that stand on lines without."""
    has_tags = "<" in source and _HTML.search(source) is not None
    scanned = None if has_tags else scoring.scan_lines(source)
    if scanned is None:
        lines, strays = _read_any(source, _HTML_BREAK if has_tags else _BREAK)
    else:
        strays = []
        lines = [
            Line._make(found)
            if found[-1] & PLAIN
            else _read_marked(source, found[0], found[1], found[2], "", found[6])
            for found in scanned
        ]
    if any(line.mark == "numbered" for line in lines):
        lines = _settle_numbers(source, lines)
    if all(line.gap or line.mark for line in lines[1:]):
        return lines, strays
    return _join_wrapped(source, lines), strays


def _read_any(source: str, pattern: re.Pattern[str]) -> tuple[list[Line], list[Span]]:
    lines: list[Line] = []
    strays: list[Span] = []
    gap = False
    for number, start, end, mark in _segments(source, pattern):
        if mark == "break":
            strays.extend(ink(source, start, end))
            continue
        line = _read_line(source, number, start, end, mark, gap)
        if line is None:
            strays.extend(ink(source, start, end))
        else:
            strays.extend(ink(source, start, line.outer[0]))
            strays.extend(ink(source, line.outer[1], end))
            lines.append(line)
        gap = line is None
    return lines, strays


def ink(source: str, start: int, end: int) -> Iterator[Span]:
    """Yield the spans in ``source[start:end]`` that are not white space."""
    piece = source[start:end]
    if not piece or piece.isspace():
        return
    for match in re.finditer(r"\S+", piece):
        yield start + match.start(), start + match.end()


def ends_sentence(text: str) -> bool:
    """Whether a text ends like a sentence: a stop, with quotes, brackets or citations behind."""
    tail = text[-80:].rstrip(_CLOSERS)
    while match := _TRAILING_CITATION.search(text[-80:].rstrip("*_ \t\xa0")):
        text = text[-80:].rstrip("*_ \t\xa0")[: match.start()]
        tail = text.rstrip(_CLOSERS)
    return bool(tail) and tail[-1] in STOPS


def _segments(source: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, int, str]]:
    """Yield (line number, start, end, mark); breaks that are no white space too, as ``break``."""
    number, start, mark = 1, 0, ""
    for match in pattern.finditer(source):
        token = match.group()
        is_newline = token.isspace()
        if is_newline or match.start() > start:
            yield number, start, match.start(), mark
            mark = ""
        start = match.end()
        if is_newline:
            number += 1
            continue
        yield number, match.start(), match.end(), "break"
        opened = token.lower()
        mark = "bullet" if opened.startswith("<li") else mark
        mark = "heading" if re.match(r"<h[1-6]", opened) else mark
    yield number, start, len(source), mark


def _read_line(source: str, number: int, start: int, end: int, mark: str, gap: bool) -> Line | None:
    while start < end and source[start] in _EDGE:
        start += 1
    while start < end and source[end - 1] in _EDGE:
        end -= 1
    return _read_marked(source, number, start, end, mark, gap) if start < end else None


def _read_marked(source: str, number: int, start: int, end: int, mark: str, gap: bool) -> Line:
    """Take the mark off a line whose ends have text."""
    outer, value = (start, end), 0
    text = source[start:end]
    if text[0].isascii() and text[0].isalpha():  # no mark begins so, and most lines do
        return _line(source, number, start, end, mark, outer, gap)
    for kind, pattern in _MARKS:
        match = pattern.match(text) if kind != "heading" or mark != "bullet" else None
        if match:
            value = int(match.group(1)) if kind == "numbered" else 0
            mark = "bullet" if kind == "emoji" else kind
            start += match.end()
            break
    bold = re.fullmatch(r"(\*\*|__|\*|_)([^*_]+)\1(:?)", source[start:end])
    if bold and len(bold.group(2)) < 200 and not bold.group(3):
        width = len(bold.group(1))
        start, end, mark = start + width, end - width, mark or "heading"
        start += len(source[start:end]) - len(source[start:end].lstrip(_EDGE))
        end = start + len(source[start:end].rstrip(_EDGE))
    if start >= end:
        start, end = outer
    return _line(source, number, start, end, mark, outer, gap, value)


def _line(
    source: str, number: int, start: int, end: int, mark: str, outer: Span, gap: bool,
    value: int = 0,
) -> Line:  # fmt: skip
    text = source[start:end]
    return Line(
        number, start, end, text, mark, outer, gap, len(text.split()), ends_sentence(text), value
    )


def _settle_numbers(source: str, lines: list[Line]) -> list[Line]:
    """Give a number back to its line where no neighbour counts on: ``3. Oktober`` is no item."""
    at = [i for i, line in enumerate(lines) if line.mark == "numbered"]
    values = [0, *(lines[i].value for i in at), 0]
    for k, i in enumerate(at, 1):
        line = lines[i]
        counts_on = values[k - 1] == line.value - 1 > 0 or values[k + 1] == line.value + 1
        same = line.value == 1 and 1 in (values[k - 1], values[k + 1])
        if not (counts_on or same):
            lines[i] = _line(source, line.number, *line.outer, "", line.outer, line.gap)
    return lines


def _join_wrapped(source: str, lines: list[Line]) -> list[Line]:
    """Make one line of a paragraph that an editor has wrapped at a fixed width."""
    joined: list[Line] = []
    i = 0
    while i < len(lines):
        stop = i + 1
        while stop < len(lines) and _runs_on(source, lines[stop - 1], lines[stop]):
            stop += 1
        if _is_wrapped(lines[i:stop]):
            first, last = lines[i], lines[stop - 1]
            outer = (first.outer[0], last.outer[1])
            whole = _line(source, first.number, first.start, last.end, first.mark, outer, first.gap)
            joined.append(whole._replace(value=first.value))
            i = stop
        else:
            joined.append(lines[i])
            i += 1
            # Only the first line of a run can be a heading on a wrapped paragraph.
            if stop > i + 1 and not _is_wrapped(lines[i:stop]):
                joined.extend(lines[i:stop])
                i = stop
    return joined


def _runs_on(source: str, line: Line, below: Line) -> bool:
    between = source[line.outer[1] : below.outer[0]]
    return between.isspace() and not below.gap and not below.mark


def _is_wrapped(run: list[Line]) -> bool:
    if len(run) < 2 or any(len(line.text) > _WRAP_MAX for line in run):
        return False
    widths = [len(line.text) for line in run[:-1]]
    if min(widths) < max(_WRAP_MIN, 0.6 * max(widths)):
        return False
    flows = any(b.text[0].islower() and not a.is_sentence for a, b in itertools.pairwise(run))
    return flows and 2 * sum(line.is_sentence for line in run[:-1]) <= len(run)
