"""What a share is worth: label probabilities in their article, estimates and 90 % intervals.

Pure numbers: nothing here knows of a model or of a text.
"""

from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TINY: Final = 1e-12
Z90: Final = 1.645  # a normal variable lies within 1.645 deviations of its mean in 90 of 100 cases


@dataclass(frozen=True, slots=True)
class MixSettings:
    """How shares are estimated; the training program chooses the numbers by cross-validation.

    Attributes
    ----------
    damping : float
        How far a paragraph's probabilities follow those of the article's other paragraphs: 0 not
        at all, 1 as in the first step of EMQ (Saerens and others, 2002).
    spread : float
        Correlation of the errors of two paragraphs of one article, 0 to 1.
    z : float
        Deviations on either side of the mean that an interval reaches.
    """

    damping: float = 0.0
    spread: float = 0.0
    z: float = Z90

    def as_dict(self) -> dict[str, float]:
        """Return the settings for a model's header."""
        return asdict(self)


DEFAULT_MIX: Final = MixSettings()


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean, variance and third central moment of a sum, and the number of its equal terms.

    Arrays of one shape, or shapes that numpy can match: (n_parts, n_labels), ``n`` (n_parts, 1).
    """

    mean: Floats
    variance: Floats
    third: Floats
    n: Floats


def in_context(proba: Floats, damping: float) -> Floats:
    """Turn probabilities of paragraphs into those of paragraphs of one article.

    Parameters
    ----------
    proba : array of shape (n_paragraphs, n_labels)
        Rows sum to 1; made with balanced class weights, so that no label is preferred.
    damping : float
        See ``MixSettings``.

    Returns
    -------
    array of shape (n_paragraphs, n_labels)
        Proportional to ``proba * others ** damping``, where ``others`` is the mean of the other
        paragraphs and one that says nothing; rows sum to 1.
    """
    n_paragraphs, n_labels = proba.shape
    others = (proba.sum(axis=0) - proba + 1.0 / n_labels) / max(n_paragraphs, 1)
    scaled = proba * np.maximum(others, TINY) ** damping
    return np.asarray(scaled / scaled.sum(axis=1, keepdims=True))


def median_shares(moments: Moments) -> Floats:
    """Return the most likely middle of each label's share, scaled to sum to 1.

    The mean absolute error is least at the median. That of a sum of paragraphs with and without a
    label is near ``mean - third / (6 * variance)`` (Cornish and Fisher), and a whole number.
    """
    shift = moments.third / (6.0 * np.maximum(moments.variance, TINY))
    counts = np.minimum(np.maximum(np.rint(moments.mean - shift), 0.0), moments.n)
    totals = counts.sum(axis=-1, keepdims=True)
    counts = np.where(totals > 0.0, counts, moments.mean)
    return np.asarray(counts / np.maximum(counts.sum(axis=-1, keepdims=True), TINY))


def bounds(moments: Moments, settings: MixSettings) -> tuple[Floats, Floats]:
    """Return the least and the largest share of each label's interval, within 0 and 1.

    A Cornish-Fisher interval of the sum, its variance widened for errors that the paragraphs of an
    article have in common, and half a term added on either side: a reader's count is a whole
    number, and what lies within half of one belongs to it.
    """
    variance = np.maximum(moments.variance, TINY)
    deviation = np.sqrt(variance * (1.0 + settings.spread * np.maximum(moments.n - 1.0, 0.0)))
    bend = moments.third / (variance * np.sqrt(variance)) * ((settings.z**2 - 1.0) / 6.0)
    low = moments.mean + deviation * np.minimum(bend - settings.z, 0.0) - 0.5
    high = moments.mean + deviation * np.maximum(bend + settings.z, 0.0) + 0.5
    return np.maximum(low / moments.n, 0.0), np.minimum(high / moments.n, 1.0)


def to_whole(low: Floats, high: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Draw an interval in to the outermost shares that n paragraphs can have.

    Where none lies inside, the nearest one on either side is taken.
    """
    # Adding 0.0 turns ceil's -0.0 into 0.0, which would be printed with its sign.
    inner_low, inner_high = np.ceil(low * n - TINY) + 0.0, np.floor(high * n + TINY)
    crossed = inner_low > inner_high
    return (
        np.where(crossed, inner_high, inner_low) / n,
        np.where(crossed, inner_low, inner_high) / n,
    )
