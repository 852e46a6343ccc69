"""Does a text look like what a model was trained on? Unknown words, and how sure the model is.

What is usual is measured at training, on articles that the model did not see (train/reference.py),
and stands in the artefact.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

N_BINS: Final = 20
MIN_ARTICLES: Final = 20


@dataclass(frozen=True, slots=True)
class Reference:
    """What is usual among twenty articles of one training source.

    Attributes
    ----------
    unknown : float
        Share of words that the model does not know, 0 to 1.
    unknown_max : float
        Twenty articles of one source exceed it once in a hundred times.
    cumulative : tuple of 20 floats
        Share of paragraphs whose largest probability is below 0.05, 0.10, ... 1.
    distance_max : float
        The largest difference of such shares (Kolmogorov and Smirnov) that is still usual.
    """

    unknown: float
    unknown_max: float
    cumulative: tuple[float, ...]
    distance_max: float

    def as_dict(self) -> dict[str, Any]:
        """Return the reference as plain data for model.json."""
        return {**asdict(self), "cumulative": list(self.cumulative)}


def parse_reference(found: object) -> Reference | None:
    """Read a reference from a model's header; None where there is none.

    Raises
    ------
    ValueError
        If it is not one.
    """
    if found is None:
        return None
    names = Reference.__dataclass_fields__.keys()
    if not isinstance(found, dict) or found.keys() != names:
        raise ValueError(f"expected a reference of {', '.join(names)}")
    if not isinstance(found["cumulative"], list | tuple):
        raise ValueError("expected a list of cumulative shares in the reference")
    values = [found["unknown"], found["unknown_max"], found["distance_max"], *found["cumulative"]]
    is_right = len(found["cumulative"]) == N_BINS and all(
        isinstance(value, float) and 0.0 <= value <= 1.0 for value in values
    )
    if not is_right:
        raise ValueError("expected shares from 0 to 1 in the reference")
    return Reference(**{**found, "cumulative": tuple(found["cumulative"])})


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of some articles, which can be added up.

    ``n_words`` and ``n_unknown`` are of one paragraph an article; ``bins`` counts all paragraphs
    by their largest probability.
    """

    n_articles: int = 0
    n_words: int = 0
    n_unknown: int = 0
    bins: tuple[int, ...] = (0,) * N_BINS

    def __add__(self, other: "Tally") -> "Tally":
        bins = tuple([a + b for a, b in zip(self.bins, other.bins, strict=True)])
        return Tally(
            self.n_articles + other.n_articles,
            self.n_words + other.n_words,
            self.n_unknown + other.n_unknown,
            bins,
        )


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like the training text some articles are.

    ``problems`` is empty where nothing is unusual, or where there are too few articles to tell.
    """

    n_articles: int
    unknown: float
    unknown_max: float
    distance: float
    distance_max: float
    problems: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the likeness as plain data."""
        return {**asdict(self), "problems": list(self.problems)}


def count_bins(proba: NDArray[np.float64]) -> tuple[int, ...]:
    """Count paragraphs by their largest probability, in twenty bins from 0 to 1."""
    bins = np.minimum((proba.max(axis=1, initial=0.0) * N_BINS).astype(int), N_BINS - 1)
    return tuple(np.bincount(bins, minlength=N_BINS).tolist())


def distance_of(bins: Sequence[int], cumulative: Sequence[float]) -> float:
    """Return the largest difference between the cumulative shares of bins and others, 0 to 1."""
    total = max(sum(bins), 1)
    return float(np.abs(np.cumsum(bins) / total - np.asarray(cumulative)).max())


def judge(tally: Tally, reference: Reference) -> Likeness:
    """Compare what was counted with what is usual."""
    unknown = tally.n_unknown / max(tally.n_words, 1)
    distance = distance_of(tally.bins, reference.cumulative)
    problems = []
    if tally.n_articles >= MIN_ARTICLES:
        if unknown > reference.unknown_max:
            problems.append(
                f"{unknown:.1%} of words are unknown to the model (training text:"
                f" {reference.unknown:.1%}, usual up to {reference.unknown_max:.1%})"
            )
        if distance > reference.distance_max:
            problems.append(
                f"the model's probabilities are distributed otherwise (distance {distance:.2f},"
                f" usual up to {reference.distance_max:.2f})"
            )
    return Likeness(
        tally.n_articles, unknown, reference.unknown_max, distance, reference.distance_max,
        tuple(problems),
    )  # fmt: skip
