"""The model card, written from metrics and from nothing else."""

from collections.abc import Iterator
from typing import Any

from stance.report.card import KNOWN_FAILURES


def render_card(metrics: dict[str, Any]) -> str:
    """Return the card of a model as Markdown."""
    return "\n".join(_iter_lines(metrics)) + "\n"


def _iter_lines(metrics: dict[str, Any]) -> Iterator[str]:
    yield from _INTRODUCTION
    figures, baseline = metrics["cross_validation"], metrics["baseline_majority"]
    yield "| figure | model | always the most frequent label |"
    yield "| --- | --- | --- |"
    yield f"| macro-F1 | {figures['macro_f1']:.3f} | {baseline['macro_f1']:.3f} |"
    for label, value in figures["f1"].items():
        yield f"| F1 {label} | {value:.3f} | {baseline['f1'][label]:.3f} |"
    yield ""
    yield (
        f"Expected calibration error (15 bins): {metrics['calibration_error']:.3f}."
        f" {said_of_unsure(metrics['unsure'])}"
    )
    if "soft_labels" in metrics:
        yield from _soft_labels(metrics["soft_labels"])
    yield from _mix(metrics["mix"])
    if "evaluation" in metrics:
        yield from _evaluation(metrics["evaluation"])
    yield ""
    yield "## Training rows"
    yield ""
    yield f"Licence classes of the texts used: {', '.join(metrics['licence_classes'])}."
    yield ""
    yield "| corpus and label | n |"
    yield "| --- | --- |"
    for name, count in metrics["rows"].items():
        yield f"| {name} | {count} |"


def said_of_unsure(unsure: dict[str, float]) -> str:
    """Return what the card of any model says of labels that are called unsure."""
    return (
        f"A label whose probability is below {unsure['below']:.2f} is called unsure:"
        f" {unsure['share']:.0%} of paragraphs, of which {unsure['accuracy_unsure']:.0%} are right,"
        f" against {unsure['accuracy_sure']:.0%} of the others."
    )


def _soft_labels(soft: dict[str, Any]) -> Iterator[str]:
    folds = ", ".join(map(str, soft["folds"]))
    before, after = soft["without"], soft["with"]
    yield ""
    yield (
        f"The model also learns from soft labels of {soft['paragraphs']} unlabelled paragraphs."
        f" Where their teacher never saw the labels (fold {folds} of 5, {soft['n']} labels by"
        f" hand) they move macro-F1 from {before['macro_f1']:.3f} to {after['macro_f1']:.3f}, F1"
        f" speculative from {before['f1']['speculative']:.3f} to"
        f" {after['f1']['speculative']:.3f}. The table above is with them there and without them"
        " on the other folds; calibration is measured where they are."
    )


def _mix(mix: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield "## Framing mix"
    yield ""
    yield (
        f"{mix['n_articles']} articles with {mix['min_paragraphs']} labelled paragraphs or more"
        " (docs/mix.md says what the methods are):"
    )
    yield ""
    yield "| method | mean absolute error of shares |"
    yield "| --- | --- |"
    for name, value in mix["mean_absolute_error"].items():
        yield f"| {name} | {value:.4f} |"
    yield ""
    yield "| 90 % interval | covers |"
    yield "| --- | --- |"
    for name, value in mix["coverage"].items():
        yield f"| {name} | {value:.1%} |"
    for n, value in mix["coverage_of_few"].items():
        yield f"| estimated/{n} paragraphs, the first of longer articles | {value:.1%} |"
    if "error_on_own_articles" in mix:
        own = ", ".join(f"{name} {v:.3f}" for name, v in mix["error_on_own_articles"].items())
        yield ""
        yield f"Error on the project's own articles, where every label is frequent: {own}."


def _evaluation(evaluation: dict[str, Any]) -> Iterator[str]:
    low, high = evaluation["interval_95"]
    yield ""
    yield f"95 % interval of macro-F1 when whole articles are drawn anew: {low:.3f} to {high:.3f}."
    yield ""
    yield "| macro-F1 by source and of baselines | |"
    yield "| --- | --- |"
    for name, figures in evaluation["by_source"].items():
        yield f"| {name} | {figures['macro_f1']:.3f} |"
    for name, figures in evaluation["baselines"].items():
        yield f"| baseline: {name} | {figures['macro_f1']:.3f} |"
    for point in evaluation["learning_curve"]:
        yield f"| trained on {point['rows']} rows | {point['macro_f1']:.3f} |"
    yield ""
    flips = ", ".join(f"{n} {v:.1%}" for n, v in evaluation["flips_by_swapped_names"].items())
    yield (
        f"Swapped names move the label in this share of cases: {flips}. Of the topics of the"
        f" contrast corpus, {evaluation['contrast_topics_right']:.0%} have all four labels right."
    )
    yield ""
    yield "| public benchmark, own training rows | macro-F1 | without duplicates | published |"
    yield "| --- | --- | --- | --- |"
    for name, found in evaluation["benchmarks"].items():
        clean = found.get("macro_f1_without_duplicates")
        shown = "" if clean is None else f"{clean:.3f}"
        yield f"| {name} | {found['macro_f1']:.3f} | {shown} | {found['published']} |"
    yield ""
    for name in ("reliability", "confusion", "learning-curve", "accuracy-by-corpus"):
        yield f"![{name.replace('-', ' ')}](figures/{name}.svg)"
    yield ""
    yield "| surest share of paragraphs | error |"
    yield "| --- | --- |"
    for point in evaluation["risk_coverage"]:
        yield f"| {point['coverage']:.0%} | {point['error']:.3f} |"


_INTRODUCTION = (
    "# Model card",
    "",
    "Labels one paragraph of English news cooperative, adversarial, neutral or speculative.",
    "It judges how a text presents the dealings between its actors. It does not measure sentiment,",
    "bias or truth, says nothing of persons, and should decide nothing about anyone by itself.",
    "",
    KNOWN_FAILURES,
    "",
    "Figures by cross-validation grouped by article, on the labels given by hand (written by the"
    " training program):",
    "",
)
