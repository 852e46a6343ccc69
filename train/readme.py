"""Keep the README true: its console examples and its figures are written, never typed.

A fenced ``console`` block holds one command behind ``$`` and its output. What stands between
``<!-- figures -->`` and ``<!-- /figures -->`` is made from model/metrics.json.
"""

import io
import re
import shlex
from contextlib import chdir, redirect_stdout
from pathlib import Path
from typing import Any

from stance.cli import main as stance_main
from stance.errors import StanceError

_CONSOLE = re.compile(r"(```console\n\$ stance )([^\n]*)\n.*?(```)", re.S)
_FIGURES = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.S)


def render_readme(text: str, metrics: dict[str, Any], root: Path) -> str:
    """Return the README with its examples run anew in `root` and its figures from `metrics`."""
    text = _CONSOLE.sub(
        lambda found: f"{found[1]}{found[2]}\n{_run(found[2], root)}{found[3]}", text
    )
    return _FIGURES.sub(lambda found: f"{found[1]}{_figures(metrics)}{found[2]}", text)


def _run(arguments: str, root: Path) -> str:
    out = io.StringIO()
    with chdir(root), redirect_stdout(out):
        status = stance_main(shlex.split(arguments))
    if status:
        raise StanceError(f"README.md: `stance {arguments}` ended with exit code {status}")
    return out.getvalue()


def _figures(metrics: dict[str, Any]) -> str:
    figures, unsure = metrics["cross_validation"], metrics["unsure"]
    by_label = ", ".join(f"{label} {value:.2f}" for label, value in figures["f1"].items())
    return (
        f"Cross-validated by article on labels given by hand, macro-F1 is"
        f" {figures['macro_f1']:.3f} ({by_label}); always choosing the most frequent label gives"
        f" {metrics['baseline_majority']['macro_f1']:.3f}. The expected calibration error is"
        f" {metrics['calibration_error']:.3f}. The least sure {unsure['share']:.0%} of labels are"
        f" called unsure: {unsure['accuracy_unsure']:.0%} of them are right, of the others"
        f" {unsure['accuracy_sure']:.0%}. A model of the embedded corpus alone reaches"
        f" {metrics['small_model_on_real_paragraphs']['macro_f1']:.3f} on the same paragraphs.\n"
    )
