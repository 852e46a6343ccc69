"""Which labels are likely wrong: confident learning (Northcutt, Jiang and Chuang, 2021)."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

GAP: Final = 0.4  # of planted errors finds 0.8 to 0.9, and 0.7 to 0.85 of what it names are such


@dataclass(frozen=True)
class Suspect:
    """A row whose label is likely wrong: its place, the likelier label, both probabilities."""

    row: int
    likelier: int
    p_given: float
    p_likelier: float


def find_suspects(proba: NDArray[np.float64], y: NDArray[np.int64]) -> list[Suspect]:
    """Return the rows that the published rule names, and those of a wide gap; the widest first.

    The rule alone misses errors where a model is nearly always sure: there its thresholds are near
    1. A row is named too where another label is more probable than the given one by ``GAP``.

    Parameters
    ----------
    proba : array of shape (n_rows, n_labels)
        Each from a model that saw no row of its group.
    y : array of shape (n_rows,)
        The labels given.
    """
    chosen, places = confident_labels(proba, y), np.arange(len(y))
    top = proba.argmax(axis=1)
    wide = proba[places, top] - proba[places, y] >= GAP
    chosen = np.where((chosen < 0) | (chosen == y), np.where(wide, top, y), chosen)
    rows = np.flatnonzero(chosen != y)
    gaps = proba[rows, chosen[rows]] - proba[rows, y[rows]]
    return [
        Suspect(int(i), int(chosen[i]), float(proba[i, y[i]]), float(proba[i, chosen[i]]))
        for i in rows[np.argsort(-gaps, kind="stable")]
    ]


def confident_labels(proba: NDArray[np.float64], y: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the label that each row counts as in the confident joint, or -1 for none.

    A row counts as of a label where the probability of that label reaches the mean of those that
    were given it; of several such labels the most probable one. The thresholds allow for a model
    that is less sure of some labels than of others. A row whose given label is the most probable
    counts as of that one.
    """
    n_labels = proba.shape[1]
    thresholds = np.array(
        [
            proba[y == label, label].mean() if (y == label).any() else 2.0
            for label in range(n_labels)
        ]
    )
    confident = np.where(proba >= thresholds - 1e-9, proba, -1.0)
    found = np.where(confident.max(axis=1) >= 0.0, confident.argmax(axis=1), -1)
    return np.where(proba.argmax(axis=1) == y, y, found)
