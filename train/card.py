"""The model card, written from metrics and from nothing else."""

from typing import Any


def render_card(metrics: dict[str, Any]) -> str:
    """Return the card of a model as Markdown."""
    figures, baseline = metrics["cross_validation"], metrics["baseline_majority"]
    unsure = metrics["unsure"]
    lines = [
        "# Model card",
        "",
        "Labels one paragraph of English news cooperative, adversarial, neutral or speculative.",
        "It judges how a text presents dealings, not sentiment, bias or truth, and not people.",
        "",
        "Figures by cross-validation grouped by article, on the training labels"
        " (written by the training program):",
        "",
        "| figure | model | always the most frequent label |",
        "| --- | --- | --- |",
        f"| macro-F1 | {figures['macro_f1']:.3f} | {baseline['macro_f1']:.3f} |",
    ]
    lines += [
        f"| F1 {label} | {value:.3f} | {baseline['f1'][label]:.3f} |"
        for label, value in figures["f1"].items()
    ]
    lines += [
        "",
        f"Expected calibration error (15 bins): {metrics['calibration_error']:.3f}. A label whose"
        f" probability is below {unsure['below']:.2f} is called unsure: {unsure['share']:.0%} of"
        f" paragraphs, of which {unsure['accuracy_unsure']:.0%} are right, against"
        f" {unsure['accuracy_sure']:.0%} of the others.",
        "",
        "| training rows | n |",
        "| --- | --- |",
    ]
    lines += [f"| {name} | {count} |" for name, count in metrics["rows"].items()]
    return "\n".join(lines) + "\n"
