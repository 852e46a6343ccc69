"""By how much label shares differ between two sets of articles: pure numbers."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stance.rounds.bootstrap import SEED, Floats, bootstrap, interval

N_PERMUTATIONS: Final = 999
_ROUNDING: Final = 1e-12  # sums in another order


@dataclass(frozen=True, slots=True)
class Change:
    """Share of a label in A and in B, and B minus A with its 95 % interval."""

    label: str
    a: float
    b: float
    change: float
    change_95: tuple[float, float]


def changes(
    a: Floats, b: Floats, labels: tuple[str, ...], *, paired: bool
) -> tuple[tuple[Change, ...], float]:
    """Compare the labels of two sets of articles.

    Parameters
    ----------
    a, b : arrays of shape (n_articles, n_labels)
        Paragraphs of each article by label; at least one in each.
    paired : bool
        Whether row n of both is one article, labelled by two models.

    Returns
    -------
    changes, p_value
        Intervals draw whole articles anew. The p-value says how often shares differ as much (sum
        of squares) when articles are dealt to A and B by chance, or, paired, when the two labels
        of an article's paragraphs change places by chance.
    """
    if paired:
        drawn = bootstrap(np.stack([a, b], axis=1))
        drawn_a, drawn_b = drawn[:, 0], drawn[:, 1]
        p_value = _p_paired(a, b)
    else:
        drawn_a, drawn_b = bootstrap(a), bootstrap(b, seed=SEED + 1)
        p_value = _p_apart(a, b)
    shares_a, shares_b = shares(a.sum(axis=0)), shares(b.sum(axis=0))
    moved = shares(drawn_b) - shares(drawn_a)
    found = [
        Change(
            label,
            float(shares_a[i]),
            float(shares_b[i]),
            float(shares_b[i] - shares_a[i]),
            interval(moved[:, i]),
        )
        for i, label in enumerate(labels)
    ]
    return tuple(found), p_value


def shares(counts: Floats) -> Floats:
    """Return counts as shares of their sum along the last axis; nan where that is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(counts / counts.sum(axis=-1, keepdims=True))


def _p_apart(a: Floats, b: Floats) -> float:
    both = np.concatenate([a, b])
    total = both.sum(axis=0)
    random = np.random.default_rng(SEED)
    found = _distance(a.sum(axis=0), b.sum(axis=0))
    n_reached = 0
    for _ in range(N_PERMUTATIONS):
        first = both[random.permutation(len(both))[: len(a)]].sum(axis=0)
        n_reached += _distance(first, total - first) >= found - _ROUNDING
    return (1 + n_reached) / (1 + N_PERMUTATIONS)


def _p_paired(a: Floats, b: Floats) -> float:
    random = np.random.default_rng(SEED)
    gaps = a - b
    total = a.sum(axis=0) + b.sum(axis=0)
    found = _distance(a.sum(axis=0), b.sum(axis=0))
    n_reached = 0
    for _ in range(N_PERMUTATIONS):
        signs = random.integers(0, 2, len(gaps)) * 2.0 - 1.0
        gap = signs @ gaps
        n_reached += _distance((total + gap) / 2.0, (total - gap) / 2.0) >= found - _ROUNDING
    return (1 + n_reached) / (1 + N_PERMUTATIONS)


def _distance(a: Floats, b: Floats) -> float:
    gaps = shares(a) - shares(b)
    return float(gaps @ gaps)


def moves(first: NDArray[np.int64], second: NDArray[np.int64], n_labels: int) -> NDArray[np.int64]:
    """Return how many paragraphs go from each label of A (row) to each of B (column)."""
    table = np.zeros((n_labels, n_labels), dtype=np.int64)
    np.add.at(table, (first, second), 1)
    return table
