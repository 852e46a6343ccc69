"""Labels of one's own -> a model folder, alone or on top of another model."""

import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline
from tqdm import tqdm

from stance import artefact
from stance.artefact import seen_hashes
from stance.errors import DataError, ModelError
from stance.rounds.cells import Columns
from stance.rounds.codebook import Codebook
from stance.rounds.evaluation import figures_of, macro_f1_of
from stance.scoring import Scorer, softmax
from stance.shares import DEFAULT_MIX, MixSettings
from train import fit, mixing
from train.build import PACKAGES, write_metrics
from train.ontop import Base, base_decisions, fit_on_top
from train.own_card import render_own_card
from train.own_data import OwnData, load_own
from train.reference import measure_reference, widest

N_FOLDS: Final = 5
MIN_ARTICLES_FOR_MIX: Final = 30
_ABSENT: Final = 5.0  # below every other label of a row, where training had no row of a label
Fitter = Callable[[list[str], NDArray[np.int64]], Pipeline]


@dataclass(frozen=True)
class Request:
    """What is asked for: a file of labels, its columns, the label set, and a base model or None."""

    data: Path
    columns: Columns
    codebook: Codebook | None
    base: Path | None


def read_base(folder: Path) -> Base:
    """Read a model folder with its vocabulary.

    Raises
    ------
    ModelError
        If it is no model folder.
    """
    found = artefact.read(folder)
    path = folder / "vocabulary.txt"
    try:
        names = path.read_text(encoding="utf-8", errors="surrogatepass").split("\n")[:-1]
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}; give a whole model folder") from error
    if len(names) != len(found.keys):
        raise ModelError(f"{path}: expected {len(found.keys)} terms, found {len(names)}")
    return Base(found, tuple(names))


def fit_own(request: Request, out: Path, say: Callable[[str], None] = print) -> dict[str, Any]:
    """Train on labels of one's own, write a model folder and return its metrics.

    Raises
    ------
    DataError
        If the labels will not do.
    ModelError
        If the base model cannot be read.
    """
    base = read_base(request.base) if request.base else None
    data = _load(request, base)
    notes = [*data.notes, *_seen_notes(request, base, data)]
    for note in notes:
        say(note)
    rows, labels = data.rows, data.labels
    folds = fold_numbers(rows, labels)
    fitter = _fitter(base, labels)
    decisions = cross_validate(rows, folds, len(labels), fitter)
    temperature = fit.fit_temperature(decisions, rows.y)
    proba = softmax(decisions, temperature)
    unsure_below = fit.unsure_threshold(proba)
    groups = np.unique(rows.groups, return_inverse=True)[1]
    metrics = {
        "data": request.data.name,
        "base": request.base.name if request.base else None,
        "labels": list(labels),
        "rows": dict(Counter(labels[i] for i in rows.y)),
        "n_groups": int(groups.max() + 1),
        "n_left_out": data.n_bad,
        "notes": notes,
        "cross_validation": figures_of(proba, rows.y, labels, groups),
        "compared": _compared(base, rows, folds, labels),
        "unsure": fit.unsure_figures(proba, rows.y, unsure_below),
    }
    pipeline = fitter(rows.texts, rows.y)
    settings, metrics["mix"] = _mix_settings(base, rows, proba, labels)
    made, vocabulary = fit.to_artefact(
        pipeline, temperature, unsure_below, _provenance(request, metrics, base), settings, labels
    )
    known = base.vocabulary if base else ()
    reference = measure_reference(
        rows.texts, rows.groups, proba, vocabulary, fit.MIN_DF, known=known
    )
    seen = seen_hashes(rows.texts)
    if base:
        seen = np.union1d(seen, base.artefact.seen)
        reference = widest(reference, base.artefact.reference)
    artefact.write(out, replace(made, reference=reference, seen=seen), vocabulary)
    write_metrics(out, metrics)
    (out / "README.md").write_text(render_own_card(metrics), encoding="utf-8")
    return metrics


def _load(request: Request, base: Base | None) -> OwnData:
    labels = request.codebook.labels if request.codebook else None
    if base and labels is None:
        labels = base.artefact.labels
    if base and labels and not set(labels) & set(base.artefact.labels):
        raise DataError(
            f"{request.base}: its labels {base.artefact.labels} are none of {tuple(labels)}; train"
            " with --alone"
        )
    return load_own(request.data, request.columns, labels, may_lack=base is not None)


