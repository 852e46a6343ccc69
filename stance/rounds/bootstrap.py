"""Intervals by drawing whole groups of paragraphs anew: what one article says counts once."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
N_DRAWS: Final = 1000
SEED: Final = 20260
LEVEL: Final = 0.95
_BLOCK_CELLS: Final = 4_000_000  # of drawn counts held at a time, 32 MB


def bootstrap(
    tables: Floats,
    groups: NDArray[np.int64] | None = None,
    n_draws: int = N_DRAWS,
    seed: int = SEED,
) -> Floats:
    """Sum tables over groups that are drawn anew, with replacement.

    Parameters
    ----------
    tables : array of shape (n_rows, ...)
        What each row adds to the sum.
    groups : array of shape (n_rows,) or None
        Group of each row; None: each by itself.
    seed : int
        Samples that are independent of each other need different ones.

    Returns
    -------
    array of shape (n_draws, ...)
    """
    flat = tables.reshape(len(tables), -1)
    if groups is not None:
        flat = sum_groups(flat, groups)
    n_groups = len(flat)
    random = np.random.default_rng(seed)
    chances = np.full(n_groups, 1.0 / n_groups)
    block = max(1, _BLOCK_CELLS // n_groups)
    sums = [
        random.multinomial(n_groups, chances, min(block, n_draws - start)) @ flat
        for start in range(0, n_draws, block)
    ]
    return np.concatenate(sums).reshape(n_draws, *tables.shape[1:])


def sum_groups(tables: Floats, groups: NDArray[np.int64]) -> Floats:
    """Sum the rows of each group; groups stand in the order of their numbers."""
    names, numbers = np.unique(groups, return_inverse=True)
    sums = np.zeros((len(names), *tables.shape[1:]))
    np.add.at(sums, numbers, tables)
    return sums


def interval(values: Floats) -> tuple[float, float]:
    """Return the 95 % interval of bootstrapped values; nan where none is defined."""
    values = values[np.isfinite(values)]
    if not len(values):
        return float("nan"), float("nan")
    low, high = np.quantile(values, ((1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0))
    return float(low), float(high)
