"""Terms times weights: paragraphs -> decision values -> probabilities."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from stance.artefact import Artefact
from stance.features import FAMILIES, HEDGES, FeatureSettings, Token, combine, token_hash, tokenize

_WORD, _PAIR, _SKIP, _STEM, _ZONE, _QUOTED, _HEDGE = range(len(FAMILIES))
_BATCH = 512


class Scorer:
    """Decision values of an artefact, by keys: no term's string is ever built.

    Hashes of tokens are remembered, at most ``max_cached`` of them, so memory stays bounded.
    """

    max_cached = 200_000

    def __init__(self, artefact: Artefact) -> None:
        order = np.argsort(artefact.keys, kind="stable")
        self._keys = artefact.keys[order]
        self._idf = artefact.idf[order].astype(np.float64)
        self._weights = artefact.weights[order].astype(np.float64)
        self._intercept = artefact.intercept
        self._settings = artefact.features
        self._hashes: dict[str, int] = {}

    def decision_function(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return decision values, shape (n_paragraphs, n_labels)."""
        blocks = [self._score(texts[i : i + _BATCH]) for i in range(0, len(texts), _BATCH)]
        if not blocks:
            return np.empty((0, len(self._intercept)))
        return np.concatenate(blocks)

    def _score(self, texts: Sequence[str]) -> NDArray[np.float64]:
        keys = [list(iter_keys(tokenize(t), self._settings, self._hash)) for t in texts]
        rows = np.repeat(np.arange(len(texts)), [len(row) for row in keys])
        flat = np.fromiter(chain.from_iterable(keys), np.uint64, len(rows))
        columns = np.minimum(np.searchsorted(self._keys, flat), len(self._keys) - 1)
        known = self._keys[columns] == flat
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

    def _hash(self, token: str) -> int:
        value = self._hashes.get(token)
        if value is None:
            value = token_hash(token)
            if len(self._hashes) < self.max_cached and len(token) < 40:
                self._hashes[token] = value
        return value


def iter_keys(
    tokens: Sequence[Token], settings: FeatureSettings, hash_of: Callable[[str], int] = token_hash
) -> Iterator[int]:
    """Yield the key of every term, in the order of ``stance.features.iter_terms``."""
    stem = settings.stem_chars
    hashes = [hash_of(token.text) for token in tokens]
    n_hedges = n_zone_hedges = 0
    for i, (token, value) in enumerate(zip(tokens, hashes, strict=True)):
        yield combine(_WORD, value)
        if i + 1 < len(hashes):
            yield combine(_PAIR, value, hashes[i + 1])
        if i + 2 < len(hashes):
            yield combine(_SKIP, value, hashes[i + 2])
        if len(token.text) > stem:
            yield combine(_STEM, hash_of(token.text[:stem]))
        if i < settings.zone_tokens:
            yield combine(_ZONE, hash_of(token.text[:stem]))
        if token.quoted:
            yield combine(_QUOTED, value)
        if token.text in HEDGES:
            n_hedges += 1
            n_zone_hedges += i < settings.hedge_zone_tokens
            yield combine(_HEDGE, hash_of("hedge"))
    if tokens:
        yield combine(_HEDGE, hash_of(f"zone>{min(n_zone_hedges, 3)}"))
    if n_hedges:
        yield combine(_HEDGE, hash_of(f"hedge>{min(3, 30 * n_hedges // len(tokens))}"))


def softmax(decisions: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Turn decision values into probabilities; rows sum to 1."""
    scaled = decisions / temperature
    scaled = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(scaled / scaled.sum(axis=1, keepdims=True))
