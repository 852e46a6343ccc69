"""Duplicates, near-duplicates and held-out articles: found before any split.

Two texts are near-duplicates when they share much of the shorter one's five-word shingles
(runs of five words, case and punctuation ignored). Exact: the same letters and digits.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from train.units import Unit, text_key

SHINGLE_WORDS: Final = 5
NEAR: Final = 0.5  # share of the shorter text's shingles; below, mostly set phrases in common
NEAR_HELD_OUT: Final = 0.3  # stricter: a row too few costs less than a test that has been seen
MIN_SHARED: Final = 3  # shingles; a shared run of seven words, so that no single phrase counts
MAX_POSTINGS: Final = 100  # a shingle of more texts is boilerplate; it would cost quadratic time

_WORD = re.compile(r"\w+")

HELD_OUT_CSV: Final = Path(__file__).resolve().parent / "data" / "held_out_articles.csv"


def shingles(text: str) -> frozenset[str]:
    """Return the five-word runs of a text; a shorter text is one run."""
    words = _WORD.findall(text.casefold())
    n_runs = max(1, len(words) - SHINGLE_WORDS + 1)
    return frozenset(" ".join(words[i : i + SHINGLE_WORDS]) for i in range(n_runs))


@dataclass(frozen=True)
class Index:
    """Texts by shingle: ``postings[shingle]`` are numbers of texts, ``sizes`` their shingles."""

    postings: dict[str, list[int]]
    sizes: list[int]
    keys: dict[str, int]

    def nearest(self, text: str) -> tuple[float, int]:
        """Return the greatest similarity to an indexed text, 0 to 1, and its number or -1."""
        return max(self.similar(text), default=(0.0, -1))

    def similar(self, text: str) -> Iterator[tuple[float, int]]:
        """Yield (similarity, number) of each indexed text that has shingles in common."""
        exact = self.keys.get(text_key(text))
        if exact is not None:
            yield 1.0, exact
        runs = shingles(text)
        lists = (self.postings.get(run, ()) for run in runs)
        shared = Counter(i for posting in lists if len(posting) <= MAX_POSTINGS for i in posting)
        for i, n_shared in shared.items():
            if n_shared >= MIN_SHARED and i != exact:
                yield n_shared / min(len(runs), self.sizes[i]), i

    def add(self, text: str) -> None:
        """Append a text under the next number."""
        number, runs = len(self.sizes), shingles(text)
        for run in runs:
            self.postings[run].append(number)
        self.sizes.append(len(runs))
        self.keys.setdefault(text_key(text), number)


def make_index(texts: Iterable[str] = ()) -> Index:
    """Index texts in their order."""
    index = Index(defaultdict(list), [], {})
    for text in texts:
        index.add(text)
    return index


def near_pairs(texts: Sequence[str], at_least: float = NEAR) -> list[tuple[int, int, float]]:
    """Return every pair (earlier, later, similarity) of near or exact duplicates."""
    index, pairs = make_index(), []
    for later, text in enumerate(texts):
        pairs += [(i, later, similarity) for similarity, i in index.similar(text)]
        index.add(text)
    return [pair for pair in pairs if pair[2] >= at_least]


def merge_groups(texts: Sequence[str], groups: Sequence[str]) -> list[str]:
    """Give groups that share a near-duplicate one name, so that no split can part them."""
    leader = {group: group for group in groups}

    def find(group: str) -> str:
        while leader[group] != group:
            group = leader[group]
        return group

    for i, j, _ in near_pairs(texts):
        first, second = sorted((find(groups[i]), find(groups[j])))
        leader[second] = first
    return [find(group) for group in groups]


def held_out_articles(path: Path = HELD_OUT_CSV) -> frozenset[tuple[str, str]]:
    """Return every (corpus, article) of the held-out test, none of which may be used."""
    with path.open(encoding="utf-8", newline="") as lines:
        return frozenset((row["source"], row["article"]) for row in csv.DictReader(lines))


def held_out_index(units: Iterable[Unit]) -> Index:
    """Index the paragraphs of the held-out articles among `units`."""
    articles = held_out_articles()
    return make_index(unit.text for unit in units if (unit.corpus, unit.article) in articles)


def is_held_out(text: str, held: Index) -> bool:
    """Say whether a text is, or nearly is, a paragraph of a held-out article."""
    return held.nearest(text)[0] >= NEAR_HELD_OUT


def drop_held_out(units: Iterable[Unit], held: Index) -> list[Unit]:
    """Leave out every unit of a held-out article, and every near-duplicate of one."""
    articles = held_out_articles()
    return [
        unit
        for unit in units
        if (unit.corpus, unit.article) not in articles and not is_held_out(unit.text, held)
    ]


def report(
    columns: Mapping[str, Sequence[str]],
    folds: Sequence[int] | NDArray[np.int64] = (),
    held: Index | None = None,
) -> dict[str, Any]:
    """Count what could leak, for metrics.json.

    Parameters
    ----------
    columns : mapping
        ``text``, ``group``, ``corpus`` and ``label`` of the rows, equally long.
    folds : sequence of int, or array of shape (n_rows,)
        The fold of each row; empty where there is no split yet.
    held : Index, optional
        The held-out paragraphs, see `held_out_index`; None where no mirror is at hand.

    Returns
    -------
    dict
        ``rows_held_out`` must be 0 (None: not checked); so must ``groups_in_two_folds`` and
        ``near_pairs_in_two_folds``. ``near_pairs`` counts pairs by similarity of at least 1.0
        (exact), .9, .7, .5 and by pair of corpora.
    """
    texts, groups, corpora = (list(columns[name]) for name in ("text", "group", "corpus"))
    pairs = near_pairs(texts)
    by_corpora = Counter(" / ".join(sorted((corpora[i], corpora[j]))) for i, j, _ in pairs)
    labels = list(columns["label"])
    fold_of: dict[str, set[int]] = defaultdict(set)
    for group, fold in zip(groups, folds, strict=False):
        fold_of[group].add(int(fold))
    return {
        "rows": len(texts),
        "groups": len(set(groups)),
        "measure": f"share of the shorter text's {SHINGLE_WORDS}-word shingles",
        "exact_pairs": sum(text_key(texts[i]) == text_key(texts[j]) for i, j, _ in pairs),
        "near_pairs": {f">={s}": sum(p[2] >= s for p in pairs) for s in (1.0, 0.9, 0.7, NEAR)},
        "near_pairs_by_corpora": dict(sorted(by_corpora.items())),
        "near_pairs_of_other_label": sum(labels[i] != labels[j] for i, j, _ in pairs),
        "near_pairs_across_groups": sum(groups[i] != groups[j] for i, j, _ in pairs),
        "groups_in_two_folds": sum(len(seen) > 1 for seen in fold_of.values()),
        "near_pairs_in_two_folds": sum(
            int(folds[i]) != int(folds[j]) for i, j, _ in pairs if len(folds)
        ),
        "held_out_near": NEAR_HELD_OUT,
        "rows_held_out": None if held is None else sum(is_held_out(text, held) for text in texts),
    }
