"""Paragraph probabilities -> the framing mix of an article and of its parts (docs/mix.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stance.difference import Difference, compare
from stance.shares import (
    DEFAULT_MIX,
    Floats,
    MixSettings,
    Moments,
    bounds,
    in_context,
    median_shares,
    to_whole,
)

PARTS: Final = ("whole", "body", "enrichment")
THIRDS: Final = ("first", "middle", "last")
READINGS: Final = ("estimated", "by_paragraph", "by_words", "expected")
MIXED: Final = "mixed"
MIN_SHARE: Final = 0.4
MIN_LEAD: Final = 0.1
ROUNDING: Final = 1e-9  # 0.5 - 0.4 is a little less than 0.1
NO_PARAGRAPH: Final = "no paragraph in this part"
ONE_PART: Final = "the article has not both a body and an enrichment section"
_POWERS: Final = np.array([0, 1, 0, 2, 0, 3, 0, 0, 1])[:, None, None]  # of words, in each column
Bounds = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class PartMix:
    """The mix of one part; tuples are in the order of ``FramingMix.labels``.

    Attributes
    ----------
    n_paragraphs, n_words : int
    counts : tuple of int
        Paragraphs by their most probable label.
    estimated, by_paragraph, by_words, expected : tuple of float
        Shares that sum to 1: the estimate that errs least on articles not trained on; counted
        paragraphs; counted words; mean probability.
    estimated_90, by_paragraph_90, by_words_90, expected_90 : tuple of (float, float)
        The 90 % interval of the share that a careful reader would find; holds the share.
    dominant : str
        The label with the largest share by paragraph if that is at least 0.4 and at least 0.1
        above the next; else ``mixed``.
    arc : tuple of tuple of float, or None
        Mean probabilities in the first, middle and last third; None below three paragraphs.
    """

    n_paragraphs: int
    n_words: int
    counts: tuple[int, ...]
    estimated: tuple[float, ...]
    by_paragraph: tuple[float, ...]
    by_words: tuple[float, ...]
    expected: tuple[float, ...]
    estimated_90: Bounds
    by_paragraph_90: Bounds
    by_words_90: Bounds
    expected_90: Bounds
    dominant: str
    arc: tuple[tuple[float, ...], ...] | None


@dataclass(frozen=True)
class FramingMix:
    """The mix of a whole article and of its parts, and how the parts differ.

    What cannot be had is None, and ``reasons`` says why (keys ``whole``, ``body``, ``enrichment``,
    ``difference``).
    """

    labels: tuple[str, ...]
    whole: PartMix | None
    body: PartMix | None
    enrichment: PartMix | None
    difference: Difference | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)


def framing_mix(
    labels: tuple[str, ...],
    proba: Floats,
    n_words: NDArray[np.int64],
    in_enrichment: NDArray[np.bool_],
    *,
    shared: NDArray[np.bool_] | None = None,
    settings: MixSettings = DEFAULT_MIX,
) -> FramingMix:
    """Report the framing mix of an article and, apart, of its enrichment section.

    Parameters
    ----------
    labels : tuple of str
        Column order of `proba`.
    proba : array of shape (n_paragraphs, n_labels)
        Rows sum to 1, in reading order.
    n_words : array of shape (n_paragraphs,)
        Words of each paragraph, not negative; 0 counts as 1 in shares by words.
    in_enrichment : array of shape (n_paragraphs,)
        Whether each paragraph belongs to the enrichment section.
    shared : array of shape (n_paragraphs,) or None
        Whether the other part holds a near-identical paragraph; None: nowhere.
    settings : MixSettings

    Raises
    ------
    ValueError
        If the arrays do not have one row a paragraph, or one column a label.
    """
    n_paragraphs = len(proba)
    if proba.shape != (n_paragraphs, len(labels)):
        raise ValueError(f"proba: expected {len(labels)} columns, found shape {proba.shape}")
    if not n_paragraphs == len(n_words) == len(in_enrichment):
        raise ValueError(
            f"expected one n_words and in_enrichment a paragraph, found {n_paragraphs} rows of"
            f" proba, {len(n_words)} of n_words, {len(in_enrichment)} of in_enrichment"
        )
    if not n_paragraphs:
        reasons = dict.fromkeys(PARTS, NO_PARAGRAPH) | {"difference": ONE_PART}
        return FramingMix(labels, None, None, None, None, reasons)
    context = in_context(proba, settings.damping)
    masks = np.array([np.ones(n_paragraphs, dtype=bool), ~in_enrichment, in_enrichment])
    parts = _part_mixes(labels, proba, context, n_words, masks, settings)
    reasons = {name: NO_PARAGRAPH for name, part in parts.items() if part is None}
    difference = None
    if reasons:
        reasons["difference"] = ONE_PART
    else:
        difference = compare(proba, context, in_enrichment, shared, settings)
    return FramingMix(labels, **parts, difference=difference, reasons=reasons)


def _part_mixes(
    labels: tuple[str, ...],
    proba: Floats,
    context: Floats,
    n_words: NDArray[np.int64],
    masks: NDArray[np.bool_],
    settings: MixSettings,
) -> dict[str, PartMix | None]:
    """Return the mix of each mask; numpy calls cost more than numbers, so one does for all."""
    n_parts, n_labels = len(masks), len(labels)
    chosen = np.zeros_like(proba)
    chosen[np.arange(len(proba)), proba.argmax(axis=1)] = 1.0
    w = np.maximum(n_words, 1)[:, None].astype(np.float64)
    variance = context - context * context
    third = variance - 2.0 * variance * context
    columns = (context, w * context, variance, w * w * variance, third, w * w * w * third,
               proba, chosen, w * chosen, w, np.ones_like(w))  # fmt: skip
    sums = np.concatenate((masks, _thirds(masks))) @ np.concatenate(columns, axis=1)
    n = np.maximum(sums[:, -1:], 1.0)
    n, n_of_thirds = n[:n_parts], n[n_parts:]
    unit = n / np.maximum(sums[:n_parts, -2:-1], 1.0)  # a word, in words of the mean paragraph
    blocks = sums[:, :-2].reshape(len(sums), len(_POWERS), n_labels).swapaxes(0, 1)
    totals = blocks[:, :n_parts] * unit**_POWERS
    middle = median_shares(Moments(totals[0], totals[2], totals[4], n))
    low, high = bounds(Moments(totals[:2], totals[2:4], totals[4:6], n), settings)
    low[0], high[0] = to_whole(low[0], high[0], n)
    # Sums of words round to a little more than 1.
    shares = np.minimum(np.stack((middle, totals[7] / n, totals[8] / n, totals[6] / n)), 1.0)
    of_reading = [0, 0, 1, 0]
    lows = np.minimum(shares, low[of_reading])
    highs = np.maximum(shares, high[of_reading])
    arcs = np.minimum(blocks[6, n_parts:] / n_of_thirds, 1.0)
    numbers = zip(
        sums[:n_parts, -1].astype(np.int64).tolist(),
        (masks @ n_words).tolist(),
        totals[7].astype(np.int64).tolist(),
        shares.swapaxes(0, 1).tolist(),
        np.stack((lows, highs), axis=-1).swapaxes(0, 1).tolist(),
        arcs.reshape(3, n_parts, n_labels).swapaxes(0, 1).tolist(),
        strict=True,
    )
    return {
        name: _record(labels, *found) if found[0] else None
        for name, found in zip(PARTS, numbers, strict=True)
    }


def _record(
    labels: tuple[str, ...],
    n_paragraphs: int,
    n_words: int,
    counts: list[int],
    shares: list[list[float]],
    intervals: list[list[list[float]]],
    arc: list[list[float]],
) -> PartMix:
    estimated, by_paragraph, by_words, expected = map(tuple, shares)
    bands: list[Bounds] = [tuple([(low, high) for low, high in band]) for band in intervals]
    return PartMix(
        n_paragraphs,
        n_words,
        tuple(counts),
        estimated,
        by_paragraph,
        by_words,
        expected,
        *(bands[0], bands[1], bands[2], bands[3]),
        dominant(labels, shares[1]),
        tuple(map(tuple, arc)) if n_paragraphs >= len(THIRDS) else None,
    )


def _thirds(masks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the first thirds of all parts, then the middle ones, then the last ones."""
    places = masks.cumsum(axis=1)
    third = (places - 1) * 3 // np.maximum(places[:, -1:], 1)
    found: NDArray[np.bool_] = (third == np.arange(3)[:, None, None]) & masks
    return found.reshape(-1, masks.shape[1])


def dominant(labels: tuple[str, ...], shares: list[float]) -> str:
    """Return the label that dominates by the rule in ``PartMix``, or ``mixed``."""
    second, first = sorted(shares)[-2:]
    if first < MIN_SHARE - ROUNDING or first - second < MIN_LEAD - ROUNDING:
        return MIXED
    return labels[shares.index(first)]
