"""Soft labels: what teachers think of paragraphs that nobody labelled, kept by hash.

Each teacher was fine-tuned without the articles of one fold (``fold_of``), which its column names.
A student that is measured on a fold learns from the teacher that never saw that fold's labels; the
model that ships learns from the mean of all teachers. So a figure on a fold is of texts new to
teacher and student alike.
"""

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stance.labels import LABELS
from train.errors import CorpusError
from train.leaks import NEAR, make_index
from train.units import sha_of

N_FOLDS: Final = 5
_DIGITS: Final = 3


@dataclass(frozen=True)
class SoftRows:
    """Unlabelled paragraphs and what each teacher thinks of them.

    Attributes
    ----------
    texts, groups : list of str
        Paragraphs and the article group of each.
    by_fold : mapping of int to array of shape (n_paragraphs, n_labels)
        Probabilities, by the fold whose labels the teacher never saw.
    """

    texts: list[str]
    groups: list[str]
    by_fold: Mapping[int, NDArray[np.float64]]

    def without(self, fold: int) -> tuple[list[str], NDArray[np.float64]]:
        """Return texts of no group of a fold, and what the teacher that never saw it thinks."""
        kept = [i for i, group in enumerate(self.groups) if fold_of(group) != fold]
        return [self.texts[i] for i in kept], self.by_fold[fold][kept]

    def mean(self) -> NDArray[np.float64]:
        """Return the mean over the teachers, shape (n_paragraphs, n_labels)."""
        return np.asarray(np.mean(list(self.by_fold.values()), axis=0))


def fold_of(group: str) -> int:
    """Return the fold of a group: by its hash, so that new labels move no other article."""
    return int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) % N_FOLDS


def write_soft(path: Path, shas: Sequence[str], by_fold: Mapping[int, NDArray[np.float64]]) -> None:
    """Write one line per paragraph: its hash, and three digits per label and teacher."""
    folds = sorted(by_fold)
    order = np.argsort(np.array(shas), kind="stable")
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(["sha", *(f"without_fold_{fold}" for fold in folds)])
        for i in order:
            writer.writerow([shas[i], *(_digits(by_fold[fold][i]) for fold in folds)])


def _digits(proba: NDArray[np.float64]) -> str:
    top = 10**_DIGITS - 1
    return "".join(f"{min(top, round(float(p) * top)):0{_DIGITS}}" for p in proba)


def near_groups(
    paragraphs: Iterable[tuple[str, str, str]], texts: Sequence[str], groups: Sequence[str]
) -> list[tuple[str, str, str]]:
    """Turn (text, corpus, group) into (sha, text, group), with the group of a labelled near-copy.

    So a paragraph that nearly repeats a labelled one is kept out of the fold of that one.
    """
    index = make_index(texts)
    found = []
    for text, _, group in paragraphs:
        similarity, nearest = index.nearest(text)
        found.append((sha_of(text), text, groups[nearest] if similarity >= NEAR else group))
    return found


def read_soft(path: Path, paragraphs: Iterable[tuple[str, str, str]]) -> SoftRows:
    """Join soft labels to `paragraphs`, which are (sha, text, group).

    Hashes without a paragraph are passed over: a paragraph may have been labelled since.

    Raises
    ------
    CorpusError
        If a line is not a hash and twelve digits per teacher.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        folds = [int(name.rsplit("_", 1)[1]) for name in next(reader)[1:]]
        digits = {}
        for row in reader:
            if any(len(d) != _DIGITS * len(LABELS) or not d.isdecimal() for d in row[1:]):
                raise CorpusError(f"{path.name}: expected digits behind {row[0]}, found {row[1:]}")
            digits[row[0]] = row[1:]
    found = [item for item in paragraphs if item[0] in digits]
    by_fold = {
        fold: np.array([_proba(digits[sha][column]) for sha, _, _ in found]).reshape(
            -1, len(LABELS)
        )
        for column, fold in enumerate(folds)
    }
    return SoftRows([text for _, text, _ in found], [group for _, _, group in found], by_fold)


def _proba(digits: str) -> NDArray[np.float64]:
    values = np.array([float(digits[i : i + _DIGITS]) for i in range(0, len(digits), _DIGITS)])
    return np.asarray(values / max(values.sum(), 1.0))
