"""How the framing of the enrichment section differs from that of the body."""

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stance.shares import Z90, Floats, MixSettings

_MAX_EXACT: Final = 500  # divisions that are tried one by one; above, their moments are used
_UNCOMMON: Final = 0.25  # of the errors that an article's paragraphs share; the rest cancels
_TINY: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Difference:
    """Enrichment minus body, in the order of ``FramingMix.labels``.

    Attributes
    ----------
    shares : tuple of float
        Differences of the expected shares, -1 to 1; they sum to 0.
    shares_90 : tuple of (float, float)
        The 90 % interval of the difference that a careful reader would find; holds the share.
    jensen_shannon : float
        Distance of the two expected mixes in bits, 0 to 1.
    p_value : float
        How often paragraphs dealt to the two parts by chance differ at least as much.
    n_shared : int
        Paragraphs of the enrichment section that have a near-identical one in the body.
    without_shared : Difference or None
        The same without near-identical paragraphs, on either side; None where there are none, or
        where a part has no others.
    """

    shares: tuple[float, ...]
    shares_90: tuple[tuple[float, float], ...]
    jensen_shannon: float
    p_value: float
    n_shared: int = 0
    without_shared: "Difference | None" = None


def compare(
    proba: Floats,
    context: Floats,
    in_enrichment: NDArray[np.bool_],
    shared: NDArray[np.bool_] | None,
    settings: MixSettings,
) -> Difference:
    """Compare two parts, neither of them empty.

    Parameters
    ----------
    proba, context : array of shape (n_paragraphs, n_labels)
        Probabilities alone and in the article's context; rows sum to 1.
    in_enrichment : array of shape (n_paragraphs,)
    shared : array of shape (n_paragraphs,) or None
    settings : MixSettings
    """
    n_shared, without = 0, None
    if shared is not None and shared.any():
        n_shared = int((shared & in_enrichment).sum())
        rest, side = ~shared, in_enrichment[~shared]
        if side.any() and not side.all():
            without = compare(proba[rest], context[rest], side, None, settings)
    masks = np.array([~in_enrichment, in_enrichment], dtype=np.float64)
    n = masks.sum(axis=1)[:, None]
    body, enrichment = masks @ proba / n
    inflation = 1.0 + _UNCOMMON * settings.spread * (n - 1.0)
    variance = masks @ (context - context * context) * inflation / n**2
    reach = Z90 * np.sqrt(variance.sum(axis=0))
    shares = enrichment - body
    intervals = np.stack([np.maximum(shares - reach, -1.0), np.minimum(shares + reach, 1.0)], -1)
    return Difference(
        tuple(shares.tolist()),
        tuple(map(tuple, intervals.tolist())),
        jensen_shannon(body, enrichment),
        permutation_p(proba, in_enrichment, shares),
        n_shared,
        without,
    )


def jensen_shannon(a: Floats, b: Floats) -> float:
    """Return the Jensen-Shannon divergence of two distributions, in bits, 0 to 1."""
    bits = 0.0
    for p, q in zip(a.tolist(), b.tolist(), strict=True):
        middle = (p + q) / 2.0
        bits += sum(x * math.log2(x / middle) for x in (p, q) if x > 0.0)
    return min(max(bits / 2.0, 0.0), 1.0)


def permutation_p(proba: Floats, in_enrichment: NDArray[np.bool_], shares: Floats) -> float:
    """Return how likely a squared difference of mean probabilities is by chance.

    Up to 500 divisions of the paragraphs into parts of the given sizes are tried one by one. Where
    there are more, the first two moments of the squared difference over all of them (known in
    closed form, the second one in the normal limit) give a scaled chi-square.

    Parameters
    ----------
    proba : array of shape (n_paragraphs, n_labels)
    in_enrichment : array of shape (n_paragraphs,)
        True for one paragraph at least, and False for one.
    shares : array of shape (n_labels,)
        The difference found.
    """
    n, k = len(proba), int(in_enrichment.sum())
    squared = float(shares @ shares)
    weight = 1.0 / k + 1.0 / (n - k)
    centred = proba - proba.sum(axis=0) / n
    if _n_divisions(n, k) <= _MAX_EXACT:
        differences = _divisions(n, k) @ centred * weight
        found = np.einsum("ij,ij->i", differences, differences)
        return float(np.mean(found >= squared - _TINY))
    covariance = centred.T @ centred / (n - 1) * weight
    trace, square = float(covariance.trace()), float(np.vdot(covariance, covariance))
    if square < _TINY**2:
        return 1.0
    return _chi_square_tail(squared * trace / square, trace**2 / square)


def _n_divisions(n: int, k: int) -> float:
    """Return the number of choices, or infinity where it need not be worked out."""
    return math.comb(n, k) if n <= _MAX_EXACT else math.inf


@lru_cache(maxsize=64)
def _divisions(n: int, k: int) -> Floats:
    """Return every choice of k of n, shape (n_choices, n)."""
    masks = np.zeros((math.comb(n, k), n))
    for row, chosen in enumerate(combinations(range(n), k)):
        masks[row, list(chosen)] = 1.0
    masks.setflags(write=False)
    return masks


def _chi_square_tail(value: float, freedom: float) -> float:
    """Return the upper tail of a chi-square variable (Wilson and Hilferty's cube root)."""
    scale = 2.0 / (9.0 * freedom)
    z = ((value / freedom) ** (1.0 / 3.0) - 1.0 + scale) / math.sqrt(scale)
    return 0.5 * math.erfc(z / math.sqrt(2.0))
