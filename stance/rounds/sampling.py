"""Which paragraphs of a scored folder are worth labelling."""

import hashlib
import heapq
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from stance.errors import DataError
from stance.rounds.labelled import key_of
from stance.rounds.scored import ScoredFolder, ScoredParagraph, iter_paragraphs
from stance.rounds.vectors import Triples, alike, triples_of, word_vectors

By = Literal["uncertain", "diverse", "random", "disagree"]
STRATEGIES: Final = ("uncertain", "diverse", "random", "disagree")
MIN_WORDS: Final = 5
_POOL_OF_EACH: Final = 20  # candidates held for each paragraph that is wanted
_MIN_POOL: Final = 2_000
Order = Callable[[NDArray[np.float32]], int]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A paragraph to label; ``margin`` and ``entropy`` (0 to 1) of its probabilities.

    ``disagreement`` is the Jensen-Shannon divergence of two models in bits, None for one.
    """

    paragraph: ScoredParagraph
    margin: float
    entropy: float
    disagreement: float | None = None

    @property
    def id(self) -> str:
        """Name of the paragraph: its article and its number there."""
        return f"{self.paragraph.article}:{self.paragraph.n}"


def choose(
    folder: ScoredFolder,
    n: int,
    by: By,
    other: ScoredFolder | None = None,
    done: Collection[str] = (),
    seed: int = 0,
) -> list[Chosen]:
    """Choose paragraphs to label, no two of them near-duplicates.

    Memory holds twenty candidates for each paragraph that is wanted, 2,000 at least.

    Parameters
    ----------
    n : int
        How many; fewer come back where there are not so many different ones.
    by : {"uncertain", "diverse", "random", "disagree"}
        The least certain; spread over what there is; any; where `other`, the same articles scored
        with another model, differs most.
    done : collection of str
        Paragraphs that are labelled already: they and their near-duplicates are not chosen.

    Raises
    ------
    DataError
        If the folder has no text, or `other` is of other articles or labels.
    """
    if not folder.has_text:
        raise DataError(f"{folder.path}: scored with --no-text; score it again without")
    pool = _pool(_candidates(folder, by, other, seed), max(_POOL_OF_EACH * n, _MIN_POOL), done)
    values = np.array([value for value, _ in pool], dtype=np.float32)
    found = [chosen for _, chosen in pool]
    vectors = word_vectors([one.paragraph.text for one in found])
    order = _order_of(by, values, seed)
    known = [triples_of(text) for text in done]
    chosen = [found[i] for i in _spread(found, vectors, order, n, known)]
    if not chosen:
        raise DataError(
            f"{folder.path}: no paragraph of {MIN_WORDS} words or more is left to label"
        )
    return chosen


def _candidates(
    folder: ScoredFolder, by: By, other: ScoredFolder | None, seed: int
) -> Iterator[tuple[float, Chosen]]:
    """Yield every paragraph with its value."""
    pairs: Iterator[tuple[ScoredParagraph, ScoredParagraph | None]]
    if by == "disagree":
        pairs = _pairs(folder, other)
    else:
        pairs = ((paragraph, None) for paragraph in iter_paragraphs(folder))
    for paragraph, second in pairs:
        proba = np.array(paragraph.proba)
        margin, entropy = margin_of(proba), entropy_of(proba)
        chosen = Chosen(paragraph, margin, entropy)
        if second is not None:
            bits = divergence(proba, np.array(second.proba))
            yield bits, Chosen(paragraph, margin, entropy, bits)
        elif by == "uncertain":
            yield (1.0 - margin + entropy) / 2.0, chosen
        else:
            yield _lot(chosen.id, seed), chosen


def _pairs(
    folder: ScoredFolder, other: ScoredFolder | None
) -> Iterator[tuple[ScoredParagraph, ScoredParagraph]]:
    if other is None:
        raise DataError(
            "disagree: needs the same articles scored with another model; give it with --other DIR"
        )
    if other.labels != folder.labels:
        raise DataError(
            f"{other.path}: expected the labels {folder.labels}, found {other.labels}; score with"
            " models of the same labels"
        )
    rows = iter_paragraphs(other)
    for first in iter_paragraphs(folder):
        second = next(rows, None)
        if second is None or (first.article, first.n) != (second.article, second.n):
            raise DataError(
                f"{other.path}: expected paragraph {first.n} of {first.article!r}, as in"
                f" {folder.path}; score the same articles with both models"
            )
        yield first, second


def _pool(
    candidates: Iterator[tuple[float, Chosen]], size: int, done: Collection[str]
) -> list[tuple[float, Chosen]]:
    """Return the candidates of the greatest value, no two of one text, the greatest first."""
    heap: list[tuple[float, int, Chosen]] = []
    seen = {_digest(key_of(text)) for text in done}
    for number, (value, chosen) in enumerate(candidates):
        if len(heap) == size and value <= heap[0][0]:
            continue
        text = chosen.paragraph.text
        if len(text.split()) < MIN_WORDS:
            continue
        digest = _digest(key_of(text))
        if digest in seen:
            continue
        seen.add(digest)
        push = heapq.heappushpop if len(heap) == size else heapq.heappush
        push(heap, (value, -number, chosen))
    return [(value, chosen) for value, _, chosen in sorted(heap, reverse=True)]


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _lot(name: str, seed: int) -> float:
    """Draw a number from 0 to 1 that depends on the paragraph and the seed alone."""
    return int.from_bytes(_digest(f"{seed}/{name}"), "big") / 2.0**64


def _order_of(by: By, values: NDArray[np.float32], seed: int) -> Order:
    """Return the function that picks the next one by its distances from those chosen."""
    if by == "random":
        return lambda distances: int(np.argmax(np.where(distances < 0.0, -1.0, values)))
    if by == "diverse":
        random = np.random.default_rng(seed)

        def draw(distances: NDArray[np.float32]) -> int:
            squares = np.square(np.maximum(distances, 0.0), dtype=np.float64)
            total = squares.sum()
            if total == 0.0:
                return int(np.argmax(distances))
            return int(random.choice(len(squares), p=squares / total))

        return draw
    return lambda distances: int(np.argmax(np.where(distances < 0.0, -1.0, values * distances)))


def _spread(
    found: list[Chosen], vectors: NDArray[np.float32], order: Order, n: int, known: list[Triples]
) -> Iterator[int]:
    """Yield places of up to n candidates; a candidate that is out has the distance -1."""
    distances = np.ones(len(found), dtype=np.float32)
    taken = list(known)
    while len(taken) - len(known) < n and distances.max(initial=-1.0) >= 0.0:
        i = order(distances)
        distances_of_i, triples = 1.0 - vectors @ vectors[i], triples_of(found[i].paragraph.text)
        distances[i] = -1.0
        if any(alike(triples, other) for other in taken):
            continue
        taken.append(triples)
        yield i
        still = distances >= 0.0
        distances[still] = np.clip(distances_of_i[still], 0.0, distances[still])


def margin_of(proba: NDArray[np.float64]) -> float:
    """Return the largest probability minus the next."""
    second, first = np.sort(proba)[-2:]
    return float(first - second)


def entropy_of(proba: NDArray[np.float64]) -> float:
    """Return the entropy as a share of the most that there can be, 0 to 1."""
    present = proba[proba > 0.0]
    return float(max(-(present * np.log(present)).sum(), 0.0) / np.log(len(proba)))


def divergence(p: NDArray[np.float64], q: NDArray[np.float64]) -> float:
    """Return the Jensen-Shannon divergence of two distributions in bits, 0 to 1."""
    middle = (p + q) / 2.0
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [np.where(x > 0.0, x * np.log2(x / middle), 0.0).sum() for x in (p, q)]
    return float(min(max(sum(parts) / 2.0, 0.0), 1.0))
