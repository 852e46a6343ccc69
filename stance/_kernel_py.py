"""The kernel in Python, the twin of ``_kernel.c``: same class, signatures and results.

It is used where the native one was not built, and says what the native one has to compute.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from stance.features import FAMILIES, Token, combine, token_hash, tokenize
from stance.line_scan import scan_lines as scan_lines

_WORD, _PAIR, _SKIP, _STEM, _ZONE, _QUOTED, _HEDGE, _AFTER = range(len(FAMILIES))
_BATCH = 512
_MAX_RUN = 1024  # full slots side by side in the native table

Occurrence = tuple[int, int, int, int]
"""Key, number of the family, start and end of the span."""


class Kernel:
    """Terms, counts and decision values of paragraphs, by keys: no term's string is ever built.

    Hashes of tokens are remembered, at most ``max_cached`` of them, so memory stays bounded.

    Parameters
    ----------
    keys : array of shape (n_terms,), uint64
        Each once, in any order; those of frequent terms first are fastest.
    rows : array of shape (n_terms, 1 + n_labels), float32
        The idf of a term, then its weights.
    intercept : array of shape (n_labels,), float64
    hedges : array of uint64
        Hashes of the tokens that count as hedges.
    families : int
        Bit n is set where a term of family n is known; other families are not looked up.
    stem_chars, zone_tokens, hedge_zone_tokens, hedge_reach_tokens : int
        See ``stance.features.FeatureSettings``.
    """

    max_cached = 200_000

    def __init__(
        self,
        keys: NDArray[np.uint64],
        rows: NDArray[np.float32],
        intercept: NDArray[np.float64],
        hedges: NDArray[np.uint64],
        families: int,
        stem_chars: int,
        zone_tokens: int,
        hedge_zone_tokens: int,
        hedge_reach_tokens: int,
    ) -> None:
        if len(keys) == 0 or rows.shape != (len(keys), 1 + len(intercept)):
            raise ValueError("sizes of keys, rows, intercept and hedges disagree")
        order = np.argsort(keys, kind="stable")
        self._keys, self._intercept = keys[order], intercept
        twice = order[1:][self._keys[1:] == self._keys[:-1]]
        if len(twice):
            raise ValueError(f"keys[{twice.min()}]: occurs twice")
        if _longest_run(self._keys) > _MAX_RUN:
            raise ValueError("keys: too many close together, so that look-ups would crawl")
        self._idf = rows[order, 0].astype(np.float64)
        self._weights = rows[order, 1:].astype(np.float64)
        self._families = {n for n in range(len(FAMILIES)) if families >> n & 1}
        self._hedges = frozenset(hedges.tolist())
        self._settings = (stem_chars, zone_tokens, hedge_zone_tokens, hedge_reach_tokens)
        self._hashes: dict[str, int] = {}

    def decision_values(self, texts: Sequence[str], out: NDArray[np.float64], /) -> None:
        """Fill `out`, shape (n_paragraphs, n_labels), with decision values.

        Raises
        ------
        TypeError
            If an element is not a str; names its position.
        ValueError
            If `out` has another size.
        """
        texts = tuple(texts)
        for i, text in enumerate(texts):
            if not isinstance(text, str):
                raise TypeError(f"texts[{i}]: expected str, found {type(text).__name__}")
        n_labels = len(self._intercept)
        if out.nbytes != len(texts) * n_labels * 8:
            raise ValueError(
                f"out: expected {len(texts) * n_labels} values of 8 bytes, found {out.nbytes} bytes"
            )
        for i in range(0, len(texts), _BATCH):
            out[i : i + _BATCH] = self._score(texts[i : i + _BATCH])

    def explain(self, text: str, /) -> tuple[bytes | bytearray, bytes | bytearray]:
        """Return each known term where it occurs, in the order of ``features.iter_terms``.

        Returns
        -------
        occurrences : int64 values, shape (n_occurrences, 3)
            Number of the family, start and end of the span.
        contributions : float64 values, shape (n_occurrences, n_labels)
            They and the intercept add up to the decision values.
        """
        if not isinstance(text, str):
            raise TypeError(f"text: expected str, found {type(text).__name__}")
        found = list(self._iter_occurrences(text))
        flat = np.array([key for key, *_ in found], dtype=np.uint64)
        columns, known = self._look_up(flat)
        spans = np.array([span for _, *span in found], dtype=np.int64).reshape(-1, 3)[known]
        terms, inverse, counts = np.unique(columns[known], return_inverse=True, return_counts=True)
        values = (1.0 + np.log(counts)) * self._idf[terms]
        norm = np.sqrt(np.square(values).sum()) or 1.0
        parts = self._weights[terms] * (values / (norm * counts))[:, None]
        return spans.tobytes(), np.ascontiguousarray(parts[inverse]).tobytes()

    def _score(self, texts: Sequence[str]) -> NDArray[np.float64]:
        keys = [[key for key, *_ in self._iter_occurrences(text)] for text in texts]
        rows = np.repeat(np.arange(len(texts)), [len(row) for row in keys])
        flat = np.fromiter(chain.from_iterable(keys), np.uint64, len(rows))
        columns, known = self._look_up(flat)
        cells, counts = np.unique(
            rows[known] * len(self._keys) + columns[known], return_counts=True
        )
        rows, columns = np.divmod(cells, len(self._keys))
        values = (1.0 + np.log(counts)) * self._idf[columns]
        norms = np.sqrt(np.bincount(rows, values**2, minlength=len(texts)))
        norms[norms == 0.0] = 1.0
        decisions = np.empty((len(texts), len(self._intercept)))
        for label in range(decisions.shape[1]):
            total = np.bincount(rows, values * self._weights[columns, label], len(texts))
            decisions[:, label] = total / norms + self._intercept[label]
        return decisions

    def _look_up(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        columns = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return columns, np.asarray(self._keys[columns] == keys)

    def _iter_occurrences(self, text: str) -> Iterator[Occurrence]:
        found = iter_occurrences(tokenize(text), self._hedges, *self._settings, self._hash)
        return (occurrence for occurrence in found if occurrence[1] in self._families)

    def _hash(self, token: str) -> int:
        value = self._hashes.get(token)
        if value is None:
            value = token_hash(token)
            if len(self._hashes) < self.max_cached and len(token) < 40:
                self._hashes[token] = value
        return value


def _longest_run(keys: NDArray[np.uint64]) -> int:
    """Return how many slots of the native kernel's table stand full side by side, at most."""
    table_bits = max(1, (2 * len(keys) - 1).bit_length())
    numbers = np.arange(len(keys))
    wanted = (keys >> np.uint64(64 - table_bits)).astype(np.int64)
    taken = np.maximum.accumulate(wanted - numbers) + numbers
    edges = np.flatnonzero(np.diff(taken) > 1) + 1
    return int(np.diff(edges, prepend=0, append=len(keys)).max())


