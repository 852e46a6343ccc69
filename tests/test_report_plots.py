"""The plots of the model card: drawn from the figures, readable in light and dark."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from stance.labels import LABELS
from stance.report.markup import render_plot
from stance.report.plots import confusion_plot, learning_plot, plots_of, reliability_plot
from train.figures import render_figures, write_figures

ROOT = Path(__file__).resolve().parent.parent
SVG = "{http://www.w3.org/2000/svg}"
BINS = [{"proba": 0.1, "share": 0.1, "n": 30}, {"proba": 0.9, "share": 0.7, "n": 10}]
METRICS: dict[str, Any] = {
    "rows": {"quay/neutral": 400},
    "cross_validation": {"macro_f1": 0.7},
    "evaluation": {
        "reliability": dict.fromkeys(LABELS, BINS),
        "confusion": [[8, 2, 0, 0], [0, 5, 5, 0], [0, 0, 9, 1], [1, 1, 1, 1]],
        "learning_curve": [{"rows": 100, "macro_f1": 0.6}, {"rows": 200, "macro_f1": 0.65}],
        "by_source": {"quay": {"macro_f1": 0.5}, "pier & <dock>": {"macro_f1": 0.75}},
    },
}


def texts_of(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_every_plot_is_well_formed_and_says_what_it_shows(tmp_path: Path) -> None:
    write_figures(tmp_path, METRICS)
    names = {path.stem for path in (tmp_path / "figures").glob("*.svg")}
    assert names == {"reliability", "confusion", "learning-curve", "accuracy-by-corpus"}
    for path in (tmp_path / "figures").glob("*.svg"):
        svg = path.read_text("utf-8")
        root = ElementTree.fromstring(svg)
        assert root.findtext(f"{SVG}title")
        assert root.findtext(f"{SVG}desc")
        assert "prefers-color-scheme: dark" in svg


def test_reliability_measures_the_distance_from_the_diagonal() -> None:
    plot = reliability_plot(METRICS["evaluation"]["reliability"], LABELS)
    assert "cooperative is off by 5.0 points" in plot.description
    (first, last) = plot.curves[0].points
    assert first[0] < last[0]
    assert first[1] > last[1]


def test_confusion_gives_shares_of_each_row() -> None:
    plot = confusion_plot(METRICS["evaluation"]["confusion"], LABELS)
    shown = texts_of(render_plot(plot))
    assert [text for text in shown if text in ("80%", "20%")] == ["80%", "20%"]
    assert "25% of speculative are found" in plot.description


def test_learning_curve_ends_with_the_model_itself() -> None:
    plot = plots_of(METRICS, LABELS)["learning-curve"]
    assert plot.description.endswith("0.700 with 400 paragraphs")
    heights = [y for _, y in plot.curves[0].points]
    assert heights == sorted(heights, reverse=True)


def test_learning_curve_stays_inside_its_frame() -> None:
    plot = learning_plot([{"rows": 10, "macro_f1": 0.99}, {"rows": 20, "macro_f1": 1.0}])
    assert all(0 <= y <= plot.height for _, y in plot.curves[0].points)


def test_names_of_corpora_are_escaped() -> None:
    assert "pier & <dock>" in texts_of(render_figures(METRICS)["accuracy-by-corpus"])


def test_nothing_is_drawn_of_what_is_not_measured() -> None:
    assert render_figures({"cross_validation": {"macro_f1": 0.7}}) == {}


def test_figures_that_the_card_shows_are_those_of_the_metrics() -> None:
    model = ROOT / "model"
    shown = re.findall(r"\]\((figures/[\w-]+\.svg)\)", (model / "README.md").read_text("utf-8"))
    expected = render_figures(json.loads((model / "metrics.json").read_text("utf-8")))
    for name in shown:
        found = (model / name).read_text("utf-8")
        assert found == expected[Path(name).stem], "run `python -m train export`"
