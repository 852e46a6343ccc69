"""TfidfVectorizer + LogisticRegression: one seed, one set of settings, choices by article."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import Pipeline
from tqdm import tqdm

from stance.artefact import Artefact, keys_of
from stance.features import FAMILIES, family_of, terms
from stance.labels import LABELS
from stance.scoring import softmax
from stance.shares import DEFAULT_MIX, MixSettings
from train.names import Nameless
from train.soft import N_FOLDS as N_FOLDS
from train.soft import SoftRows, fold_of
from train.student import fit_student, remembered_terms

SEED = 20260
C = 5.0
MIN_DF = 2


@dataclass(frozen=True)
class Rows:
    """Training rows as columns: texts, label numbers, groups and weights, all of one length."""

    texts: list[str]
    y: NDArray[np.int64]
    groups: list[str]
    weights: NDArray[np.float64]

    def take(self, index: NDArray[np.int64]) -> "Rows":
        """Return the rows at `index`."""
        texts, groups = [self.texts[i] for i in index], [self.groups[i] for i in index]
        return Rows(texts, self.y[index], groups, self.weights[index])


def make_pipeline(analyzer: Callable[[str], Sequence[str]] = remembered_terms) -> Pipeline:
    """Return the unfitted pipeline with the settings found best (docs: accuracy)."""
    vectorizer = TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, min_df=MIN_DF)
    model = LogisticRegression(C=C, class_weight="balanced", max_iter=1000, tol=1e-4)
    return Pipeline([("tfidf", vectorizer), ("model", model)])


def fit(rows: Rows, make: Callable[[], Pipeline] | None = None) -> Pipeline:
    """Fit the pipeline, the model's own without names where `make` is None, on all rows."""
    pipeline = make() if make else make_pipeline(Nameless(remembered_terms, rows.texts))
    return pipeline.fit(rows.texts, rows.y, model__sample_weight=rows.weights)


def fold_numbers(rows: Rows) -> NDArray[np.int64]:
    """Return the fold of each row; the rows of a group are in one fold."""
    return np.array([fold_of(group) for group in rows.groups], dtype=np.int64)


def cross_validate(
    rows: Rows,
    may_train: NDArray[np.bool_] | None = None,
    make: Callable[[], Pipeline] | None = None,
    soft: SoftRows | None = None,
    only: Collection[int] = range(N_FOLDS),
) -> NDArray[np.float64]:
    """Return decision values of each row from a model that saw no row of its group.

    `may_train` keeps rows out of every training part, None keeps none; `make` gives another
    pipeline than the model's own. Soft rows train a fold only where a teacher never saw it. Rows
    of folds that are not in `only` get zeros.
    """
    decisions = np.zeros((len(rows.y), len(LABELS)))
    folds = fold_numbers(rows)
    for fold in tqdm(range(N_FOLDS), desc="cross-validation", unit="fold", disable=None):
        test = np.flatnonzero(folds == fold)
        usable = folds != fold if may_train is None else (folds != fold) & may_train
        if not len(test) or fold not in only:
            continue
        train = rows.take(np.flatnonzero(usable))
        if soft and fold in soft.by_fold:
            pipeline = fit_student(train.texts, train.y, train.weights, *soft.without(fold))
        else:
            pipeline = fit(train, make)
        decisions[test] = pipeline.decision_function(rows.take(test).texts)
    return decisions


def taught(rows: Rows, soft: SoftRows | None) -> NDArray[np.bool_]:
    """Say of each row whether a teacher never saw it, or of all where there is no teacher."""
    if not soft:
        return np.ones(len(rows.y), dtype=bool)
    return np.isin(fold_numbers(rows), list(soft.by_fold))


def fit_temperature(decisions: NDArray[np.float64], y: NDArray[np.int64]) -> float:
    """Return the temperature with the least log loss, from a grid of step 0.01."""
    grid = np.arange(0.20, 3.0, 0.01)
    picked = np.arange(len(y))
    losses = [-np.log(softmax(decisions, t)[picked, y] + 1e-12).mean() for t in grid]
    return round(float(grid[int(np.argmin(losses))]), 2)


def unsure_threshold(proba: NDArray[np.float64], share: float = 0.2) -> float:
    """Return the largest probability below which the least certain `share` of rows lies."""
    return round(float(np.quantile(proba.max(axis=1), share)), 3)


