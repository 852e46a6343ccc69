"""Which paragraphs two parts of an article have in common."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

SAME: Final = 0.7  # share of word triples in common, of all triples of the two paragraphs
_MAX_OWNERS: Final = 20  # triples in more paragraphs are set phrases, and would cost a square
Triples = frozenset[tuple[str, ...]]
_EMPTY: Final[Triples] = frozenset()


def find_shared(texts: Sequence[str], in_enrichment: Sequence[bool]) -> NDArray[np.bool_]:
    """Say for each paragraph whether the other part holds a near-identical one.

    Parameters
    ----------
    texts : sequence of str
    in_enrichment : sequence of bool
        One a paragraph.

    Returns
    -------
    array of shape (n_paragraphs,)
        Paragraphs are near-identical when 70 % of the word triples in either are in both; case
        and punctuation do not matter. Paragraphs without a word are like no other.
    """
    shared = np.zeros(len(texts), dtype=bool)
    if not any(in_enrichment) or all(in_enrichment):
        return shared
    triples = [_triples(text) for text in texts]
    sides: list[set[Triples]] = [set(), set()]
    for kind, side in zip(triples, in_enrichment, strict=True):
        sides[side].add(kind)
    owners: dict[tuple[str, ...], list[Triples]] = defaultdict(list)
    for kind in sides[0]:
        for triple in kind:
            owners[triple].append(kind)
    twins: set[tuple[bool, Triples]] = set()
    for kind in sides[1]:
        for other in _alike(kind, owners):
            twins |= {(True, kind), (False, other)}
    for i, (kind, side) in enumerate(zip(triples, in_enrichment, strict=True)):
        shared[i] = kind != _EMPTY and (bool(side), kind) in twins
    return shared


def _alike(
    kind: Triples,
    owners: dict[tuple[str, ...], list[Triples]],
) -> list[Triples]:
    common: set[Triples] = set()
    for triple in kind:
        found = owners.get(triple, ())
        if len(found) <= _MAX_OWNERS:
            common.update(found)
    return [other for other in common if len(kind & other) >= SAME * len(kind | other)]


def _triples(text: str) -> Triples:
    letters = "".join(c if c.isalnum() else " " for c in text.casefold())
    words = letters.split()
    if len(words) < 3:
        return frozenset([tuple(words)]) if words else _EMPTY
    return frozenset(zip(words, words[1:], words[2:], strict=False))
