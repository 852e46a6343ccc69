"""An evaluation -> one self-contained page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from stance.report.markup import render_template

SIDE: Final = 240  # of a plot, in its own units
PARTS: Final = ("macro_f1", "accuracy", "calibration_error", "brier")
NAMES: Final = ("macro-F1", "accuracy", "calibration error", "Brier score")


@dataclass(frozen=True, slots=True)
class Dot:
    """A bin of the reliability plot: its place, its radius, and what it says."""

    x: float
    y: float
    radius: float
    title: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the confusion table: its count, and how dark it is, 0 to 10."""

    count: int
    shade: int


def render_page(found: Mapping[str, Any]) -> str:
    """Return an evaluation as HTML that needs no other file.

    Raises
    ------
    ReportError
        If jinja2 is missing.
    """
    return render_template(
        "evaluation.html",
        ("palette.css", "page.css", "evaluation.css"),
        None,
        found=found,
        side=SIDE,
        span=span,
        figures=[
            (name, found[part], found[f"{part}_95"])
            for name, part in zip(NAMES, PARTS, strict=True)
        ],
        cells=cells_of(found["confusion"]),
        dots=dots_of(found["reliability"]),
        line=path_of([(p["coverage"], p["error"]) for p in found["risk_coverage"]]),
        band=band_of(found["risk_coverage"]),
    )


def span(value: float, bounds: Sequence[float]) -> str:
    """Return a figure with its interval."""
    return f"{value:.3f} ({bounds[0]:.3f} to {bounds[1]:.3f})"


def cells_of(confusion: Sequence[Sequence[int]]) -> list[list[Cell]]:
    """Return the confusion table; a cell is as dark as its share of the row."""
    return [[Cell(n, round(10 * n / max(sum(row), 1))) for n in row] for row in confusion]


def dots_of(bins: Sequence[Mapping[str, float]]) -> list[Dot]:
    """Return the bins of the reliability plot; the area of a dot is its number of paragraphs."""
    most = max(one["n"] for one in bins)
    return [
        Dot(
            round(one["proba"] * SIDE, 1),
            round((1.0 - one["share"]) * SIDE, 1),
            round(2.0 + 8.0 * (one["n"] / most) ** 0.5, 1),
            f"said {one['proba']:.2f}, right {one['share']:.2f}, n = {one['n']}",
        )
        for one in bins
    ]


def path_of(points: Sequence[tuple[float, float]]) -> str:
    """Return the points of a polyline; both axes go from 0 to 1."""
    return " ".join(f"{x * SIDE:.1f},{(1.0 - y) * SIDE:.1f}" for x, y in points)


def band_of(points: Sequence[Mapping[str, Any]]) -> str:
    """Return the outline of the intervals of a curve."""
    low = [(one["coverage"], one["error_95"][0]) for one in points]
    high = [(one["coverage"], one["error_95"][1]) for one in points]
    return path_of([*low, *reversed(high)])
