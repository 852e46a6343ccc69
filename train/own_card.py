"""The card of a model that was trained on labels of one's own."""

from collections.abc import Iterator
from typing import Any

from train.card import said_of_unsure


def render_own_card(metrics: dict[str, Any]) -> str:
    """Return the card as Markdown."""
    return "\n".join(_iter_lines(metrics)) + "\n"


def render_own_summary(metrics: dict[str, Any], folder: str) -> str:
    """Return what a run prints at its end."""
    found = metrics["cross_validation"]
    rows = ", ".join(f"{label} {n}" for label, n in metrics["rows"].items())
    low, high = found["macro_f1_95"]
    lines = [
        f"{sum(metrics['rows'].values())} rows of {metrics['n_groups']} groups: {rows}",
        f"macro-F1 {found['macro_f1']:.3f} ({low:.3f} to {high:.3f}) by cross-validation",
    ]
    lines += [f"  {value:.3f} {name}" for name, value in metrics["compared"].items()]
    lines += [
        f"expected calibration error {found['calibration_error']:.3f}",
        f"wrote {folder}/",
    ]
    return "\n".join(lines)


def _iter_lines(metrics: dict[str, Any]) -> Iterator[str]:
    found = metrics["cross_validation"]
    yield "# Model card"
    yield ""
    above = f", on top of `{metrics['base']}`" if metrics["base"] else ""
    yield (
        f"Trained on `{metrics['data']}`: {sum(metrics['rows'].values())} paragraphs of"
        f" {metrics['n_groups']} groups{above}; {metrics['n_left_out']} rows were left out."
    )
    yield ""
    yield "Figures by cross-validation; no group is on both sides of a split."
    yield ""
    yield "| label | rows | precision | recall | F1 | 95 % interval |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for label, one in found["by_label"].items():
        low, high = one["f1_95"]
        yield (
            f"| {label} | {metrics['rows'].get(label, 0)} | {one['precision']:.3f} |"
            f" {one['recall']:.3f} | {one['f1']:.3f} | {low:.3f} to {high:.3f} |"
        )
    low, high = found["macro_f1_95"]
    yield f"| macro | | | | {found['macro_f1']:.3f} | {low:.3f} to {high:.3f} |"
    yield ""
    yield "| on the same rows | macro-F1 |"
    yield "| --- | --- |"
    for name, value in metrics["compared"].items():
        yield f"| {name} | {value:.3f} |"
    yield ""
    yield (
        f"Expected calibration error: {found['calibration_error']:.3f}."
        f" {said_of_unsure(metrics['unsure'])}"
    )
    mix = metrics["mix"]
    yield ""
    if mix["chosen_on"]:
        yield f"How shares are estimated was chosen on {mix['chosen_on']} of these articles."
    else:
        yield (
            "Too few articles with five labelled paragraphs to choose how shares are estimated;"
            " their intervals are not tested on these labels."
        )
    if metrics["notes"]:
        yield ""
        yield "## What was wrong with the rows"
        yield ""
        yield "```"
        yield from metrics["notes"]
        yield "```"
