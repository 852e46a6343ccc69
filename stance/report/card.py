"""The model's metrics -> the summary of its card."""

import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from stance.classifier import Classifier

KNOWN_FAILURES: Final = (
    "Known failures: a passing hedge in an asserted paragraph; conjecture without a hedge word;"
    " union of two against a third; quotations that contradict the paragraph around them."
)
LIMITS: Final = (
    "English only; other languages are labelled, but not to be trusted.",
    "A paragraph is judged alone, without those around it.",
    KNOWN_FAILURES,
    "It does not measure sentiment, bias or truth, and should decide nothing about anyone.",
)


@dataclass(frozen=True, slots=True)
class Card:
    """What a reader must know of the model.

    ``facts`` are pairs of a name and a figure; empty where the model folder has no metrics.
    """

    version: str
    n_rows: int
    facts: tuple[tuple[str, str], ...]
    limits: tuple[str, ...]


def card_of(classifier: Classifier, version: str, model: str | Path | None = None) -> Card:
    """Return the summary of a model's card.

    Parameters
    ----------
    model : path or None
        The folder of the model; None: the shipped one.
    """
    rows = classifier.artefact.provenance.get("rows", {})
    metrics = _read_metrics(model)
    return Card(version, sum(rows.values()), tuple(_facts(metrics)), LIMITS)


def _read_metrics(model: str | Path | None) -> dict[str, Any]:
    try:
        if model is None:
            text = (resources.files("stance.model") / "metrics.json").read_text(encoding="utf-8")
        else:
            text = (Path(model) / "metrics.json").read_text(encoding="utf-8")
        found = json.loads(text)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _facts(metrics: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what is there of the figures: a model of one's own may lack any of them."""
    facts = []
    scores, baseline = metrics.get("cross_validation"), metrics.get("baseline_majority")
    if isinstance(scores, dict):
        by_label = ", ".join(f"{name} {value:.2f}" for name, value in scores["f1"].items())
        facts.append(("macro-F1, cross-validated", f"{scores['macro_f1']:.3f}"))
        facts.append(("F1 by label", by_label))
    if isinstance(baseline, dict):
        facts.append(("always the most frequent label", f"{baseline['macro_f1']:.3f}"))
    if isinstance(metrics.get("calibration_error"), float):
        facts.append(("expected calibration error", f"{metrics['calibration_error']:.3f}"))
    unsure, mix = metrics.get("unsure"), metrics.get("mix")
    if isinstance(unsure, dict):
        facts.append(
            (
                "right where sure, where unsure",
                f"{unsure['accuracy_sure']:.0%}, {unsure['accuracy_unsure']:.0%}",
            )
        )
    if isinstance(mix, dict):
        facts.append(("90 % intervals cover", f"{mix['coverage']['estimated']:.1%}"))
        error = mix["mean_absolute_error"]["estimated"]
        facts.append(("mean error of a share", f"{100 * error:.1f} points"))
    return facts
