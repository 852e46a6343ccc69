"""How good labels are: figures of probabilities against labels that are right. Pure numbers."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from stance.rounds.bootstrap import Floats, bootstrap, interval

Numbers = NDArray[np.int64]
N_CALIBRATION_BINS: Final = 15
N_RELIABILITY_BINS: Final = 10
COVERAGES: Final = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
_DIGITS: Final = 4


def figures_of(
    proba: Floats, y: Numbers, labels: Sequence[str], groups: Numbers | None = None
) -> dict[str, Any]:
    """Return every figure of a model as plain data.

    Parameters
    ----------
    proba : array of shape (n_rows, n_labels)
        Rows sum to 1, columns in the order of `labels`.
    y : array of shape (n_rows,)
        Numbers of the labels that are right.
    groups : array of shape (n_rows,) or None
        Rows of one group are drawn together for the intervals; None: each by itself.

    Returns
    -------
    dict
        ``NAME_95`` is the 95 % interval of NAME. Macro-F1 is the mean of the labels that occur
        among `y`. ``brier`` sums squares over the labels (0 to 2); ``calibration_error`` is of the
        largest probability, in 15 bins of equal width.
    """
    n_labels, chosen = len(labels), proba.argmax(axis=1)
    confusion = np.zeros((len(y), n_labels, n_labels))
    confusion[np.arange(len(y)), y, chosen] = 1.0
    drawn, whole = bootstrap(confusion, groups), confusion.sum(axis=0)
    squares = np.square(proba - np.eye(n_labels)[y]).sum(axis=1)
    each, each_drawn = _by_label(whole), _by_label(drawn)
    pairs = np.stack([squares, np.ones(len(y))], axis=1)
    drawn_squares = bootstrap(pairs, groups)
    bins = _bins(proba, y)
    return {
        "n": len(y),
        "n_groups": len(y) if groups is None else len(np.unique(groups)),
        "accuracy": _rounded(accuracies(whole)),
        "accuracy_95": _interval(accuracies(drawn)),
        "macro_f1": _rounded(macro_f1s(whole)),
        "macro_f1_95": _interval(macro_f1s(drawn)),
        "by_label": {
            label: {
                "n": int(whole[i].sum()),
                **{name: _rounded(values[i]) for name, values in each.items()},
                **{f"{name}_95": _interval(v[:, i]) for name, v in each_drawn.items()},
            }
            for i, label in enumerate(labels)
        },
        "confusion": whole.astype(int).tolist(),
        "calibration_error": _rounded(calibration_errors(bins.sum(axis=0))),
        "calibration_error_95": _interval(calibration_errors(bootstrap(bins, groups))),
        "brier": _rounded(squares.mean()),
        "brier_95": _interval(drawn_squares[:, 0] / drawn_squares[:, 1]),
        "reliability": reliability(proba, y),
        "risk_coverage": risk_coverage(proba, y, groups),
    }


def macro_f1_of(chosen: Numbers, y: Numbers, n_labels: int) -> float:
    """Return macro-F1 over the labels that occur in `y`."""
    confusion = np.zeros((n_labels, n_labels))
    np.add.at(confusion, (y, chosen), 1.0)
    return float(macro_f1s(confusion))


def accuracies(confusion: Floats) -> Floats:
    """Return the accuracy of tables of shape (..., n_labels, n_labels), gold in rows."""
    return np.asarray(np.trace(confusion, axis1=-2, axis2=-1) / confusion.sum(axis=(-2, -1)))


def macro_f1s(confusion: Floats) -> Floats:
    """Return the mean F1 of the labels that occur, of tables of shape (..., n_labels, n_labels)."""
    f1 = np.nan_to_num(_by_label(confusion)["f1"])
    occurs = confusion.sum(axis=-1) > 0.0
    return np.asarray((f1 * occurs).sum(axis=-1) / np.maximum(occurs.sum(axis=-1), 1))


def _by_label(confusion: Floats) -> dict[str, Floats]:
    """Return precision, recall and F1, shape (..., n_labels); nan where nothing defines them."""
    right = np.diagonal(confusion, axis1=-2, axis2=-1)
    gold, chosen = confusion.sum(axis=-1), confusion.sum(axis=-2)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "precision": right / chosen,
            "recall": right / gold,
            "f1": 2.0 * right / (gold + chosen),
        }


def _bins(proba: Floats, y: Numbers) -> Floats:
    """Return what each row adds to its bin: probability and right, shape (n_rows, n_bins, 2)."""
    top, right = proba.max(axis=1), proba.argmax(axis=1) == y
    place = np.minimum((top * N_CALIBRATION_BINS).astype(int), N_CALIBRATION_BINS - 1)
    cells = np.zeros((len(y), N_CALIBRATION_BINS, 3))
    cells[np.arange(len(y)), place] = np.stack([top, right, np.ones(len(y))], axis=1)
    return cells


def calibration_errors(bins: Floats) -> Floats:
    """Return the expected calibration error of summed bins, shape (..., n_bins, 3)."""
    gaps = np.abs(bins[..., 0] - bins[..., 1]).sum(axis=-1)
    return np.asarray(gaps / bins[..., 2].sum(axis=-1))


def reliability(proba: Floats, y: Numbers) -> list[dict[str, float]]:
    """Return the curve of the largest probability, as `reliability_curve` has it."""
    return reliability_curve(proba.max(axis=1), proba.argmax(axis=1) == y)


def reliability_curve(said: Floats, came: NDArray[np.bool_]) -> list[dict[str, float]]:
    """Return for each bin of the probability `said`: its mean, the share that came true, and n."""
    place = np.minimum((said * N_RELIABILITY_BINS).astype(int), N_RELIABILITY_BINS - 1)
    return [
        {
            "proba": _rounded(said[place == b].mean()),
            "share": _rounded(came[place == b].mean()),
            "n": int((place == b).sum()),
        }
        for b in np.unique(place).tolist()
    ]


def iter_surest(
    proba: Floats, y: Numbers, shares: Sequence[float]
) -> Iterator[tuple[float, Numbers, Floats]]:
    """Yield each share with the rows that are the surest of it, and 1.0 for each that is wrong."""
    order = np.argsort(-proba.max(axis=1), kind="stable")
    wrong = (proba.argmax(axis=1) != y).astype(float)
    for share in shares:
        kept = order[: max(1, round(share * len(y)))]
        yield share, kept, wrong[kept]


def risk_coverage(proba: Floats, y: Numbers, groups: Numbers | None = None) -> list[dict[str, Any]]:
    """Return the error among the surest rows, for several shares of them."""
    points = []
    for share, kept, wrong in iter_surest(proba, y, COVERAGES):
        pairs = np.stack([wrong, np.ones(len(kept))], axis=1)
        drawn = bootstrap(pairs, groups if groups is None else groups[kept])
        points.append(
            {
                "coverage": share,
                "error": _rounded(wrong.mean()),
                "error_95": _interval(drawn[:, 0] / drawn[:, 1]),
            }
        )
    return points


def _rounded(value: Any) -> float:
    return round(float(np.nan_to_num(value)), _DIGITS)


def _interval(values: Floats) -> list[float]:
    return [_rounded(bound) for bound in interval(values)]
