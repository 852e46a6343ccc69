"""Texts -> vectors of hashed words, for their likeness; no model is needed."""

import math
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stance.features import tokenize

N_DIMENSIONS: Final = 512
SAME: Final = 0.5  # share of the shorter text's word triples in the other one
Triples = frozenset[tuple[str, str, str] | tuple[str, ...]]


def words_of(text: str) -> list[str]:
    """Return the words of a text, in small letters; a number is a run of zeros."""
    return [token.text for token in tokenize(text)]


def word_vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return vectors of length 1 (0 for a text without words), shape (n_texts, 512).

    Words weigh by their rarity among these texts and are hashed to a place and a sign; the dot
    product of two texts is near the cosine of their weighted words (Weinberger and others, 2009).
    """
    found = [set(words_of(text)) for text in texts]
    frequency = Counter(word for words in found for word in words)
    vectors = np.zeros((len(texts), N_DIMENSIONS), dtype=np.float32)
    places: dict[str, tuple[int, float]] = {}
    for row, words in zip(vectors, found, strict=True):
        for word in sorted(words):
            if word not in places:
                code = zlib.crc32(word.encode("utf-8", "surrogatepass"))
                weight = 1.0 + math.log(len(texts) / frequency[word])
                places[word] = (code % N_DIMENSIONS, weight if code >> 31 else -weight)
            place, weight = places[word]
            row[place] += weight
    norms = np.sqrt(np.square(vectors).sum(axis=1, keepdims=True))
    return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)


def triples_of(text: str) -> Triples:
    """Return the runs of three words; a shorter text is one run."""
    words = words_of(text)
    if len(words) < 3:
        return frozenset([tuple(words)])
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def alike(a: Triples, b: Triples) -> bool:
    """Whether two texts are near-duplicates."""
    return len(a & b) >= SAME * min(len(a), len(b))
