"""An evaluation -> tables for a terminal."""

from collections.abc import Mapping
from typing import Any


def render_evaluation(found: Mapping[str, Any]) -> str:
    """Return an evaluation as tables for a terminal."""
    width = max(11, *map(len, found["labels"]))
    lines = [
        f"{found['model']} on {found['data']}: {found['n']} paragraphs in {found['n_groups']}"
        " groups; 95 % intervals",
        "",
        f"macro-F1           {_span(found, 'macro_f1')}",
        f"accuracy           {_span(found, 'accuracy')}",
        f"calibration error  {_span(found, 'calibration_error')}",
        f"Brier score        {_span(found, 'brier')}",
        "",
        f"{'label':{width}}      n  precision            recall               F1",
    ]
    lines += [
        f"{label:{width}} {one['n']:6}  {_span(one, 'precision')}  {_span(one, 'recall')}"
        f"  {_span(one, 'f1')}"
        for label, one in found["by_label"].items()
    ]
    lines += ["", f"{'macro-F1 of others':30}   theirs                 the model is better by"]
    lines += [
        f"  {name:30} {_span(one, 'macro_f1')}  {one['gain']:+.3f} ({one['gain_95'][0]:+.3f} to"
        f" {one['gain_95'][1]:+.3f})"
        for name, one in found["baselines"].items()
    ]
    lines += ["", "right label in rows, the model's in columns", *_confusion(found, width)]
    lines += ["", "surest   error"]
    lines += [f"{p['coverage']:6.0%}   {_span(p, 'error')}" for p in found["risk_coverage"]]
    lines += ["", "probability   said   right      n"]
    lines += [
        f"{'':12} {p['proba']:6.2f} {p['share']:7.2f} {p['n']:6}" for p in found["reliability"]
    ]
    lines += ["", *(f"note: {note}" for note in found["notes"])] if found["notes"] else []
    return "\n".join(line.rstrip() for line in lines)


def _span(found: Mapping[str, Any], name: str) -> str:
    low, high = found[f"{name}_95"]
    return f"{found[name]:.3f} ({low:.3f} to {high:.3f})"


def _confusion(found: Mapping[str, Any], width: int) -> list[str]:
    head = " ".join(f"{label[:6]:>6}" for label in found["labels"])
    rows = zip(found["labels"], found["confusion"], strict=True)
    return [f"{'':{width}} {head}"] + [
        f"{label:{width}} " + " ".join(f"{count:6}" for count in row) for label, row in rows
    ]
