"""Shares -> what charts are drawn from: positions in per cent of a chart's width or height."""

from collections.abc import Sequence
from dataclasses import dataclass

from stance.mix import PartMix


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a stacked bar: a label's column (its colour), and where it lies, 0 to 100."""

    column: int
    label: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One label's share of a mix and its 90 % interval, all 0 to 100.

    ``n`` counts the paragraphs with the label, or the articles in which it dominates.
    """

    column: int
    label: str
    share: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class MixPanel:
    """A mix as a bar and as rows; ``reason`` says why there is none."""

    name: str
    n_paragraphs: int
    n_words: int
    dominant: str
    bar: tuple[Segment, ...]
    rows: tuple[ShareRow, ...]
    reason: str | None = None


def stack(labels: Sequence[str], shares: Sequence[float]) -> tuple[Segment, ...]:
    """Return the segments of a bar, left to right or from the bottom up.

    Parameters
    ----------
    shares : sequence of float
        One a label, 0 to 1.
    """
    segments, start = [], 0.0
    for column, (label, share) in enumerate(zip(labels, shares, strict=True)):
        width = 100.0 * share
        segments.append(Segment(column, label, round(start, 2), round(width, 2)))
        start += width
    return tuple(segment for segment in segments if segment.width > 0.0)


def mix_panel(name: str, labels: Sequence[str], mix: PartMix | None, reason: str) -> MixPanel:
    """Return the panel of one part of an article."""
    if mix is None:
        return MixPanel(name, 0, 0, "", (), (), reason)
    rows = tuple(
        ShareRow(column, label, 100 * share, 100 * low, 100 * high, n)
        for column, (label, share, (low, high), n) in enumerate(
            zip(labels, mix.estimated, mix.estimated_90, mix.counts, strict=True)
        )
    )
    bar = stack(labels, mix.estimated)
    return MixPanel(name, mix.n_paragraphs, mix.n_words, mix.dominant, bar, rows)
