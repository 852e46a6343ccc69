"""A model against labels that are right, beside naive methods and an older model."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from stance.artefact import seen_hash
from stance.classifier import Classifier
from stance.errors import DataError
from stance.rounds.bootstrap import bootstrap, interval
from stance.rounds.cells import USUAL_COLUMNS, Columns
from stance.rounds.codebook import Codebook
from stance.rounds.evaluation import figures_of, macro_f1_of, macro_f1s
from stance.rounds.labelled import LabelledRow, read_labelled
from stance.rounds.vectors import words_of

MIN_ROWS: Final = 30
Numbers = NDArray[np.int64]


def evaluate_model(
    classifier: Classifier,
    path: str | Path,
    codebook: Codebook,
    columns: Columns = USUAL_COLUMNS,
    old: Classifier | None = None,
    name: str = "",
) -> dict[str, Any]:
    """Measure a model on a file of labels.

    Rows that the model was trained on test nothing: they are left out and counted, as are rows
    with an unknown label or none.

    Parameters
    ----------
    codebook : Codebook
        Its keywords make the baseline of a keyword list; without any there is none.
    old : Classifier or None
        Another model to compare with; of the same labels.
    name : str
        What the model is called in the result.

    Returns
    -------
    dict
        Of ``figures_of``, with ``model``, ``data``, ``labels``, ``baselines`` (macro-F1, its
        interval, and how much the model is better on the same rows), ``notes``, ``left_out``.

    Raises
    ------
    DataError
        If no row is left, or the older model has other labels.
    """
    labels = classifier.labels
    file = read_labelled(path, columns, labels)
    if not file.columns.text:
        raise DataError(f"{path}: no column of texts; name it with --text-column")
    rows, n_copies = _once(file.rows)
    known = set(classifier.artefact.seen.tolist())
    unseen = [row for row in rows if seen_hash(row.text) not in known]
    n_seen = len(rows) - len(unseen)
    if not unseen:
        raise DataError(
            f"{path}: all {n_seen} paragraphs are among those that the model was trained on; give"
            " labels of others"
        )
    y = np.array([labels.index(row.label) for row in unseen], dtype=np.int64)
    texts = [row.text for row in unseen]
    groups = _groups(unseen)
    proba = classifier.predict_proba(texts)
    found = figures_of(proba, y, labels, groups)
    others = _others(texts, y, labels, codebook)
    if old is not None:
        others["older model"] = _chosen_by(old, texts, labels, str(path))
    notes = _notes(found, n_seen, n_copies, bool(classifier.artefact.seen.size), file.columns)
    return {
        "model": name,
        "data": Path(path).name,
        "labels": list(labels),
        **found,
        "baselines": {
            title: _against(chosen, proba.argmax(axis=1), y, len(labels), groups)
            for title, chosen in others.items()
        },
        "left_out": [asdict(row) for row in file.bad],
        "notes": notes,
    }


def _once(rows: tuple[LabelledRow, ...]) -> tuple[list[LabelledRow], int]:
    """Return each text and label once, and how many rows that leaves out."""
    kept: dict[tuple[int, str], LabelledRow] = {}
    for row in rows:
        kept.setdefault((seen_hash(row.text), row.label), row)
    return list(kept.values()), len(rows) - len(kept)


def _groups(rows: list[LabelledRow]) -> Numbers:
    names = [f"group {row.group}" if row.group else f"line {row.line}" for row in rows]
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def _others(
    texts: list[str], y: Numbers, labels: tuple[str, ...], codebook: Codebook
) -> dict[str, Numbers]:
    """Return what naive methods choose."""
    most = int(np.bincount(y, minlength=len(labels)).argmax())
    found = {"always the most frequent label": np.full(len(y), most)}
    if any(codebook.keywords.get(label) for label in labels):
        found["keyword list"] = keyword_choices(texts, labels, codebook.keywords)
    return found


def keyword_choices(
    texts: list[str], labels: tuple[str, ...], keywords: Mapping[str, frozenset[str]]
) -> Numbers:
    """Choose the label with the most keywords in a text; without any, one that has no keywords.

    Ties go to the first label.
    """
    rest = next((i for i, label in enumerate(labels) if not keywords.get(label)), 0)
    chosen = np.full(len(texts), rest, dtype=np.int64)
    for place, text in enumerate(texts):
        words = words_of(text)
        counts = [sum(word in keywords.get(label, ()) for word in words) for label in labels]
        if any(counts):
            chosen[place] = int(np.argmax(counts))
    return chosen


def _chosen_by(old: Classifier, texts: list[str], labels: tuple[str, ...], path: str) -> Numbers:
    if set(old.labels) != set(labels):
        raise DataError(
            f"{path}: expected an older model of the labels {labels}, found {old.labels}; give"
            " another --old, or none"
        )
    return np.array([labels.index(label) for label in old.predict(texts)], dtype=np.int64)


def _against(
    other: Numbers, chosen: Numbers, y: Numbers, n_labels: int, groups: Numbers
) -> dict[str, Any]:
    """Return the macro-F1 of another method, and by how much the model is better."""
    tables = np.zeros((len(y), 2, n_labels, n_labels))
    rows = np.arange(len(y))
    tables[rows, 0, y, other] = 1.0
    tables[rows, 1, y, chosen] = 1.0
    drawn = macro_f1s(bootstrap(tables, groups))
    value = macro_f1_of(other, y, n_labels)
    gain = macro_f1_of(chosen, y, n_labels) - value
    return {
        "macro_f1": round(value, 4),
        "macro_f1_95": _rounded(interval(drawn[:, 0])),
        "gain": round(gain, 4),
        "gain_95": _rounded(interval(drawn[:, 1] - drawn[:, 0])),
    }


def _rounded(bounds: tuple[float, float]) -> list[float]:
    return [round(bound, 4) for bound in bounds]


def _notes(
    found: Mapping[str, Any], n_seen: int, n_copies: int, knows: bool, columns: Columns
) -> list[str]:
    """Say what limits the figures."""
    notes = []
    if n_seen:
        notes.append(f"{n_seen} paragraphs are among those the model was trained on; left out")
    if not knows:
        notes.append("the model does not say what it was trained on; see that none of it is here")
    if n_copies:
        notes.append(f"{n_copies} rows repeat the text and label of another; each once")
    if not columns.group:
        notes.append("no column of groups: intervals are too narrow if rows share an article")
    if found["n"] < MIN_ROWS:
        notes.append(f"{found['n']} paragraphs are few; the intervals say how little they tell")
    absent = [label for label, one in found["by_label"].items() if not one["n"]]
    if absent:
        notes.append(f"no paragraph is labelled {', '.join(absent)}; macro-F1 is of the others")
    return notes