def _seen_notes(request: Request, base: Base | None, data: OwnData) -> list[str]:
    """Say that rows are among those of the base model, whose own figure they then flatter."""
    known = set(base.artefact.seen.tolist()) if base else set()
    n_seen = sum(artefact.seen_hash(text) in known for text in data.rows.texts)
    if not n_seen:
        return []
    return [
        f"{request.data}: {n_seen} rows are among those that {request.base} was trained on; what is"
        " tested on them flatters"
    ]


def _fitter(base: Base | None, labels: tuple[str, ...]) -> Fitter:
    if base is None:
        return lambda texts, y: fit.make_pipeline().fit(texts, y)
    return lambda texts, y: fit_on_top(base, texts, y, labels)


def fold_numbers(rows: fit.Rows, labels: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the fold of each row: groups stay whole, labels are spread as evenly as they go.

    Raises
    ------
    DataError
        If there is one group only.
    """
    n_groups = len(set(rows.groups))
    if n_groups < 2:
        raise DataError("the rows are of one group; two are needed to test a model on another")
    splitter = StratifiedGroupKFold(min(N_FOLDS, n_groups), shuffle=True, random_state=fit.SEED)
    folds = np.zeros(len(rows.y), dtype=np.int64)
    with warnings.catch_warnings():  # a label of fewer rows than folds is said elsewhere
        warnings.simplefilter("ignore", UserWarning)
        for number, (_, test) in enumerate(splitter.split(rows.y, rows.y, rows.groups)):
            folds[test] = number
    return folds


def cross_validate(
    rows: fit.Rows, folds: NDArray[np.int64], n_labels: int, fitter: Fitter
) -> NDArray[np.float64]:
    """Return decision values, shape (n_rows, n_labels), of models that saw no row of the group."""
    decisions = np.zeros((len(rows.y), n_labels))
    for fold in tqdm(np.unique(folds), desc="cross-validation", unit="fold", disable=None):
        test, train = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        if not len(test):
            continue
        if len(np.unique(rows.y[train])) < 2:
            raise DataError("the groups leave one label to train on; label more articles")
        pipeline = fitter([rows.texts[i] for i in train], rows.y[train])
        found = pipeline.decision_function([rows.texts[i] for i in test])
        decisions[test] = _widened(found, pipeline["model"].classes_, n_labels)
    return decisions


def _widened(
    found: NDArray[np.float64], classes: NDArray[np.int64], n_labels: int
) -> NDArray[np.float64]:
    """Return decision values of all labels; one that training lacked stands below the others."""
    if found.ndim == 1:
        found = np.stack([-found / 2.0, found / 2.0], axis=1)
    wide = np.tile(found.min(axis=1, keepdims=True) - _ABSENT, (1, n_labels))
    wide[:, classes] = found
    return wide


def _compared(
    base: Base | None, rows: fit.Rows, folds: NDArray[np.int64], labels: tuple[str, ...]
) -> dict[str, Any]:
    """Return macro-F1 on the same rows and folds of what this model should be better than."""

    def scored(decisions: NDArray[np.float64]) -> float:
        return round(macro_f1_of(decisions.argmax(axis=1), rows.y, len(labels)), 4)

    found = {"always the most frequent label": scored(fit.majority_decisions(rows.y, len(labels)))}
    if base:
        alone = cross_validate(rows, folds, len(labels), _fitter(None, labels))
        found["these labels alone"] = scored(alone)
        before = Scorer(base.artefact).decision_function(rows.texts)
        found["the base model alone"] = scored(base_decisions(base, before, labels))
    return found


def _mix_settings(
    base: Base | None, rows: fit.Rows, proba: NDArray[np.float64], labels: tuple[str, ...]
) -> tuple[MixSettings, dict[str, Any]]:
    articles = mixing.gather(rows, proba, labels=labels)
    if len(articles) >= MIN_ARTICLES_FOR_MIX:
        settings = mixing.choose(articles)
        return settings, {"chosen_on": len(articles), "settings": settings.as_dict()}
    settings = base.artefact.mix if base else DEFAULT_MIX
    return settings, {"chosen_on": 0, "settings": settings.as_dict()}


def _provenance(request: Request, metrics: dict[str, Any], base: Base | None) -> dict[str, Any]:
    own = {f"{request.data.stem}/{label}": n for label, n in metrics["rows"].items()}
    before = base.artefact.provenance.get("rows", {}) if base else {}
    definitions = dict(request.codebook.definitions) if request.codebook else {}
    return {
        "rows": {**before, **own},
        "base": metrics["base"],
        "definitions": definitions,
        "packages": {name: version(name) for name in PACKAGES},
        "seed": fit.SEED,
    }
