"""Lines -> roles: what each line of a part is, from its own look and from its neighbours."""

import re
from collections import Counter
from typing import Final, NamedTuple

from stance import kinds
from stance.headings import BOX_END, is_marker
from stance.line_scan import BARRED, COLON, PLAIN
from stance.lines import Line
from stance.sections import Section, is_heading

SCORED: Final = frozenset({"paragraph", "intro", "bullet", "numbered", "quote"})
_MAX_TITLE_WORDS: Final = 30
_MAX_DECK_WORDS: Final = 25
_MAX_TAG_WORDS: Final = 5
_MIN_REPEATED_WORDS: Final = 12
_MAX_END_WORDS: Final = 4  # in what END_MARK of stance.kinds matches
_MAX_SOURCE_WORDS: Final = 3  # the same of SOURCE_HEADING
_MAX_BOX_END_WORDS: Final = 5  # the same of stance.headings.BOX_END
_LEAD_IN: Final = re.compile(r"[^:.]{2,60}:\s")
_CITATION: Final = re.compile(r"\[\d{1,3}\]")
_QUOTES: Final = '"“„«»”'
# Above: no date or tags, no picture's text, no cut one, no source or caption.
_ORDINARY_WORDS: Final = (9, 16, 24, 40)


class Sorted(NamedTuple):
    """A stretch of a line with its part (empty outside of body and section) and its role."""

    part: str
    role: str
    start: int
    end: int
    line: Line


def sort_head(lines: list[Line], known: frozenset[str]) -> tuple[list[Sorted], list[Line]]:
    """Take the page's furniture and the title off the front; return them and the other lines."""
    head: list[Sorted] = []
    i = 0
    while i < len(lines) and (kinds.is_furniture(lines[i].text) or kinds.RULE.match(lines[i].text)):
        head.append(_whole("", "furniture", lines[i]))
        i += 1
    if i < len(lines) and _is_title(lines, i, known):
        title = lines[i]
        head.append(_whole("", "title", title))
        i += 1
        while i + 1 < len(lines) and _says_again(title, lines[i]):
            head.append(_whole("", "furniture", lines[i]))
            i += 1
    return head, lines[i:]


def sort_lines(
    source: str,
    head: list[Sorted],
    lines: list[Line],
    section: Section,
    known: frozenset[str],
    trailing: str,
) -> list[Sorted]:
    """Give every line behind the title its part and role."""
    items = list(head)
    first, last = lines[: section.start], lines[section.stop :]
    inner = lines[section.start : section.stop]
    if inner and section.rule == "glued":
        first, inner = [*first, inner[0]], inner
    body = _sort_part("body", first) + _sort_part("body", last)
    if inner:
        enrichment = _sort_section(inner, section, trailing)
        if section.rule == "glued":
            marker = enrichment.pop(0)
            k = next(k for k, item in enumerate(body) if item.line is inner[0])
            end = body[k].start + len(source[body[k].start : marker.start].rstrip())
            body[k] = Sorted("body", body[k].role, body[k].start, end, body[k].line)
            enrichment.insert(0, marker)
        body += enrichment
    return items + _with_deck(_without_statements(_without_repeats(body)))


def _whole(part: str, role: str, line: Line) -> Sorted:
    start, end = line.outer if role == "marker" else (line.start, line.end)
    return Sorted(part, role, start, end, line)


def _is_title(lines: list[Line], i: int, known: frozenset[str]) -> bool:
    line, follower = lines[i], lines[i + 1] if i + 1 < len(lines) else None
    if line.n_words > _MAX_TITLE_WORDS or is_marker(line.text, known):
        return False
    if line.is_item:  # P4: a headline that has lost its kicker and kept the dash
        return not line.is_sentence and follower is not None and not follower.is_item
    if kinds.is_dateline(line.text) or (kinds.SPEAKER.match(line.text) and line.is_sentence):
        return False
    if follower is None:
        return not line.is_sentence and line.n_words <= 12
    return not line.text.endswith(".") or (
        line.n_words <= 12 and follower.n_words > 2 * line.n_words
    )


