"""Corpora -> model folder: cross-validate, gate, fit, write; each figure goes to metrics.json."""

import json
import time
from collections import Counter
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stance import artefact
from stance.errors import StanceError
from stance.labels import LABELS
from stance.scoring import softmax
from train import corpora, fit, leaks, mixing, student
from train.card import render_card
from train.reference import measure_reference
from train.sources import origin_of
from train.units import load_units

if TYPE_CHECKING:
    from datasets import Dataset

GATE_NOISE = 0.01  # macro-F1; two runs of the same data on other folds differ by about as much
PACKAGES = ("numpy", "scikit-learn", "datasets", "joblib")
SHIPPED = corpora.ROOT / "model"


def build(mirror: str | None, licences: str, out: Path | None, force: bool) -> dict[str, Any]:
    """Train a model folder and return its metrics.

    Parameters
    ----------
    mirror : str or None
        Folder of the public corpora; None looks in the usual places.
    licences : {"all", "open"}
        Licence classes of the texts that may be used.
    out : Path or None
        Folder to write; None chooses model, model-open or model-small by what was used.
    force : bool
        Write the shipped model even where the gate would refuse it.

    Raises
    ------
    StanceError
        If a corpus is wrong, or the gate refuses the model.
    """
    started = time.monotonic()
    folder = corpora.find_mirror(mirror)
    data = load_rows(folder, licences)
    out = out or default_folder(folder, licences)
    rows, by_hand = rows_of(data), by_hand_of(data)
    # A teacher that read texts of every licence has no place in a model of the open ones.
    soft = corpora.load_soft(folder, data) if folder and licences == "all" else None
    decisions, y = fit.cross_validate(rows, soft=soft)[by_hand], rows.y[by_hand]
    # The shipped model learns from soft labels, so it is calibrated where they could be used.
    taught = fit.taught(rows, soft)[by_hand]
    temperature = fit.fit_temperature(decisions[taught], y[taught])
    proba = softmax(decisions, temperature)
    if not taught.all():  # the folds without a teacher have models of another sharpness
        plain_temperature = fit.fit_temperature(decisions[~taught], y[~taught])
        proba[~taught] = softmax(decisions[~taught], plain_temperature)
    unsure_below = fit.unsure_threshold(proba[taught])
    counts = Counter(zip(data["corpus"], data["label"], strict=True))
    metrics: dict[str, Any] = {
        "cross_validation": fit.figures(decisions, y),
        "baseline_majority": fit.figures(fit.majority_decisions(y), y),
        "calibration_error": round(fit.calibration_error(proba[taught], y[taught]), 4),
        "unsure": fit.unsure_figures(proba[taught], y[taught], unsure_below),
        "rows": {f"{corpus}/{label}": n for (corpus, label), n in sorted(counts.items())},
        "rows_by_licence_class": dict(sorted(Counter(data["licence_class"]).items())),
        "licences": licences,
        "licence_classes": sorted(set(data["licence_class"])),
        "leaks": leaks.report(
            data,
            fit.fold_numbers(rows),
            leaks.held_out_index(load_units(folder)) if folder else None,
        ),
    }
    if soft:
        plain = fit.cross_validate(rows, only=list(soft.by_fold))[by_hand]
        metrics["soft_labels"] = {
            "paragraphs": len(soft.texts),
            "folds": sorted(soft.by_fold),
            "n": int(taught.sum()),
            "with": fit.figures(decisions[taught], y[taught]),
            "without": fit.figures(plain[taught], y[taught]),
        }
    if out.resolve() == SHIPPED and not force:
        check_gate(SHIPPED / "metrics.json", metrics["cross_validation"]["macro_f1"])
    if folder:
        metrics["small_model_on_real_paragraphs"] = small_on_real(
            rows.take(np.flatnonzero(by_hand))
        )
    else:
        metrics["note"] = "small model: trained on the embedded corpus alone"
        metrics["real_paragraphs"] = stored_small_figure()
    provenance = {
        "rows": metrics["rows"],
        "corpora": {name: origin_of(name) for name in sorted(set(data["corpus"]))},
        "licence_classes": metrics["licence_classes"],
        "packages": {name: version(name) for name in PACKAGES},
        "seed": fit.SEED,
    }
    if soft:
        hard = (rows.texts, rows.y, rows.weights)
        pipeline = student.fit_student(*hard, soft.texts, soft.mean())
    else:
        pipeline = fit.fit(rows)
    settings, metrics["mix"] = mixing.choose_and_measure(rows.take(np.flatnonzero(by_hand)), proba)
    if folder:
        own = mixing.error_on_own_articles(pipeline, temperature, settings)
        metrics["mix"]["error_on_own_articles"] = own
    made, vocabulary = fit.to_artefact(pipeline, temperature, unsure_below, provenance, settings)
    hand, rest = rows.take(np.flatnonzero(by_hand)), rows.take(np.flatnonzero(~by_hand))
    also = (rest.texts + (soft.texts if soft else []), rest.groups + (soft.groups if soft else []))
    reference = measure_reference(hand.texts, hand.groups, proba, vocabulary, fit.MIN_DF, also)
    seen = artefact.seen_hashes(rows.texts)
    artefact.write(out, replace(made, reference=reference, seen=seen), vocabulary)
    write_metrics(out, metrics)
    (out / "README.md").write_text(render_card(metrics), encoding="utf-8")
    return metrics | {"folder": out.name, "seconds": time.monotonic() - started}


