"""Which words of a paragraph spoke for its label, and which against it."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stance.explanation import Explanation
from stance.features import tokenize

LEVELS: Final = (0.25, 0.5, 0.75)  # of the paragraph's strongest word
FOR, AGAINST = "for", "against"
HEDGES: Final = "(how many hedges)"
_MAX_NAMED: Final = 4
_FLOOR: Final = 0.05  # decision values below it are drawn nowhere


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; ``side`` is ``for``, ``against`` or empty, ``level`` 0 to 3."""

    text: str
    side: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Weight:
    """A word, or what counts for the whole paragraph, with its part in the decision value."""

    text: str
    value: float


@dataclass(frozen=True, slots=True)
class Decision:
    """A paragraph's text in pieces, and the words with the largest parts on either side."""

    pieces: tuple[Piece, ...]
    words_for: tuple[Weight, ...]
    words_against: tuple[Weight, ...]


def decision_of(found: Explanation, column: int) -> Decision:
    """Say what decided for a label.

    A term's part is its contribution to the label's decision value above its mean contribution to
    the other labels; a term of several words shares it equally among them.

    Parameters
    ----------
    found : Explanation
    column : int
        The label, in the order of ``found.labels``.
    """
    others = np.delete(found.contributions, column, axis=1)
    parts = found.contributions[:, column] - (others.mean(axis=1) if others.size else 0.0)
    spans = [(token.start, token.end) for token in tokenize(found.text)]
    weights, rest = _by_word(spans, found.spans, parts)
    largest = float(np.abs(weights).max(initial=0.0))
    pieces, position = [], 0
    for (start, end), weight in zip(spans, weights.tolist(), strict=True):
        level = sum(abs(weight) >= bound * largest for bound in LEVELS)
        if not level or abs(weight) < _FLOOR:
            continue
        pieces.append(Piece(found.text[position:start]))
        pieces.append(Piece(found.text[start:end], FOR if weight > 0 else AGAINST, level))
        position = end
    pieces.append(Piece(found.text[position:]))
    named = _named(found.text, spans, weights, rest)
    return Decision(
        tuple(piece for piece in pieces if piece.text),
        tuple(weight for weight in named if weight.value > _FLOOR)[:_MAX_NAMED],
        tuple(weight for weight in reversed(named) if weight.value < -_FLOOR)[:_MAX_NAMED],
    )


def _by_word(
    words: list[tuple[int, int]], spans: NDArray[np.int64], parts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Return each word's part, and what no word can be given."""
    starts = np.array([start for start, _ in words], dtype=np.int64)
    ends = np.array([end for _, end in words], dtype=np.int64)
    first = np.searchsorted(ends, spans[:, 0], side="right")
    stop = np.searchsorted(starts, spans[:, 1], side="left")
    n = stop - first
    placed = n > 0
    edges = np.zeros(len(words) + 1)
    shares = parts[placed] / n[placed]
    np.add.at(edges, first[placed], shares)
    np.add.at(edges, stop[placed], -shares)
    return edges.cumsum()[:-1], float(parts[~placed].sum())


def _named(
    text: str, words: list[tuple[int, int]], weights: NDArray[np.float64], rest: float
) -> list[Weight]:
    """Return the words with their parts, the largest first; occurrences are added up."""
    sums: defaultdict[str, float] = defaultdict(float)
    for (start, end), weight in zip(words, weights.tolist(), strict=True):
        sums[text[start:end].casefold()] += weight
    found = [Weight(word, value) for word, value in sums.items()]
    if rest:
        found.append(Weight(HEDGES, rest))
    return sorted(found, key=lambda weight: -weight.value)
