"""Words that give a label away, and groups that behave unlike the rest."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2_contingency, fisher_exact

from stance.features import tokenize

MIN_ROWS: Final = 10
PRECISION: Final = 0.9
RECALL: Final = 0.5
LEVEL: Final = 0.01


@dataclass(frozen=True)
class Giveaway:
    """A word that nearly only one label has, and most rows of it."""

    word: str
    label: int
    precision: float
    recall: float
    n: int


@dataclass(frozen=True)
class OddGroup:
    """A group that behaves unlike the rest: what of, its figure and that of the rest, and p.

    ``what`` is ``accuracy`` (how often the model of the other groups agrees with the labels) or
    the number of the label that is most over- or underrepresented.
    """

    group: str
    n: int
    what: str | int
    here: float
    elsewhere: float
    p_value: float


def find_giveaways(texts: Sequence[str], y: NDArray[np.int64], n_labels: int) -> list[Giveaway]:
    """Return words in ten rows or more, nine tenths of one label and half of that label's rows."""
    together: list[Counter[str]] = [Counter() for _ in range(n_labels)]
    for text, label in zip(texts, y.tolist(), strict=True):
        together[label].update({token.text for token in tokenize(text)})
    everywhere = sum(together, Counter())
    found = []
    for label, words in enumerate(together):
        n_rows = int((y == label).sum())
        for word, n in words.items():
            precision, recall = n / everywhere[word], n / n_rows
            if n >= MIN_ROWS and precision >= PRECISION and recall >= RECALL:
                found.append(Giveaway(word, label, precision, recall, everywhere[word]))
    return sorted(found, key=lambda one: (-one.precision * one.recall, one.word))


def find_odd_groups(
    groups: Sequence[str], y: NDArray[np.int64], right: NDArray[np.bool_], n_labels: int
) -> list[OddGroup]:
    """Return groups of ten rows or more whose labels or errors differ from the rest.

    Fisher's exact test of accuracy and a chi-square test of labels, group against rest, with
    Holm's correction over all of them at 1 %.

    Parameters
    ----------
    right : array of shape (n_rows,)
        Whether a model that saw no row of the group agrees with the label given.
    """
    names = np.array(groups)
    tests = []
    for name, n in Counter(groups).items():
        inside = names == name
        if n < MIN_ROWS or n == len(y):
            continue
        sides = (inside, ~inside)
        table = np.array([[(right & side).sum(), (~right & side).sum()] for side in sides])
        p_value = float(fisher_exact(table).pvalue)
        here, elsewhere = float(right[inside].mean()), float(right[~inside].mean())
        tests.append(OddGroup(name, n, "accuracy", here, elsewhere, p_value))
        tests.append(_labels_test(name, n, inside, y, n_labels))
    tests.sort(key=lambda one: one.p_value)
    found = []
    for rank, one in enumerate(tests):
        if one.p_value * (len(tests) - rank) > LEVEL:
            break
        found.append(one)
    return found


def _labels_test(
    name: str, n: int, inside: NDArray[np.bool_], y: NDArray[np.int64], n_labels: int
) -> OddGroup:
    counts = np.array([np.bincount(y[side], minlength=n_labels) for side in (inside, ~inside)])
    shares = counts / counts.sum(axis=1, keepdims=True)
    present = counts.sum(axis=0) > 0
    p_value = float(chi2_contingency(counts[:, present]).pvalue)
    label = int(np.abs(shares[0] - shares[1]).argmax())
    return OddGroup(name, n, label, float(shares[0, label]), float(shares[1, label]), p_value)
