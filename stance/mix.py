"""Paragraph probabilities -> the framing mix of an article and of its parts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PARTS = ("whole", "body", "enrichment")


@dataclass(frozen=True)
class PartMix:
    """The mix of one part.

    Attributes
    ----------
    n_paragraphs, n_words : int
    counts : tuple of int
        Paragraphs by label, in column order.
    by_paragraph, by_words, expected : tuple of float
        Shares that sum to 1: counted paragraphs; counted words; mean probability.
    """

    n_paragraphs: int
    n_words: int
    counts: tuple[int, ...]
    by_paragraph: tuple[float, ...]
    by_words: tuple[float, ...]
    expected: tuple[float, ...]


@dataclass(frozen=True)
class FramingMix:
    """The mix of a whole article and of its parts; None where a part has no paragraph."""

    labels: tuple[str, ...]
    whole: PartMix | None
    body: PartMix | None
    enrichment: PartMix | None


def framing_mix(
    labels: tuple[str, ...],
    proba: NDArray[np.float64],
    n_words: NDArray[np.int64],
    in_enrichment: NDArray[np.bool_],
) -> FramingMix:
    """Report the framing mix of an article and, apart, of its enrichment section.

    Parameters
    ----------
    labels : tuple of str
        Column order of `proba`.
    proba : array of shape (n_paragraphs, n_labels)
        Rows sum to 1.
    n_words : array of shape (n_paragraphs,)
        Words of each paragraph, not negative.
    in_enrichment : array of shape (n_paragraphs,)
        Whether each paragraph belongs to the enrichment section.
    """
    everything = np.ones(len(proba), dtype=bool)
    masks = (everything, ~in_enrichment, in_enrichment)
    return FramingMix(labels, *(_part_mix(proba[mask], n_words[mask]) for mask in masks))


def _part_mix(proba: NDArray[np.float64], n_words: NDArray[np.int64]) -> PartMix | None:
    if not len(proba):
        return None
    chosen = proba.argmax(axis=1)
    n_labels = proba.shape[1]
    counts = np.bincount(chosen, minlength=n_labels)
    words = np.bincount(chosen, np.maximum(n_words, 1), minlength=n_labels)
    return PartMix(
        n_paragraphs=len(proba),
        n_words=int(n_words.sum()),
        counts=tuple(counts.tolist()),
        by_paragraph=tuple((counts / counts.sum()).tolist()),
        by_words=tuple((words / words.sum()).tolist()),
        expected=tuple(proba.mean(axis=0).tolist()),
    )
