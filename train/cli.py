"""``python -m train fetch | fit``: corpora -> model folder, with cross-validated figures."""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from stance import artefact
from stance.errors import StanceError
from stance.labels import LABELS
from stance.scoring import softmax
from train import corpora, fit, leaks
from train.card import render_card
from train.units import load_units

GATE_NOISE = 0.01  # macro-F1; two runs of the same data on other folds differ by about as much


def main(argv: Sequence[str] | None = None) -> int:
    """Run the training command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m train", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("fit", help="train a model folder")
    command.add_argument("--mirror", help="folder with the public corpora")
    command.add_argument("--licences", choices=("all", "open"), default="all")
    command.add_argument("--out", type=Path, help="model folder to write (default by corpora)")
    command.add_argument("--force", action="store_true", help="write even a worse model")
    command = commands.add_parser("fetch", help="download the public corpora")
    command.add_argument("--into", type=Path, default=corpora.ROOT / ".mirror")
    options = parser.parse_args(argv)
    try:
        if options.command == "fetch":
            corpora.fetch(options.into, say=print)
            return 0
        return run_fit(options.mirror, options.licences, options.out, options.force)
    except StanceError as error:
        print(f"train: {error}", file=sys.stderr)
        return 1


def run_fit(mirror: str | None, licences: str, out: Path | None, force: bool) -> int:
    """Load, cross-validate, fit and write; return the exit code."""
    started = time.monotonic()
    folder = corpora.find_mirror(mirror)
    data = corpora.load_labelled(folder) if folder else corpora.load_embedded()
    if licences == "open":
        data = data.filter(lambda row: row["licence_class"] == "open")
    out = out or corpora.ROOT / (
        "model-small" if not folder else "model-open" if licences == "open" else "model"
    )
    rows = fit.Rows(
        list(data["text"]),
        np.array([LABELS.index(label) for label in data["label"]]),
        list(data["group"]),
        np.array(data["weight"]),
    )
    by_hand = np.array([split == "train" for split in data["split"]])
    decisions, y = fit.cross_validate(rows)[by_hand], rows.y[by_hand]
    temperature = fit.fit_temperature(decisions, y)
    proba = softmax(decisions, temperature)
    counts = Counter(zip(data["corpus"], data["label"], strict=True))
    metrics: dict[str, Any] = {
        "cross_validation": fit.figures(decisions, y),
        "baseline_majority": fit.figures(fit.majority_decisions(y), y),
        "calibration_error": round(fit.calibration_error(proba, y), 4),
        "rows": {f"{corpus}/{label}": n for (corpus, label), n in sorted(counts.items())},
        "licences": licences,
        "leaks": leaks.report(
            data,
            fit.fold_numbers(rows),
            leaks.held_out_index(load_units(folder)) if folder else None,
        ),
    }
    if out == corpora.ROOT / "model" and not force:
        check_gate(out / "metrics.json", metrics["cross_validation"]["macro_f1"])
    provenance = {
        "rows": metrics["rows"],
        "licence_classes": sorted(set(data["licence_class"])),
        "packages": {name: version(name) for name in ("numpy", "scikit-learn", "datasets")},
        "seed": fit.SEED,
    }
    if not folder:
        metrics["note"] = "small model: trained on the embedded corpus alone"
        metrics["real_paragraphs"] = read_small_figure()
    pipeline = fit.fit(rows)
    unsure_below = fit.unsure_threshold(proba)
    metrics["unsure"] = fit.unsure_figures(proba, y, unsure_below)
    artefact.write(out, *fit.to_artefact(pipeline, temperature, unsure_below, provenance))
    if out == corpora.ROOT / "model":
        metrics["small_model_on_real_paragraphs"] = small_on_real(
            rows.take(np.flatnonzero(by_hand))
        )
    (out / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")
    (out / "README.md").write_text(render_card(metrics), encoding="utf-8")
    print_summary(metrics, out, time.monotonic() - started)
    return 0


def small_on_real(rows: fit.Rows) -> dict[str, Any]:
    """Score the real labelled paragraphs with a model of the embedded corpus alone."""
    data = corpora.load_embedded()
    small = fit.Rows(
        list(data["text"]),
        np.array([LABELS.index(label) for label in data["label"]]),
        list(data["group"]),
        np.ones(len(data)),
    )
    return fit.figures(fit.fit(small).decision_function(rows.texts), rows.y)


def read_small_figure() -> Any:
    """Return the stored figure of the small model on real paragraphs, or None."""
    path = corpora.ROOT / "model" / "metrics.json"
    if not path.is_file():
        return None
    return json.loads(path.read_text(encoding="utf-8")).get("small_model_on_real_paragraphs")


def check_gate(path: Path, macro_f1: float) -> None:
    """Refuse a model that is worse than the one at `path` by more than the noise."""
    if not path.is_file():
        return
    shipped = json.loads(path.read_text(encoding="utf-8"))["cross_validation"]["macro_f1"]
    if macro_f1 < shipped - GATE_NOISE:
        raise StanceError(
            f"{path.parent}: the new model's cross-validated macro-F1 is {macro_f1:.3f}, the"
            f" shipped one's {shipped:.3f}; use FORCE=1 to replace it all the same"
        )


def print_summary(metrics: dict[str, Any], out: Path, seconds: float) -> None:
    """Print rows by corpus and label, the figures and the time."""
    for name, count in metrics["rows"].items():
        print(f"{name:32} {count:6}")
    cv = metrics["cross_validation"]
    by_label = ", ".join(f"{label} {value:.3f}" for label, value in cv["f1"].items())
    print(f"macro-F1 {cv['macro_f1']:.3f} by grouped cross-validation ({by_label})")
    print(f"expected calibration error {metrics['calibration_error']:.3f}")
    if "note" in metrics:
        print(f"{metrics['note']}; on real paragraphs (stored): {metrics['real_paragraphs']}")
    print(f"wrote {out.name}/ in {seconds:.0f} s")
