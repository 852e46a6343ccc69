"""Results -> text for a terminal of 80 columns, or plain text for a file."""

import os
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TextIO

from stance.difference import Difference
from stance.labelled import LabelledArticle
from stance.mix import PARTS, PartMix

_WIDTH: Final = 80
_LABEL: Final = 11
_BAR: Final = 17
_EIGHTHS: Final = " ▏▎▍▌▋▊▉"
_COLOURS: Final = {"cooperative": "32", "adversarial": "31", "speculative": "33"}


@dataclass(frozen=True, slots=True)
class Style:
    """Whether bars are made of block characters, and labels are coloured."""

    blocks: bool = False
    colour: bool = False


def style_of(stream: TextIO, environment: Mapping[str, str] = os.environ) -> Style:
    """Return plain text for all but a terminal; colour there unless NO_COLOR is set."""
    if not stream.isatty():
        return Style()
    try:
        "█▏".encode(stream.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        blocks = False
    else:
        blocks = True
    colour = not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
    return Style(blocks, colour)


def render_article(found: LabelledArticle, part: str = "whole", style: Style = Style()) -> str:
    """Return the title, each paragraph with its label, the mix of each part and the difference.

    Parameters
    ----------
    found : LabelledArticle
        Its name stands for the title where there is none.
    part : {"whole", "body", "enrichment"}
        What is shown; for ``whole`` the parts too.
    """
    return "\n".join(line.rstrip() for line in _iter_lines(found, part, style))


def _iter_lines(found: LabelledArticle, part: str, style: Style) -> Iterator[str]:
    article, mix = found.article, found.mix
    yield from textwrap.wrap(printable(article.title or found.name), _WIDTH)
    if article.status != "ok":
        yield f"status: {article.status}"
    shown, width = None, _width(mix.labels)
    for paragraph, label, doubt in zip(article.paragraphs, found.labels, found.unsure, strict=True):
        if part not in ("whole", paragraph.part):
            continue
        if paragraph.part != shown:
            shown = paragraph.part
            yield f"\n{shown}"
        text = _fit(printable(paragraph.scored_text), _WIDTH - 6 - width)
        yield f"  {_label(label, style, width)}{'?' if doubt else ' '} {text}"
    for one in PARTS if part == "whole" else (part,):
        yield ""
        its: PartMix | None = getattr(mix, one)
        if its is None:
            yield f"framing mix, {one}: none ({mix.reasons[one]})"
        elif part == "whole" != one and its == mix.whole:
            yield f"framing mix, {one}: that of the whole"
        else:
            yield from _iter_mix(one, its, mix.labels, style)
    if mix.difference is not None and part == "whole":
        yield ""
        yield from _iter_difference(mix.difference, mix.labels, style)


def _iter_mix(name: str, mix: PartMix, labels: Sequence[str], style: Style) -> Iterator[str]:
    plural = "" if mix.n_paragraphs == 1 else "s"
    yield (
        f"framing mix, {name}: {mix.n_paragraphs} paragraph{plural}, {mix.n_words:,} words;"
        f" dominant: {mix.dominant}"
    )
    width = _width(labels)
    yield f"  {'label':{width}}  share   90 %       n  words   mean  thirds"
    for i, label in enumerate(labels):
        low, high = (f"{100 * bound:.0f}" for bound in mix.estimated_90[i])
        interval = f"{low}-{high}%"
        thirds = " ".join(f"{100 * third[i]:3.0f}" for third in mix.arc) if mix.arc else ""
        yield (
            f"  {_label(label, style, width)} {mix.estimated[i]:4.0%}  {interval:7}"
            f" {mix.counts[i]:4}   {mix.by_words[i]:4.0%}   {mix.expected[i]:4.0%}  {thirds:11}"
            f" {_bar(mix.estimated[i], style, _BAR + _LABEL - width)}"
        )


def _iter_difference(found: Difference, labels: Sequence[str], style: Style) -> Iterator[str]:
    yield f"enrichment against body: {_distance(found)}"
    width = _width(labels)
    for label, share, (low, high) in zip(labels, found.shares, found.shares_90, strict=True):
        yield (
            f"  {_label(label, style, width)} {100 * share:+4.0f} points  (90 %:"
            f" {100 * low:+.0f} to {100 * high:+.0f})"
        )
    if found.n_shared:
        rest = found.without_shared
        said = _distance(rest) if rest else "nothing is left to compare"
        yield f"  {found.n_shared} near-identical in both; without: {said}"


def _distance(found: Difference) -> str:
    return f"{found.jensen_shannon:.2f} bits apart, by chance p = {found.p_value:.3f}"


def printable(text: str) -> str:
    """Return a text on one line, without what would steer a terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _fit(text: str, width: int) -> str:
    """Cut a text to so many columns; wide characters take two and combining ones none."""
    used = 0
    for i, char in enumerate(text):
        used += _columns(char)
        if used > width:
            while used > width - 4 and i:
                used -= _columns(text[i])
                i -= 1
            return f"{text[: i + 1].rstrip()} ..."
    return text


def _columns(char: str) -> int:
    return 0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")


def _width(labels: Sequence[str]) -> int:
    return max(_LABEL, *map(len, labels))


def _label(label: str, style: Style, width: int) -> str:
    code = _COLOURS.get(label) if style.colour else None
    return f"\x1b[{code}m{label:{width}}\x1b[0m" if code else f"{label:{width}}"


def _bar(share: float, style: Style, width: int) -> str:
    width = max(width, 0)
    if not style.blocks:
        return "#" * round(share * width)
    whole, rest = divmod(round(share * width * 8), 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")
