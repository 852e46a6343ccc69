"""How far annotators agree: pure numbers.

Codes are label numbers; -1 where an annotator did not label a paragraph.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stance.rounds.bootstrap import Floats, bootstrap, interval

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % bootstrap interval; nan where it is not defined."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """One label against the rest.

    ``share`` is that of all annotations; ``specific`` how often an annotator who gives the label
    is joined by another one (Spitzer and Fleiss, 1974); ``alpha`` that of label or not.
    """

    label: str
    n: int
    share: float
    specific: Figure
    alpha: Figure


@dataclass(frozen=True, slots=True)
class Pair:
    """Two annotators on the paragraphs that both labelled."""

    first: str
    second: str
    n: int
    percent: Figure
    kappa: Figure


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of annotators on the paragraphs that two of them or more labelled."""

    annotators: tuple[str, ...]
    labels: tuple[str, ...]
    n_paragraphs: int
    percent: Figure
    alpha: Figure
    pairs: tuple[Pair, ...]
    by_label: tuple[LabelAgreement, ...]


def agreement(
    codes: Codes,
    labels: tuple[str, ...],
    annotators: tuple[str, ...],
    groups: NDArray[np.int64] | None = None,
) -> Agreement:
    """Measure the agreement of annotators.

    Parameters
    ----------
    codes : array of shape (n_paragraphs, n_annotators)
        Label numbers, -1 where a paragraph was not labelled.
    labels, annotators : tuple of str
    groups : array of shape (n_paragraphs,) or None
        Paragraphs of one group are drawn together by the bootstrap; None: each by itself.

    Raises
    ------
    ValueError
        If no paragraph was labelled by two annotators.
    """
    several = (codes >= 0).sum(axis=1) >= 2
    if not several.any():
        raise ValueError("no paragraph was labelled by two annotators")
    codes = codes[several]
    groups = groups if groups is None else groups[several]
    n_labels = len(labels)
    tables = coincidences(codes, n_labels)
    drawn = bootstrap(tables, groups)
    whole = tables.sum(axis=0)[None]
    by_label = []
    for i, label in enumerate(labels):
        given = codes == i
        one, many = _one_against_rest(whole, i), _one_against_rest(drawn, i)
        by_label.append(
            LabelAgreement(
                label,
                int(given.sum()),
                float(given.sum() / (codes >= 0).sum()),
                _figure(_specific(whole, i), _specific(drawn, i)),
                _figure(alphas(one), alphas(many)),
            )
        )
    pairs = [
        _pair(codes[:, [i, j]], n_labels, groups, annotators[i], annotators[j])
        for i in range(len(annotators))
        for j in range(i + 1, len(annotators))
        if (codes[:, [i, j]] >= 0).all(axis=1).any()
    ]
    return Agreement(
        annotators,
        labels,
        len(codes),
        _figure(_percent(whole), _percent(drawn)),
        _figure(alphas(whole), alphas(drawn)),
        tuple(pairs),
        tuple(by_label),
    )


def coincidences(codes: Codes, n_labels: int) -> Floats:
    """Return Krippendorff's table of coincidences of each paragraph.

    Returns
    -------
    array of shape (n_paragraphs, n_labels, n_labels)
        Ordered pairs of labels that two annotators gave, divided by the number of a paragraph's
        annotations less one.
    """
    counts = np.stack([(codes == i).sum(axis=1) for i in range(n_labels)], axis=1).astype(float)
    n = counts.sum(axis=1)
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs -= counts[:, :, None] * np.eye(n_labels)
    return np.asarray(pairs / np.maximum(n - 1.0, 1.0)[:, None, None])


def alphas(tables: Floats) -> Floats:
    """Return Krippendorff's alpha, nominal, of tables of shape (..., n_labels, n_labels).

    1 - observed / expected disagreement (Krippendorff, 2004, chapter 11); nan where only one
    label was given.
    """
    totals = tables.sum(axis=-1)
    n = totals.sum(axis=-1)
    observed = n - np.trace(tables, axis1=-2, axis2=-1)
    expected = n**2 - (totals**2).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(expected > 0.0, 1.0 - (n - 1.0) * observed / expected, np.nan))


def kappas(tables: Floats) -> Floats:
    """Return Cohen's kappa of tables of shape (..., n_labels, n_labels); nan where undefined."""
    n = tables.sum(axis=(-2, -1))
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = np.trace(tables, axis1=-2, axis2=-1) / n
        chance = (tables.sum(axis=-1) * tables.sum(axis=-2)).sum(axis=-1) / n**2
        return np.asarray(np.where(chance < 1.0, (observed - chance) / (1.0 - chance), np.nan))


def _figure(value: Floats, drawn: Floats) -> Figure:
    return Figure(float(value.reshape(-1)[0]), *interval(drawn))


def _pair(
    codes: Codes, n_labels: int, groups: NDArray[np.int64] | None, first: str, second: str
) -> Pair:
    both = (codes >= 0).all(axis=1)
    codes, groups = codes[both], groups if groups is None else groups[both]
    tables = np.zeros((len(codes), n_labels, n_labels))
    tables[np.arange(len(codes)), codes[:, 0], codes[:, 1]] = 1.0
    drawn = bootstrap(tables, groups)
    whole = tables.sum(axis=0)[None]
    return Pair(
        first,
        second,
        len(codes),
        _figure(_percent(whole), _percent(drawn)),
        _figure(kappas(whole), kappas(drawn)),
    )


def _percent(tables: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        agreed = np.trace(tables, axis1=-2, axis2=-1)
        return np.asarray(agreed / tables.sum(axis=(-2, -1)))


def _specific(tables: Floats, label: int) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        given = (tables[:, label, :].sum(axis=-1) + tables[:, :, label].sum(axis=-1)) / 2.0
        return np.asarray(tables[:, label, label] / given)


def _one_against_rest(tables: Floats, label: int) -> Floats:
    small = np.zeros((len(tables), 2, 2))
    rest = np.arange(tables.shape[-1]) != label
    small[:, 0, 0] = tables[:, label, label]
    small[:, 0, 1] = tables[:, label, rest].sum(axis=-1)
    small[:, 1, 0] = tables[:, rest, label].sum(axis=-1)
    small[:, 1, 1] = tables[:, rest][:, :, rest].sum(axis=(-2, -1))
    return small