def unsure_figures(
    proba: NDArray[np.float64], y: NDArray[np.int64], unsure_below: float
) -> dict[str, float]:
    """Return the share of unsure rows, and the accuracy of all, of the sure and the unsure."""
    right, unsure = proba.argmax(axis=1) == y, proba.max(axis=1) < unsure_below
    return {
        "below": unsure_below,
        "share": round(float(unsure.mean()), 4),
        "accuracy": round(float(right.mean()), 4),
        "accuracy_sure": round(float(right[~unsure].mean()), 4) if not unsure.all() else 0.0,
        "accuracy_unsure": round(float(right[unsure].mean()), 4) if unsure.any() else 0.0,
    }


def majority_decisions(y: NDArray[np.int64], n_labels: int = len(LABELS)) -> NDArray[np.float64]:
    """Return decision values that always choose the most frequent label."""
    return np.tile(np.bincount(y, minlength=n_labels).astype(np.float64), (len(y), 1))


def calibration_error(proba: NDArray[np.float64], y: NDArray[np.int64], n_bins: int = 15) -> float:
    """Expected calibration error of the top probability over equal-width bins, 0 to 1."""
    top, right = proba.max(axis=1), proba.argmax(axis=1) == y
    bins = np.minimum((top * n_bins).astype(int), n_bins - 1)
    gaps = [abs(top[bins == b].sum() - right[bins == b].sum()) for b in range(n_bins)]
    return float(sum(gaps) / len(y))


def figures(decisions: NDArray[np.float64], y: NDArray[np.int64]) -> dict[str, Any]:
    """Return macro-F1 and F1 by label of decision values."""
    each = f1_score(y, decisions.argmax(axis=1), labels=range(len(LABELS)), average=None)
    by_label = {label: round(float(f), 4) for label, f in zip(LABELS, each, strict=True)}
    return {"macro_f1": round(float(each.mean()), 4), "f1": by_label}


def to_artefact(
    pipeline: Pipeline,
    temperature: float,
    unsure_below: float,
    provenance: dict[str, Any],
    mix: MixSettings = DEFAULT_MIX,
    labels: tuple[str, ...] = LABELS,
) -> tuple[Artefact, list[str]]:
    """Return a fitted pipeline as an artefact and its vocabulary, frequent terms first.

    Weights and idf are rounded to 16 bits: probabilities change in the fourth digit, and the
    model takes three quarters of the room.
    """
    vectorizer, model = pipeline["tfidf"], pipeline["model"]
    names = [str(term) for term in vectorizer.get_feature_names_out()]
    keys, idf = keys_of(names), vectorizer.idf_.astype(np.float16)
    order = np.argsort(idf, kind="stable")
    weights, intercept = model.coef_, model.intercept_
    if len(weights) == 1:  # scikit-learn has one row of two labels: the second against the first
        weights, intercept = (np.concatenate([-v / 2.0, v / 2.0]) for v in (weights, intercept))
    found = set(map(family_of, names))
    return (
        Artefact(
            labels=labels,
            keys=keys[order],
            idf=idf[order],
            weights=weights.T[order].astype(np.float16),
            intercept=intercept.astype(np.float64),
            temperature=temperature,
            unsure_below=unsure_below,
            mix=mix,
            families=tuple(family for family in FAMILIES if family in found),
            provenance=provenance,
        ),
        [names[i] for i in order],
    )


def from_artefact(artefact: Artefact, vocabulary: Sequence[str]) -> Pipeline:
    """Return the scikit-learn pipeline that an artefact stands for, the inverse of `to_artefact`.

    Its analyzer, idf, weights and calibration are the artefact's own; ``predict_proba`` gives the
    probabilities that stance gives.
    """
    analyzer = partial(terms, settings=artefact.features)
    vectorizer = TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, vocabulary=vocabulary)
    vectorizer.idf_ = artefact.idf.astype(np.float64)
    model = LogisticRegression()
    model.classes_ = np.array(artefact.labels)
    model.coef_ = artefact.weights.T.astype(np.float64) / artefact.temperature
    model.intercept_ = artefact.intercept / artefact.temperature
    return Pipeline([("tfidf", vectorizer), ("model", model)])