def load_rows(folder: Path | None, licences: str) -> "Dataset":
    """Load the labelled set, or the embedded corpus without a mirror; keep the licences asked."""
    data = corpora.load_labelled(folder) if folder else corpora.load_embedded()
    if licences == "open":
        data = data.select([i for i, c in enumerate(data["licence_class"]) if c == "open"])
    return data


def rows_of(data: "Dataset") -> fit.Rows:
    """Return a dataset as training rows."""
    return fit.Rows(
        list(data["text"]),
        np.array([LABELS.index(label) for label in data["label"]]),
        list(data["group"]),
        np.array(data["weight"]),
    )


def by_hand_of(data: "Dataset") -> NDArray[np.bool_]:
    """Say of each row whether it was labelled by hand: every figure is computed on those."""
    return np.array([split == "train" for split in data["split"]])


def default_folder(folder: Path | None, licences: str) -> Path:
    """Return the model folder that these corpora are for."""
    name = "model-small" if not folder else "model-open" if licences == "open" else "model"
    return corpora.ROOT / name


def small_on_real(rows: fit.Rows) -> dict[str, Any]:
    """Score the real labelled paragraphs with a model of the embedded corpus alone."""
    pipeline = fit.fit(rows_of(corpora.load_embedded()))
    return fit.figures(pipeline.decision_function(rows.texts), rows.y)


def stored_small_figure() -> Any:
    """Return the shipped model's figure of the small model on real paragraphs, or None."""
    path = SHIPPED / "metrics.json"
    if not path.is_file():
        return None
    return read_metrics(SHIPPED).get("small_model_on_real_paragraphs")


def check_gate(path: Path, macro_f1: float) -> None:
    """Refuse a model that is worse than the one at `path` by more than the noise.

    Raises
    ------
    StanceError
        If it is; both figures are named.
    """
    if not path.is_file():
        return
    shipped = read_metrics(path.parent)["cross_validation"]["macro_f1"]
    if macro_f1 < shipped - GATE_NOISE:
        raise StanceError(
            f"{path.parent.name}: the new model's cross-validated macro-F1 is {macro_f1:.3f}, the"
            f" shipped one's {shipped:.3f}; use FORCE=1 to replace it all the same"
        )


def read_metrics(folder: Path) -> dict[str, Any]:
    """Read the metrics of a model folder.

    Raises
    ------
    StanceError
        If there are none.
    """
    try:
        metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise StanceError(
            f"{folder / 'metrics.json'}: {error.strerror}; run `python -m train fit` first"
        ) from error
    return dict(metrics)


def write_metrics(folder: Path, metrics: dict[str, Any]) -> None:
    """Write the metrics of a model folder."""
    text = json.dumps(metrics, indent=1) + "\n"
    (folder / "metrics.json").write_text(text, encoding="utf-8")
