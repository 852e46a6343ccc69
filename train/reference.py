"""What is usual in the training text: measured on articles that the model did not see."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stance.features import tokenize
from stance.likeness import MIN_ARTICLES, Reference, count_bins, distance_of

N_DRAWS: Final = 200
USUAL: Final = 0.99
SEED: Final = 20260


def measure_reference(
    texts: Sequence[str],
    groups: Sequence[str],
    proba: NDArray[np.float64],
    vocabulary: Collection[str],
    min_df: int,
    also: tuple[Sequence[str], Sequence[str]] = ((), ()),
    known: Collection[str] = (),
) -> Reference:
    """Measure what is usual among twenty articles of one training source.

    A word counts as known where the model would know it without the paragraph's own group: where
    it is in `vocabulary`, and `min_df` paragraphs of other groups hold it. What a group's name has
    before its first ``/`` is its source.

    Parameters
    ----------
    proba : array of shape (n_texts, n_labels)
        Calibrated, each from a model that saw no text of the group.
    also : texts and their groups
        Further texts that the model has learnt words from.
    known : collection of str
        Words that a base model knows, whatever these texts hold.
    """
    counts = _unknown(texts, groups, vocabulary, min_df, also, set(known))
    members: dict[str, list[int]] = defaultdict(list)
    for i, group in enumerate(groups):
        members[group].append(i)
    sources: dict[str, list[list[int]]] = defaultdict(list)
    for group, found in members.items():
        sources[group.split("/")[0] if "/" in group else ""].append(found)
    cumulative = np.cumsum(count_bins(proba)) / len(proba)
    random = np.random.default_rng(SEED)
    unknown_max = distance_max = 0.0
    for articles in sources.values():
        if len(articles) < MIN_ARTICLES and len(sources) > 1:
            continue
        unknowns, distances = [], []
        for _ in range(N_DRAWS):
            drawn = [articles[i] for i in random.integers(0, len(articles), MIN_ARTICLES)]
            one = counts[[article[random.integers(len(article))] for article in drawn]]
            unknowns.append(one[:, 1].sum() / max(one[:, 0].sum(), 1))
            rows = [i for article in drawn for i in article]
            distances.append(distance_of(count_bins(proba[rows]), cumulative.tolist()))
        unknown_max = max(unknown_max, float(np.quantile(unknowns, USUAL)))
        distance_max = max(distance_max, float(np.quantile(distances, USUAL)))
    unknown = counts[:, 1].sum() / max(counts[:, 0].sum(), 1)
    rounded = [min(round(float(value), 4), 1.0) for value in cumulative]
    return Reference(
        round(float(unknown), 4), round(unknown_max, 4), tuple(rounded), round(distance_max, 4)
    )


def _unknown(
    texts: Sequence[str],
    groups: Sequence[str],
    vocabulary: Collection[str],
    min_df: int,
    also: tuple[Sequence[str], Sequence[str]],
    known: set[str],
) -> NDArray[np.int64]:
    """Return words and unknown words of each text, shape (n_texts, 2)."""
    words = [[token.text for token in tokenize(text)] for text in (*texts, *also[0])]
    everywhere: Counter[str] = Counter()
    inside: dict[str, Counter[str]] = defaultdict(Counter)
    for found, group in zip(words, (*groups, *also[1]), strict=True):
        different = set(found)
        everywhere.update(different)
        inside[group].update(different)
    learnt = set(vocabulary)
    counts = np.zeros((len(texts), 2), dtype=np.int64)
    for row, found, group in zip(counts, words, groups, strict=False):
        own = inside[group]
        row[:] = (
            len(found),
            sum(
                word not in known and (word not in learnt or everywhere[word] - own[word] < min_df)
                for word in found
            ),
        )
    return counts


def widest(first: Reference, second: Reference | None) -> Reference:
    """Return the first reference, with the limits of whichever of both is wider."""
    if second is None:
        return first
    return Reference(
        first.unknown,
        max(first.unknown_max, second.unknown_max),
        first.cumulative,
        max(first.distance_max, second.distance_max),
    )