def _says_again(title: Line, line: Line) -> bool:
    """Whether a line is the title once more in other words (P3): no sentence, most words shared."""
    if line.is_item or line.is_sentence or line.n_words > 2 * title.n_words + 6:
        return False
    a, b = (set(re.findall(r"\w{4,}", x.text.lower())) for x in (title, line))
    return bool(a) and len(a & b) >= max(2, 0.6 * min(len(a), len(b)))


def _sort_part(part: str, lines: list[Line], sources: bool = False) -> list[Sorted]:
    """Sort the lines of the body, or of the section below its marker.

    ``sources`` says that the marker announces sources.
    """
    items: list[Sorted] = []
    last = next((i for i in reversed(range(len(lines))) if _is_text(lines[i])), -1)
    links = ended = False
    n_scored = 0
    for i, line in enumerate(lines):
        if not (ended or sources) and _is_ordinary(line):
            links = False
            n_scored += 1
            items.append(Sorted(part, "paragraph", line.start, line.end, line))
            continue
        follower = lines[i + 1] if i + 1 < len(lines) else None
        ended = ended or (
            n_scored >= 2
            and line.n_words <= _MAX_END_WORDS
            and kinds.END_MARK.match(line.text) is not None
        )
        short = not line.is_sentence and line.n_words <= 14
        if ended:
            role = "furniture"
        elif line.n_words <= _MAX_SOURCE_WORDS and kinds.SOURCE_HEADING.match(line.text):
            role, sources, links = "source" if part == "body" else "marker", True, False
        elif sources and (short or "](" in line.text or "http" in line.text):
            role = "source"
        elif kinds.is_read_also(line.text):
            alone = line.text.rstrip(" :").count(":") == 0 and line.n_words <= 3
            role, links = "subhead" if alone else "readalso", alone
        elif links and short:
            role, links = "readalso", line.is_item or not follower or not _is_text(follower)
        else:
            links = sources = False
            role = _role(part, i, lines, last, n_scored >= 2 or part != "body")
        n_scored += role in SCORED
        items.append(_whole(part, role, line))
    return items


def _is_ordinary(line: Line) -> bool:
    """Whether a line is a paragraph by its looks: no pattern could make it anything else."""
    above, unseen, uncut, long = _ORDINARY_WORDS
    n_words = line.n_words
    return (
        line.looks & (PLAIN | BARRED) == PLAIN
        and n_words > above
        and line.is_sentence
        and (
            n_words > unseen
            or not (
                line.text.endswith("?") or kinds.is_byline(line.text) or kinds.is_seen(line.text)
            )
        )
        and (n_words > uncut or not line.text.endswith(("...", "…")))
        and not kinds.opens_oddly(line.text)
        and (n_words > long or not line.looks & COLON or not kinds.is_caption(line.text))
    )


def _is_text(line: Line) -> bool:
    return (line.is_sentence or line.n_words > 14 or (line.is_item and line.n_words > 5)) and not (
        kinds.is_source(line.text) or kinds.is_furniture(line.text)
    )


def _role(part: str, i: int, lines: list[Line], last: int, begun: bool) -> str:
    """Name the role of a line that no heading above has claimed."""
    line = lines[i]
    text = line.text
    follower = lines[i + 1] if i + 1 < len(lines) else None
    short = line.n_words <= 14
    plain = line.looks & (PLAIN | BARRED) == PLAIN
    if line.n_words <= _MAX_BOX_END_WORDS and BOX_END.match(text):
        return "subhead"
    if (not plain or line.n_words <= 8) and kinds.is_tag_line(text):
        return "tag"
    if not plain and (
        kinds.RULE.match(text) or kinds.is_metadata(text) or not re.search(r"\w", text)
    ):
        return "furniture"
    odd = kinds.opens_oddly(text)
    if odd and short and kinds.is_furniture(text) and not _is_ticker(line):
        return "furniture"
    if odd and line.n_words <= 40 and kinds.is_source(text):
        return "source"
    if line.n_words <= 40 and (odd or ":" in text) and kinds.is_caption(text):
        return "caption"
    if (odd and kinds.is_date(text)) or (
        not begun and not line.is_item and kinds.is_dateline(text)
    ):
        return "dateline"
    if short and not line.is_item and kinds.is_byline(text):
        return "source"
    if line.is_item:
        return _item_role(part, line, follower)
    if not line.is_sentence and line.n_words <= 12 and i > last:
        return _tail_role(part, line)
    if is_heading(line) and follower is not None and _is_over(line, follower):
        return "subhead"
    if part == "body" and _is_cut_caption(i, lines):
        return "caption"
    if part == "body" and _is_caption(i, lines) and (i or kinds.ON_A_DAY.search(text)):
        return "caption"
    if text[0] in "(1" and kinds.INLINE_NUMBERS.match(text):
        return "numbered"
    return "quote" if line.mark == "quote" or _is_quoted(text) else "paragraph"


