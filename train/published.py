"""Public benchmarks with the same features and learner, trained on their own training rows.

Quad classes: 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict;
0 no event. Each figure stands twice: with all training rows, and without those that are near or
exact duplicates of a test row.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from train import fit, leaks
from train.readers import Coded, read_cameo, read_keep_it_local, read_plv_penta
from train.units import fold

PUBLISHED = {
    "plv_quad": "ZSP .896",
    "plv_binary": "ZSP .964",
    "cameo_5": "ConfliBERT .895",
    "keep_it_local_5": "BERT .63, ConfliBERT .65 to .66",
}
KEEP_IT_LOCAL = {"0": "0", "1": "4", "2": "2", "3": "3", "4": "1"}
BINARY = {"1": "cooperation", "2": "cooperation", "3": "conflict", "4": "conflict"}


def benchmark(mirror: Path) -> dict[str, Any]:
    """Return macro-F1 of each benchmark, beside what was published."""
    cameo = _folded(read_cameo(mirror / "cameo-quadclass"))
    plv = _folded(read_plv_penta(mirror / "plover-plv"))
    local = _folded(read_keep_it_local(mirror / "keep-it-local"))
    events = [row for row in cameo if row.code != "0"]
    figures = {
        "plv_quad": _split_figure(_train(plv) + _train(events), _test(plv), str),
        "plv_binary": _split_figure(_train(plv) + _train(events), _test(plv), BINARY.__getitem__),
        "cameo_5": _split_figure(_train(cameo) + _train(plv), _test(cameo), str),
        "keep_it_local_5": _folds_figure(local),
    }
    return {name: figure | {"published": PUBLISHED[name]} for name, figure in figures.items()}


def _folded(rows: Iterable[Coded]) -> list[Coded]:
    return [Coded(fold(row.text), row.code, row.split) for row in rows if fold(row.text)]


def _train(rows: list[Coded]) -> list[Coded]:
    return [row for row in rows if row.split == "train"]


def _test(rows: list[Coded]) -> list[Coded]:
    return [row for row in rows if row.split == "test"]


def _split_figure(
    train: list[Coded], test: list[Coded], name_of: Callable[[str], str]
) -> dict[str, Any]:
    index = leaks.make_index(row.text for row in test)
    clean = [row for row in train if index.nearest(row.text)[0] < leaks.NEAR]
    return {
        "macro_f1": _score(train, test, name_of),
        "macro_f1_without_duplicates": _score(clean, test, name_of),
        "n_train": len(train),
        "n_train_without_duplicates": len(clean),
        "n_test": len(test),
    }


def _score(train: list[Coded], test: list[Coded], name_of: Callable[[str], str]) -> float:
    rows = _rows(train, name_of)
    chosen = fit.fit(rows, fit.make_pipeline).predict([row.text for row in test])
    return round(float(f1_score(_numbers(test, name_of), chosen, average="macro")), 4)


def _folds_figure(coded: list[Coded]) -> dict[str, Any]:
    rows = _rows(coded, KEEP_IT_LOCAL.__getitem__)
    groups = leaks.merge_groups(rows.texts, rows.groups)
    rows = fit.Rows(rows.texts, rows.y, groups, rows.weights)
    folds, chosen = fit.fold_numbers(rows), np.zeros(len(rows.y), dtype=np.int64)
    for number in range(fit.N_FOLDS):
        test = np.flatnonzero(folds == number)
        pipeline = fit.fit(rows.take(np.flatnonzero(folds != number)), fit.make_pipeline)
        chosen[test] = pipeline.predict(rows.take(test).texts)
    return {
        "macro_f1": round(float(f1_score(rows.y, chosen, average="macro")), 4),
        "n_rows": len(rows.y),
        "note": "no split is published: five folds, duplicates grouped",
    }


def _rows(coded: list[Coded], name_of: Callable[[str], str]) -> fit.Rows:
    texts = [row.text for row in coded]
    groups = [str(i) for i in range(len(coded))]
    return fit.Rows(texts, _numbers(coded, name_of), groups, np.ones(len(coded)))


def _numbers(coded: list[Coded], name_of: Callable[[str], str]) -> np.ndarray[Any, Any]:
    order = ("0", "1", "2", "3", "4", *sorted(set(BINARY.values())))
    return np.array([order.index(name_of(row.code)) for row in coded])
