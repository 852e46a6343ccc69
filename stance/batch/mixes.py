"""The framing mixes of many articles at once, as columns: ``stance.mix.framing_mix`` for batches.

One numpy call does for all articles what would be dozens of calls for each.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from stance.mix import MIN_LEAD, MIN_SHARE, MIXED, PARTS, ROUNDING
from stance.shares import TINY, Floats, MixSettings, Moments, bounds, median_shares, to_whole

_N_BLOCKS: Final = 6
Ints = NDArray[np.int64]


def mix_columns(
    labels: Sequence[str],
    proba: Floats,
    n_words: Ints,
    in_enrichment: NDArray[np.bool_],
    sizes: Ints,
    settings: MixSettings,
    digits: int,
) -> dict[str, Any]:
    """Return the columns of the mixes of articles that stand one after another.

    Parameters
    ----------
    labels : sequence of str
        Column order of `proba`.
    proba : array of shape (n_paragraphs, n_labels)
        Rows sum to 1.
    n_words, in_enrichment : array of shape (n_paragraphs,)
    sizes : array of shape (n_articles,)
        Paragraphs of each article; may be 0.
    digits : int
        Decimals that shares are rounded to.

    Returns
    -------
    dict of str to array or list
        For each part counts (int, 0 where an article lacks it), shares and bounds (float, nan
        there) and the dominant label (str, None there).
    """
    owners = np.repeat(np.arange(len(sizes)), sizes)
    context = _in_context(proba, owners, sizes, settings.damping)
    chosen = np.zeros_like(proba)
    chosen[np.arange(len(proba)), proba.argmax(axis=1)] = 1.0
    w = np.maximum(n_words, 1)[:, None].astype(np.float64)
    variance = context - context * context
    third = variance - 2.0 * variance * context
    blocks = (context, variance, third, proba, chosen, w * chosen)
    table: Floats = np.concatenate((*blocks, w, n_words[:, None], np.ones_like(w)), axis=1)
    sides = (None, ~in_enrichment, in_enrichment)
    columns: dict[str, Any] = {}
    for part, side in zip(PARTS, sides, strict=True):
        used = table if side is None else table * side[:, None]
        columns |= _part_columns(part, labels, _sums(used, sizes), settings, digits)
    return columns


def _sums(table: Floats, sizes: Ints) -> Floats:
    """Add up the rows of each article, shape (n_articles, n_columns)."""
    sums = np.zeros((len(sizes), table.shape[1]))
    held = sizes > 0
    if held.any():
        starts = (np.cumsum(sizes) - sizes)[held]
        sums[held] = np.add.reduceat(table, starts, axis=0)
    return sums


def _in_context(proba: Floats, owners: Ints, sizes: Ints, damping: float) -> Floats:
    """Do what ``stance.shares.in_context`` does, for the paragraphs of many articles."""
    others = _sums(proba, sizes)[owners] - proba + 1.0 / proba.shape[1]
    others /= np.maximum(sizes[owners], 1)[:, None]
    scaled = proba * np.maximum(others, TINY) ** damping
    return np.asarray(scaled / scaled.sum(axis=1, keepdims=True))


def _part_columns(
    part: str, labels: Sequence[str], sums: Floats, settings: MixSettings, digits: int
) -> dict[str, Any]:
    n_paragraphs = sums[:, -1]
    n, n_labels = np.maximum(sums[:, -1:], 1.0), len(labels)
    mean, variance, third, expected, counts, by_words = (
        sums[:, i * n_labels : (i + 1) * n_labels] for i in range(_N_BLOCKS)
    )
    moments = Moments(mean, variance, third, n)
    low, high = to_whole(*bounds(moments, settings), n)
    # Sums of words round to a little more than 1.
    shares = {
        "estimated": np.minimum(median_shares(moments), 1.0),
        "by_paragraph": np.minimum(counts / n, 1.0),
        "by_words": np.minimum(by_words / np.maximum(sums[:, -3:-2], 1.0), 1.0),
        "expected": np.minimum(expected / n, 1.0),
    }
    dominant = _dominant(labels, shares["by_paragraph"], n_paragraphs)
    shares["low"] = np.minimum(shares["estimated"], low)
    shares["high"] = np.maximum(shares["estimated"], high)
    columns: dict[str, Any] = {
        f"{part}_n_paragraphs": n_paragraphs.astype(np.int64),
        f"{part}_n_words": sums[:, -2].astype(np.int64),
        f"{part}_dominant": dominant,
    }
    for i, label in enumerate(labels):
        columns[f"{part}_n_{label}"] = counts[:, i].astype(np.int64)
        for name, values in shares.items():
            rounded = np.round(values[:, i], digits)
            rounded[n_paragraphs == 0.0] = np.nan
            columns[f"{part}_{name}_{label}"] = rounded
    return columns


def _dominant(labels: Sequence[str], shares: Floats, n_paragraphs: Floats) -> list[str | None]:
    """Name the label that dominates each article by the rule of ``stance.mix.PartMix``."""
    first, second = np.sort(shares, axis=1)[:, :-3:-1].T
    clear = (first >= MIN_SHARE - ROUNDING) & (first - second >= MIN_LEAD - ROUNDING)
    places = np.where(clear, shares.argmax(axis=1), len(labels))
    names = (*labels, MIXED)
    return [
        names[place] if n else None
        for place, n in zip(places.tolist(), n_paragraphs.tolist(), strict=True)
    ]