def _is_ticker(line: Line) -> bool:
    return line.is_sentence and kinds.CLOCK.match(line.text) is not None


def _item_role(part: str, line: Line, follower: Line | None) -> str:
    if line.is_sentence or line.n_words > _MAX_TAG_WORDS or ":" in line.text:
        return line.mark
    if part == "body":
        over = line.mark == "numbered" and follower is not None and not follower.mark
        return "subhead" if over else "tag"
    return line.mark


def _tail_role(part: str, line: Line) -> str:
    """Name a short line without a stop that stands behind all text: an office, a link, a label."""
    if kinds.OFFICE.match(line.text):
        return "source"
    if line.text.endswith(":") or line.n_words <= 2:
        return "furniture" if part == "enrichment" else "subhead"
    return "readalso"


def _is_over(line: Line, follower: Line) -> bool:
    """Whether a line that looks like a heading stands over the next one."""
    if line.text.endswith(":") and line.n_words >= 5 and not _is_title_case(line.text):
        return not follower.is_item  # "The ministers agreed on this:" is part of what is said
    if line.text.endswith("?") and line.mark != "heading":
        return follower.n_words >= 2 * line.n_words and line.text[0] not in _QUOTES
    return follower.is_item or follower.is_sentence or follower.n_words >= line.n_words


