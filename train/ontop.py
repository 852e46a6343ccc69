"""A model on top of another one: its weights plus what new rows add to them.

Decision values are the base model's, divided by its temperature, plus those of a logistic
regression whose weights are held near 0: where the new rows say nothing, the base model stands.
The corpora of the base model are not needed.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from stance.artefact import Artefact
from stance.features import terms
from train.student import remembered_terms

Floats = NDArray[np.float64]
C: Final = 5.0
MIN_DF: Final = 2


@dataclass(frozen=True)
class Base:
    """A base model: its artefact and its vocabulary, line n the term of row n."""

    artefact: Artefact
    vocabulary: tuple[str, ...]


def fit_on_top(
    base: Base,
    texts: list[str],
    y: NDArray[np.int64],
    labels: tuple[str, ...],
    weights: Floats | None = None,
) -> Pipeline:
    """Fit rows on top of a base model.

    Parameters
    ----------
    y : array of shape (n_rows,)
        Numbers of `labels`. A label that the base model lacks starts from nothing; one that no
        row has keeps what the base model knows of it.

    Returns
    -------
    Pipeline
        With the steps ``tfidf`` and ``model``, as ``train.fit`` has them.
    """
    vectorizer = _vectorizer(base, texts)
    features = vectorizer.transform(texts).tocsr()
    start, intercept = _start(base, labels, features.shape[1])
    offsets = np.asarray(features @ start.T) + intercept
    counts = np.bincount(y, minlength=len(labels))
    balance = len(y) / (np.count_nonzero(counts) * np.maximum(counts, 1))
    row_weights = balance[y] * (1.0 if weights is None else weights)
    present = np.flatnonzero(counts)
    added, added_intercept = residual(features, y, offsets, row_weights, present)
    model = LogisticRegression()
    model.classes_ = np.arange(len(labels))
    model.coef_, model.intercept_ = start + added, intercept + added_intercept
    return Pipeline([("tfidf", vectorizer), ("model", model)])


def residual(
    features: sparse.csr_matrix,
    y: NDArray[np.int64],
    offsets: Floats,
    row_weights: Floats,
    present: NDArray[np.int64],
) -> tuple[Floats, Floats]:
    """Return the weights, shape (n_labels, n_terms), and intercepts that rows add to offsets.

    Minimises the log loss, times C, plus half the squares of the weights; intercepts are free.
    Only the labels `present` get any, and only they compete: rows that were never given a label
    say nothing against it.
    """
    used = np.flatnonzero(np.bincount(features.indices, minlength=features.shape[1]))
    small = features[:, used]
    n_labels, n_present, n_used = offsets.shape[1], len(present), len(used)
    rows, gold = np.arange(len(y)), np.searchsorted(present, y)
    shape = (n_used + 1, n_present)

    def loss(flat: Floats) -> tuple[float, Floats]:
        found = flat.reshape(shape)
        decisions = offsets[:, present] + small @ found[:-1] + found[-1]
        top = decisions.max(axis=1, keepdims=True)
        proba = np.exp(decisions - top)
        totals = proba.sum(axis=1, keepdims=True)
        logs = decisions[rows, gold] - top[:, 0] - np.log(totals[:, 0])
        proba /= totals
        proba[rows, gold] -= 1.0
        errors = C * row_weights[:, None] * proba
        slope = np.vstack([small.T @ errors + found[:-1], errors.sum(axis=0)])
        value = -C * float(row_weights @ logs) + 0.5 * float(np.square(found[:-1]).sum())
        return value, slope.ravel()

    result = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B",
                      options={"maxiter": 1000, "ftol": 1e-9, "gtol": 1e-4})  # fmt: skip
    found = result.x.reshape(shape)
    added = np.zeros((n_labels, features.shape[1]))
    added[np.ix_(present, used)] = found[:-1].T
    intercept = np.zeros(n_labels)
    intercept[present] = found[-1] - found[-1].mean()
    return added, intercept


def base_decisions(base: Base, decisions: Floats, labels: tuple[str, ...]) -> Floats:
    """Return a base model's decision values in the order of `labels`; 0 of one that it lacks."""
    columns = [base.artefact.labels.index(one) if one in base.artefact.labels else -1
               for one in labels]  # fmt: skip
    wider = np.hstack([decisions / base.artefact.temperature, np.zeros((len(decisions), 1))])
    return np.asarray(wider[:, columns])


def _vectorizer(base: Base, texts: list[str]) -> TfidfVectorizer:
    """Return a vectorizer of the base model's terms, with their idf, and of the new rows' own.

    The idf of a new term is that of a term in as many of all the texts that both models learn from.
    """
    own = TfidfVectorizer(analyzer=remembered_terms, min_df=MIN_DF)
    known = set(base.vocabulary)
    n_base = sum(base.artefact.provenance.get("rows", {}).values())
    try:
        own.fit(texts)
    except ValueError:  # no term occurs in two texts
        names: list[str] = []
        idf = np.zeros(0)
    else:
        names = [str(name) for name in own.get_feature_names_out()]
        frequency = (1.0 + len(texts)) / np.exp(own.idf_ - 1.0)
        idf = np.log((1.0 + n_base + len(texts)) / frequency) + 1.0
    new = [i for i, name in enumerate(names) if name not in known]
    vocabulary = [*base.vocabulary, *(names[i] for i in new)]
    vectorizer = TfidfVectorizer(analyzer=terms, sublinear_tf=True, vocabulary=vocabulary)
    vectorizer.idf_ = np.concatenate([base.artefact.idf.astype(np.float64), idf[new]])
    return vectorizer


def _start(base: Base, labels: tuple[str, ...], n_terms: int) -> tuple[Floats, Floats]:
    weights = base.artefact.weights.T.astype(np.float64) / base.artefact.temperature
    start, intercept = np.zeros((len(labels), n_terms)), np.zeros(len(labels))
    for row, label in enumerate(labels):
        if label in base.artefact.labels:
            column = base.artefact.labels.index(label)
            start[row, : weights.shape[1]] = weights[column]
            intercept[row] = base.artefact.intercept[column] / base.artefact.temperature
    return start, intercept
