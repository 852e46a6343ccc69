"""Exact and near-duplicates of syndicated copy, in one pass and in bounded memory.

The letters and digits of an article, in windows of 16, are sampled by their hash; 64 minima of
permuted hashes estimate the share of windows that two articles have in common (MinHash, Broder
1997). Two articles whose minima agree in one of 16 bands of 4 are compared by all 64.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

N_HASHES: Final = 64
N_BANDS: Final = 16
SAME: Final = 0.7
CAPACITY: Final = 1 << 17
_WINDOW: Final = 16
_BANDS: Final = np.arange(N_BANDS)
_SAMPLED: Final = np.uint64(2**64 // 8)
_KEEP: Final = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789")
_DROP: Final = bytes(byte for byte in range(128) if byte not in _KEEP)
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_generator = np.random.Generator(np.random.PCG64(20_000))
_FACTORS: Final = _generator.integers(0, 2**32, N_HASHES, dtype=np.uint32) | np.uint32(1)
_BAND_FACTORS: Final = _generator.integers(0, 2**64, 4, dtype=np.uint64) | np.uint64(1)


def signatures(texts: Sequence[str]) -> NDArray[np.uint32]:
    """Return the minima of each text, shape (n_texts, 64); 0 where a text has no letter."""
    found = np.zeros((len(texts), N_HASHES), dtype=np.uint32)
    pieces = [_letters(text) for text in texts]
    used = [i for i, piece in enumerate(pieces) if piece]
    if not used:
        return found
    sampled = [_sample(pieces[i]) for i in used]
    starts = np.cumsum([0, *(len(hashes) for hashes in sampled[:-1])])
    hashes = (np.concatenate(sampled) >> np.uint64(29)).astype(np.uint32)  # the sampled are small
    for column, factor in enumerate(_FACTORS):
        found[used, column] = np.minimum.reduceat(hashes * factor, starts)
    return found


class DuplicateTable:
    """Groups of articles that come one after another.

    Holds the first article of each of the last ``capacity`` groups, at most: memory does not
    grow, and a copy of something older counts as new.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._slots = np.zeros((N_BANDS, 2 * capacity), dtype=np.int64)  # 1 + n of a group
        self._minima = np.zeros((capacity, N_HASHES), dtype=np.uint8)
        self._numbers = np.zeros(capacity, dtype=np.int64)
        self._n_groups = 0
        self._n_articles = 0

    def add(self, minima: NDArray[np.uint32]) -> list[int]:
        """Return for each article the number, counted from 0, of its group's first article."""
        keys = (minima.reshape(-1, N_BANDS, N_HASHES // N_BANDS) * _BAND_FACTORS).sum(axis=2)
        slots = (keys * _MIX >> np.uint64(40)) % np.uint64(2 * self._capacity)
        low = minima.astype(np.uint8)
        return [self._add(low[i], slots[i], bool(minima[i].any())) for i in range(len(minima))]

    def _add(self, low: NDArray[np.uint8], slots: NDArray[np.uint64], has_text: bool) -> int:
        number = self._n_articles
        self._n_articles += 1
        if not has_text:
            return number
        found = self._slots[_BANDS, slots].tolist()
        oldest = max(0, self._n_groups - self._capacity)
        near = {group - 1 for group in found if group > oldest}
        if near:
            places = np.array(sorted(near)) % self._capacity
            same = (self._minima[places] == low).sum(axis=1) >= SAME * N_HASHES
            if same.any():
                return int(self._numbers[places[same]].min())
        place = self._n_groups % self._capacity
        self._minima[place], self._numbers[place] = low, number
        self._n_groups += 1
        self._slots[_BANDS, slots] = self._n_groups
        return number


def _letters(text: str) -> bytes:
    """Return lower-case ASCII letters and digits, or UTF-8 where the script is another one."""
    lower = text.lower()
    plain = lower.encode("ascii", "ignore")
    if 2 * len(plain) < len(lower):
        plain = lower.encode("utf-8", "replace")
    return plain.translate(None, _DROP)


def _sample(letters: bytes) -> NDArray[np.uint64]:
    """Return the hashes of windows that are below an eighth of the range, or the least one."""
    hashes = np.frombuffer(letters.ljust(_WINDOW, b" "), dtype=np.uint8).astype(np.uint64)
    for level, factor in enumerate(_BAND_FACTORS):
        width = 1 << level
        hashes = hashes[:-width] * factor + hashes[width:]
    hashes ^= hashes >> np.uint64(29)
    hashes *= _MIX
    chosen = hashes[hashes < _SAMPLED]
    return chosen if len(chosen) else hashes.min(keepdims=True)