def _is_title_case(text: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_][\w'’-]*", text) if len(word) > 3]
    return bool(words) and sum(word[0].isupper() for word in words) >= 0.75 * len(words)


def _is_caption(i: int, lines: list[Line]) -> bool:
    """Whether a short line tells what a picture shows, among paragraphs twice as long."""
    line = lines[i]
    if not 5 <= line.n_words <= 16 or not kinds.is_seen(line.text):
        return False
    near = [other for other in lines[max(0, i - 3) : i + 4] if other.n_words > 20]
    if len(near) < 2:
        return False
    return sum(other.n_words for other in near) >= 2 * len(near) * line.n_words


def _is_cut_caption(i: int, lines: list[Line]) -> bool:
    """Whether a short line breaks off with ``...`` where it, or the line before, begins alike."""
    line = lines[i]
    if line.n_words > 24 or not line.text.endswith(("...", "…")):
        return False
    stem = line.text.rstrip(".… ")
    above = lines[i - 1].text if i else ""
    sentence = stem.rpartition(". ")[2]
    return above.startswith(stem) or (sentence != stem and stem.startswith(sentence))


def _is_quoted(text: str) -> bool:
    """Whether a paragraph opens with a quotation that makes up most of it."""
    if text[0] not in _QUOTES:
        return False
    words = quoted = 0
    inside = False
    for piece in re.split(r"([\"“”„«»])", text):
        if piece and piece in _QUOTES:
            inside = not inside
            continue
        n_words = len(piece.split())
        words, quoted = words + n_words, quoted + n_words * inside
    return quoted >= 0.6 * words


def _sort_section(lines: list[Line], section: Section, trailing: str) -> list[Sorted]:
    marker = lines[0]
    start, end = marker.outer
    items: list[Sorted] = []
    if section.rule == "same line":
        cut = marker.start + section.split
        head = marker.text[: section.split].rstrip(" *_\t")
        items.append(Sorted("enrichment", "marker", marker.start, marker.start + len(head), marker))
        role = "paragraph" if len(lines) < 2 or not lines[1].is_item else "intro"
        items.append(Sorted("enrichment", role, cut, marker.end, marker))
    elif section.rule == "glued":
        items.append(Sorted("enrichment", "marker", marker.start + section.split, end, marker))
    else:
        items.append(Sorted("enrichment", "marker", start, end, marker))
    sources = kinds.SOURCE_HEADING.match(marker.text) is not None
    below = _sort_part("enrichment", lines[1:], sources)
    if below and section.rule != "same line":
        below[0] = _intro(below, lines[1:])
    return items + _with_trailing(below, trailing)


def _intro(items: list[Sorted], lines: list[Line]) -> Sorted:
    """Make the first plain line an introduction if it ends in a colon or stands over a list."""
    first, line = items[0], lines[0]
    over = len(items) > 1 and items[1].role in ("bullet", "numbered")
    led = line.text.endswith(":") and not _is_title_case(line.text)
    if line.is_item or line.mark == "heading" or len(items) < 2:
        return first
    if led or (over and first.role == "paragraph"):
        return Sorted(first.part, "intro", first.start, first.end, line)
    return first


def _with_trailing(items: list[Sorted], trailing: str) -> list[Sorted]:
    """Move the items that end the section bare, below items with lead-in or citation (T1)."""
    if trailing == "enrichment":
        return items
    bullets = [k for k, item in enumerate(items) if item.role in ("bullet", "numbered")]
    bare: list[int] = []
    for k in reversed(bullets):
        text = items[k].line.text
        if _LEAD_IN.match(text) or _CITATION.search(text):
            break
        bare.append(k)
    if len(bare) == len(bullets):
        return items
    for k in bare:
        part, role = ("body", items[k].role) if trailing == "body" else ("enrichment", "furniture")
        items[k] = Sorted(part, role, items[k].start, items[k].end, items[k].line)
    return items


def _without_repeats(items: list[Sorted]) -> list[Sorted]:
    """Leave out of the scoring what stands word for word above, as when a page repeats itself."""
    counts = Counter(item.line.n_words for item in items if item.role in ("paragraph", "quote"))
    seen: set[str] = set()
    for k, item in enumerate(items):
        n_words = item.line.n_words
        if counts[n_words] < 2 or n_words < _MIN_REPEATED_WORDS:
            continue
        if item.role not in ("paragraph", "quote"):
            continue
        key = " ".join(item.line.text.lower().split())
        if key in seen:
            items[k] = item._replace(role="furniture")
        seen.add(key)
    return items


def _without_statements(items: list[Sorted]) -> list[Sorted]:
    """Call a quotation that runs over several paragraphs what it is: the text itself."""
    is_open = False
    for k, item in enumerate(items):
        if item.line.text[0] in _QUOTES and item.role in ("paragraph", "quote"):
            n_marks = sum(char in _QUOTES for char in item.line.text)
            if item.role == "quote" and (is_open or n_marks % 2):
                items[k] = Sorted(item.part, "paragraph", item.start, item.end, item.line)
            is_open = n_marks % 2 == 1
    return items


def _with_deck(items: list[Sorted]) -> list[Sorted]:
    """Make the first line behind the title the deck, if it is one.

    At most 25 words, two body paragraphs follow, and the next one is at least twice as long.
    """
    k = next((k for k, item in enumerate(items) if item.role not in ("furniture", "caption")), None)
    if (
        k is None
        or items[k].part != "body"
        or items[k].role not in ("paragraph", "quote", "subhead")
    ):
        return items
    line = items[k].line
    if line.mark or line.n_words > _MAX_DECK_WORDS or BOX_END.match(line.text):
        return items
    body = [item.line for item in items[k + 1 :] if item.part == "body" and item.role in SCORED]
    if len(body) < 2:
        return items
    if body[0].is_item or body[0].n_words < 2 * line.n_words or kinds.SPEAKER.match(line.text):
        return items
    others = [item for item in items[k + 1 :] if item.role == "subhead" and item.part == "body"]
    if items[k].role == "subhead" and line.n_words <= 6 and _is_title_case(line.text) and any(
        _is_title_case(other.line.text) for other in others
    ):  # fmt: skip
        return items
    items[k] = Sorted("", "deck", line.start, line.end, line)
    return items
