"""metrics.json -> the figures of the model card: SVG files in the model folder."""

from pathlib import Path
from typing import Any

from stance.labels import LABELS
from stance.report.markup import render_plot
from stance.report.plots import plots_of


def write_figures(folder: Path, metrics: dict[str, Any]) -> None:
    """Write a model's figures/*.svg, or none where the slower figures are not measured."""
    target = folder / "figures"
    for name, text in render_figures(metrics).items():
        target.mkdir(exist_ok=True)
        (target / f"{name}.svg").write_text(text, encoding="utf-8")


def render_figures(metrics: dict[str, Any]) -> dict[str, str]:
    """Return the SVG of each figure by name."""
    return {name: render_plot(plot) for name, plot in plots_of(metrics, LABELS).items()}
