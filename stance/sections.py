"""Where the enrichment section begins and ends among an article's lines, and by which rule."""

from dataclasses import dataclass

from stance import kinds
from stance.headings import BOX_END, glued_marker, is_marker, led_marker
from stance.line_scan import LED, PLAIN, STOPS
from stance.lines import Line

_MAX_HEADING_WORDS = 8


@dataclass(frozen=True, slots=True)
class Section:
    """Lines ``start`` (the marker's) to ``stop`` (excluded) are the section.

    ``split`` is where the text behind (``same line``) or the marker (``glued``) begins in the text
    of the marker's line, else 0.
    """

    start: int
    stop: int
    rule: str
    split: int = 0


def find_section(lines: list[Line], known: frozenset[str]) -> Section:
    """Find the section among the lines behind the title; an empty one has the rule ``none``."""
    n = len(lines)
    found = _known_heading(lines, known) or _ruled_list(lines) or _unknown_heading(lines)
    if not found:
        return Section(n, n, "none")
    start, rule, split = found
    return Section(start, _box_end(lines, start) or n, rule, split)


def is_heading(line: Line) -> bool:
    """Whether a line can stand over others: short, no item, no sentence (a question may be one)."""
    if line.is_item or line.mark == "quote" or line.n_words > 12:
        return False
    if line.mark != "heading" and line.is_sentence and not line.text.endswith("?"):
        return False
    return not (
        kinds.RULE.match(line.text) or (line.is_sentence and kinds.SPEAKER.match(line.text))
    )


def _known_heading(lines: list[Line], known: frozenset[str]) -> tuple[int, str, int] | None:
    for i, line in enumerate(lines):
        follower = lines[i + 1] if i + 1 < len(lines) else None
        may_stand_alone = line.n_words <= _MAX_HEADING_WORDS and (
            not line.is_sentence or line.text.endswith("?")
        )
        if may_stand_alone and is_marker(line.text, known):
            return i, "markdown" if line.mark == "heading" else "heading line", 0
        if line.looks & (PLAIN | LED) == PLAIN:
            pass  # no colon where a heading could end
        elif line.mark in ("", "heading") or not line.text[0].isalnum():
            split = led_marker(line.text.lstrip("*_"), known)
            if split:
                return i, "same line", split + len(line.text) - len(line.text.lstrip("*_"))
        if line.text[-1] in STOPS or follower is None:
            continue
        if follower.is_item or is_heading(follower):
            split = glued_marker(line.text, known)
            if split:
                return i, "glued", split
    return None


def _ruled_list(lines: list[Line]) -> tuple[int, str, int] | None:
    """Find a rule (``---``) under which only list items and their headings follow."""
    below = _list_start(lines, len(lines))
    for i, line in enumerate(lines[:-1]):
        if i and below <= i + 1 and kinds.RULE.match(line.text):
            return i, "rule line", 0
    return None


def _unknown_heading(lines: list[Line]) -> tuple[int, str, int] | None:
    """Find a heading that is in no list, with list items and nothing else below it (M6)."""
    start = _list_start(lines, len(lines))
    if start >= len(lines) or not is_heading(lines[start]):
        return None
    # Without a body above there is nothing that the list could have been added to.
    if sum(line.is_sentence and not line.is_item for line in lines[:start]) < 2:
        return None
    items = [line for line in lines[start:] if line.is_item]
    # A list above a press contact is part of the release.
    if any(kinds.CONTACT.match(line.text) for line in lines[start:]):
        return None
    if len(items) < 2 or lines[start].n_words > _MAX_HEADING_WORDS:
        return None
    return start, "heading over a list", 0


def _list_start(lines: list[Line], stop: int) -> int:
    """Return the first line of the run of items and headings that ends the text."""
    while stop and _is_tail(lines[stop - 1]):
        stop -= 1
    start, below = stop, stop
    while start:
        line = lines[start - 1]
        if line.is_item and (line.is_sentence or line.n_words > 5):
            start, below = start - 1, start - 1
        elif start < stop and below == start and is_heading(line):
            start -= 1
        elif start < stop and line.text.endswith(":") and not line.is_item and line.n_words < 40:
            start, below = start - 1, start - 1
        else:
            break
    return start if start < stop else len(lines)


def _is_tail(line: Line) -> bool:
    if not line.mark and not line.is_sentence and line.n_words <= 14:
        return True
    text = line.text
    return kinds.is_read_also(text) or kinds.is_source(text) or kinds.is_furniture(text)


def _box_end(lines: list[Line], start: int) -> int | None:
    """Return where the body begins when the section is a box above it (M14), else None."""
    for i in range(start + 1, len(lines)):
        if BOX_END.match(lines[i].text):
            return i
    if any(line.is_sentence and not line.is_item for line in lines[max(0, start - 1) : start]):
        return None
    if start > 1 or start + 1 >= len(lines):
        return None
    stop = start + 1
    while stop < len(lines) and (lines[stop].is_item or is_heading(lines[stop])):
        stop += 1
    plain = [line for line in lines[stop:] if line.is_sentence and not line.is_item]
    return stop if stop > start + 1 and len(plain) >= 2 else None
