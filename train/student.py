"""The shipped model: labels and soft labels -> one TF-IDF + logistic regression, few enough terms.

A paragraph with soft labels counts once per label, weighted by its probability. The terms that
weigh least are dropped, and the rest is fitted again: the size of the model stays below its limit.
"""

import sys
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import normalize

from stance.features import terms
from stance.labels import LABELS
from train.names import Nameless

C: Final = 5.0
MIN_DF: Final = 3
MAX_TERMS: Final = 200_000
SOFT_WEIGHT: Final = 0.5
LEAST_SHARE: Final = 0.03  # a label less probable than this costs a row and teaches nothing


def fit_student(
    texts: list[str],
    y: NDArray[np.int64],
    weights: NDArray[np.float64],
    soft_texts: list[str],
    soft_proba: NDArray[np.float64],
) -> Pipeline:
    """Fit on labelled rows and on soft labels.

    Parameters
    ----------
    texts, y, weights : of one length
        Labelled paragraphs, their label numbers and weights.
    soft_texts : list of str
    soft_proba : array of shape (n_soft_texts, n_labels)
        Rows sum to 1.
    """
    vectorizer = TfidfVectorizer(
        analyzer=Nameless(remembered_terms, [*texts, *soft_texts]),
        sublinear_tf=True,
        min_df=MIN_DF,
        norm=None,
    )
    features = vectorizer.fit_transform([*texts, *soft_texts]).tocsr()
    rows, labels, row_weights = spread(y, weights, soft_proba)
    model = _fit(features, rows, labels, row_weights)
    kept = heaviest(np.ptp(model.coef_, axis=0) * vectorizer.idf_, MAX_TERMS)
    if len(kept) < features.shape[1]:
        model = _fit(features[:, kept], rows, labels, row_weights)
    return Pipeline([("tfidf", _with_terms(vectorizer, kept)), ("model", model)])


def spread(
    y: NDArray[np.int64], weights: NDArray[np.float64], soft_proba: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return (row, label, weight) of each case: one per label, several per row of soft labels.

    Every weight is multiplied by that of its label: what makes the labels by hand balanced.

    Examples
    --------
    >>> y, weights = np.array([0, 1, 2, 3]), np.ones(4)
    >>> rows, labels, cases = spread(y, weights, np.array([[0.75, 0.25, 0.0, 0.0]]))
    >>> rows.tolist(), labels.tolist()
    ([0, 1, 2, 3, 4, 4], [0, 1, 2, 3, 0, 1])
    >>> cases.tolist()
    [1.0, 1.0, 1.0, 1.0, 0.375, 0.125]
    """
    balance = len(y) / (len(LABELS) * np.maximum(np.bincount(y, minlength=len(LABELS)), 1))
    proba = np.where(soft_proba < LEAST_SHARE, 0.0, soft_proba)
    soft_rows, soft_labels = np.nonzero(proba)
    soft_weights = SOFT_WEIGHT * proba[soft_rows, soft_labels]
    labels = np.concatenate([y, soft_labels])
    rows = np.concatenate([np.arange(len(y)), len(y) + soft_rows])
    return rows, labels, np.concatenate([weights, soft_weights]) * balance[labels]


def heaviest(values: NDArray[np.float64], n: int) -> NDArray[np.int64]:
    """Return the positions of the `n` largest values, in order; ties go to the first."""
    return np.sort(np.argsort(-values, kind="stable")[:n])


@cache
def remembered_terms(text: str) -> tuple[str, ...]:
    """Return the terms of a paragraph, which every fold asks for again."""
    return tuple(map(sys.intern, terms(text)))


def _fit(
    features: sparse.csr_matrix,
    rows: NDArray[np.int64],
    labels: NDArray[np.int64],
    weights: NDArray[np.float64],
) -> LogisticRegression:
    model = LogisticRegression(C=C, max_iter=1000, tol=1e-3)
    return model.fit(normalize(features)[rows], labels, weights)


def _with_terms(vectorizer: TfidfVectorizer, kept: NDArray[np.int64]) -> TfidfVectorizer:
    """Return a fitted vectorizer that knows the terms at `kept` only, with their idf."""
    smaller = TfidfVectorizer(
        analyzer=terms,
        sublinear_tf=True,
        vocabulary=vectorizer.get_feature_names_out()[kept].tolist(),
    )
    smaller.idf_ = vectorizer.idf_[kept]
    return smaller
