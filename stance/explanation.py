"""Which terms speak for which label, and where they stand in the text."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stance.features import FAMILIES


@dataclass(frozen=True, eq=False)
class Explanation:
    """The known terms of a paragraph with their part in its decision values.

    Attributes
    ----------
    text : str
    labels : tuple of str
        Columns of everything below.
    intercept : array of shape (n_labels,)
        What a paragraph without a known term gets.
    families : array of shape (n_occurrences,)
        The family of each term, an index into ``stance.features.FAMILIES``.
    spans : array of shape (n_occurrences, 2)
        Start and end in characters of ``text``, in the order of the text. Terms that count hedges
        stand for the whole paragraph: they come last, with the span (0, 0).
    contributions : array of shape (n_occurrences, n_labels)
        Their sum and the intercept are the decision values. A term that occurs more than once
        has its part shared equally among its occurrences.
    """

    text: str
    labels: tuple[str, ...]
    intercept: NDArray[np.float64]
    families: NDArray[np.int64]
    spans: NDArray[np.int64]
    contributions: NDArray[np.float64]

    @property
    def decisions(self) -> NDArray[np.float64]:
        """Decision values, shape (n_labels,)."""
        return np.asarray(self.intercept + self.contributions.sum(axis=0))

    def passages(self) -> list[tuple[str, str]]:
        """Return the family of each term and the passage of the text that it stands on."""
        places = zip(self.families.tolist(), self.spans.tolist(), strict=True)
        return [(FAMILIES[family], self.text[start:end]) for family, (start, end) in places]