def iter_occurrences(
    tokens: Sequence[Token],
    hedges: frozenset[int],
    stem_chars: int,
    zone_tokens: int,
    hedge_zone_tokens: int,
    hedge_reach_tokens: int,
    hash_of: Callable[[str], int] = token_hash,
) -> Iterator[Occurrence]:
    """Yield the key of every term, its family and span, in the order of ``features.iter_terms``."""
    hashes = [hash_of(token.text) for token in tokens]
    n_hedges = n_zone_hedges = n_reached = 0
    for i, (token, value) in enumerate(zip(tokens, hashes, strict=True)):
        start, end = token.start, token.end
        yield combine(_WORD, value), _WORD, start, end
        if i + 1 < len(hashes):
            yield combine(_PAIR, value, hashes[i + 1]), _PAIR, start, tokens[i + 1].end
        if i + 2 < len(hashes):
            yield combine(_SKIP, value, hashes[i + 2]), _SKIP, start, tokens[i + 2].end
        if len(token.text) > stem_chars:
            yield combine(_STEM, hash_of(token.text[:stem_chars])), _STEM, start, end
        if i < zone_tokens:
            yield combine(_ZONE, hash_of(token.text[:stem_chars])), _ZONE, start, end
        if token.quoted:
            yield combine(_QUOTED, value), _QUOTED, start, end
        if n_reached:
            n_reached -= 1
            yield combine(_AFTER, hash_of(token.text[:stem_chars])), _AFTER, start, end
        if value in hedges:
            n_reached = hedge_reach_tokens
            n_hedges += 1
            n_zone_hedges += i < hedge_zone_tokens
            yield combine(_HEDGE, hash_of("hedge")), _HEDGE, start, end
    if tokens:
        yield combine(_HEDGE, hash_of(f"zone>{min(n_zone_hedges, 3)}")), _HEDGE, 0, 0
    if n_hedges:
        level = min(3, 30 * n_hedges // len(tokens))
        yield combine(_HEDGE, hash_of(f"hedge>{level}")), _HEDGE, 0, 0
