"""The figures of a model's metrics.json -> plots, as plain data in pixels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_LEFT: Final = 70.0
_TOP: Final = 62.0
_SIDE: Final = 300.0
_INK: Final = 7  # the column whose colour is that of no usual label


@dataclass(frozen=True, slots=True)
class Text:
    """A text at a place; ``anchor`` is ``start``, ``middle`` or ``end``."""

    x: float
    y: float
    text: str
    anchor: str = "middle"
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """Points joined by a line, in the colour of a column."""

    column: int
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A filled box; ``opacity`` is 0 to 1."""

    column: int
    x: float
    y: float
    width: float
    height: float
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing with what it says in words; ``lines`` are x1, y1, x2, y2 of the grid."""

    title: str
    description: str
    width: float
    height: float
    lines: tuple[tuple[float, float, float, float], ...]
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]
    texts: tuple[Text, ...]


def plots_of(metrics: Mapping[str, Any], labels: Sequence[str]) -> dict[str, Plot]:
    """Return the plots by name; none where the slower figures have not been measured.

    Parameters
    ----------
    metrics : mapping
        What metrics.json holds.
    labels : sequence of str
        In the order of the model's columns.
    """
    found = metrics.get("evaluation")
    if not found:
        return {}
    whole = {"rows": sum(metrics["rows"].values()), **metrics["cross_validation"]}
    return {
        "reliability": reliability_plot(found["reliability"], labels),
        "confusion": confusion_plot(found["confusion"], labels),
        "learning-curve": learning_plot([*found["learning_curve"], whole]),
        "accuracy-by-corpus": corpus_plot(found["by_source"]),
    }


def reliability_plot(curves: Mapping[str, Sequence[Mapping[str, float]]], labels: Sequence[str]
                     ) -> Plot:  # fmt: skip
    """Plot how often a label is right where it is given a probability."""
    lines, texts = _frame("probability given to the label", "share that is right", (0, 1), (0, 1))
    lines.append((_LEFT, _TOP + _SIDE, _LEFT + _SIDE, _TOP))
    drawn, boxes, said = [], [], []
    for i, label in enumerate(labels):
        drawn.append(_curve(i, curves[label]))
        y = _TOP + 20 + 24 * i
        boxes.append(Box(i, _LEFT + _SIDE + 20, y - 9, 12, 12))
        texts.append(Text(_LEFT + _SIDE + 40, y + 1, label, "start"))
        total = sum(bin["n"] for bin in curves[label])
        gap = sum(bin["n"] * abs(bin["proba"] - bin["share"]) for bin in curves[label]) / total
        said.append(f"{label} is off by {100 * gap:.1f} points on average")
    return _plot("Reliability: is a probability what it says?", "; ".join(said), lines, boxes,
                 drawn, texts, width=540.0)  # fmt: skip


def _curve(column: int, bins: Sequence[Mapping[str, float]]) -> Curve:
    places = [(_LEFT + _SIDE * b["proba"], _TOP + _SIDE * (1 - b["share"])) for b in bins]
    return Curve(column, tuple(places))


def confusion_plot(table: Sequence[Sequence[int]], labels: Sequence[str]) -> Plot:
    """Plot which label the model gives (columns) to paragraphs of each label by hand (rows)."""
    left, cell = 120.0, 84.0
    boxes, texts, said = [], [], []
    for i, (label, row) in enumerate(zip(labels, table, strict=True)):
        total = max(sum(row), 1)
        middle = _TOP + 26 + cell * (i + 0.5)
        texts.append(Text(left - 10, middle + 4, label, "end"))
        texts.append(Text(left + cell * (i + 0.5), _TOP + 16, label))
        said.append(f"{row[i] / total:.0%} of {label} are found")
        for j, n in enumerate(row):
            x, y = left + cell * j, _TOP + 26 + cell * i
            boxes.append(Box(i, x + 1, y + 1, cell - 2, cell - 2, round(0.06 + 0.4 * n / total, 3)))
            texts.append(Text(x + cell / 2, middle, f"{n / total:.0%}", strong=i == j))
            texts.append(Text(x + cell / 2, middle + 18, f"{n:,}"))
    height = _TOP + 26 + cell * len(labels) + 34
    middle = left + cell * len(labels) / 2
    texts.append(Text(middle, height - 10, "rows: by hand; columns: by the model"))
    return _plot("Confusion: which label is taken for which?", "; ".join(said), [], boxes, [],
                 texts, width=left + cell * len(labels) + 20, height=height)  # fmt: skip


def learning_plot(points: Sequence[Mapping[str, Any]]) -> Plot:
    """Plot macro-F1 by the number of labelled paragraphs that train."""
    most = max(point["rows"] for point in points)
    values = [point["macro_f1"] for point in points]
    low, high = _round_range(values)
    lines, texts = _frame("labelled paragraphs that train", "macro-F1", (0, most), (low, high))
    places = tuple(
        (_LEFT + _SIDE * point["rows"] / most,
         _TOP + _SIDE * (high - point["macro_f1"]) / (high - low))
        for point in points
    )  # fmt: skip
    texts += [
        Text(min(x, _LEFT + _SIDE - 16), y - 12, f"{value:.3f}", strong=True)
        for (x, y), value in zip(places, values, strict=True)
    ]
    said = ", ".join(f"{v:.3f} with {p['rows']:,}" for p, v in zip(points, values, strict=True))
    return _plot("Learning curve: would more labels help?", f"macro-F1 {said} paragraphs", lines,
                 [], [Curve(_INK, places)], texts)  # fmt: skip


def corpus_plot(by_corpus: Mapping[str, Mapping[str, Any]]) -> Plot:
    """Plot macro-F1 on each corpus."""
    left, step, width = 150.0, 34.0, 260.0
    boxes, texts, said = [], [], []
    for i, (name, figures) in enumerate(by_corpus.items()):
        y, value = _TOP + 16 + step * i, float(figures["macro_f1"])
        boxes.append(Box(_INK, left, y, width * value, 20))
        texts.append(Text(left - 10, y + 14, name, "end"))
        texts.append(Text(left + width * value + 8, y + 14, f"{value:.3f}", "start", strong=True))
        said.append(f"{name} {value:.3f}")
    bottom = _TOP + 16 + step * len(by_corpus)
    lines = [(left + width * k / 4, _TOP + 8, left + width * k / 4, bottom) for k in range(5)]
    texts += [Text(left + width * k / 4, bottom + 16, f"{k / 4:g}") for k in range(5)]
    return _plot("Macro-F1 by corpus", ", ".join(said), lines, boxes, [], texts,
                 width=left + width + 60, height=bottom + 30)  # fmt: skip


def _round_range(values: Sequence[float]) -> tuple[float, float]:
    """Return a range in tenths around values between 0 and 1."""
    return int(10 * min(values)) / 10, min(int(10 * max(values) + 1) / 10, 1.0)


def _frame(
    x_name: str, y_name: str, x: tuple[float, float], y: tuple[float, float]
) -> tuple[list[tuple[float, float, float, float]], list[Text]]:
    """Return five grid lines each way with their values, and the names of the axes."""
    lines, texts = [], []
    for k in range(5):
        at = k / 4
        lines.append((_LEFT, _TOP + _SIDE * at, _LEFT + _SIDE, _TOP + _SIDE * at))
        lines.append((_LEFT + _SIDE * at, _TOP, _LEFT + _SIDE * at, _TOP + _SIDE))
        below, beside = x[0] + at * (x[1] - x[0]), y[1] - at * (y[1] - y[0])
        texts.append(Text(_LEFT + _SIDE * at, _TOP + _SIDE + 18, _number(below)))
        texts.append(Text(_LEFT - 8, _TOP + _SIDE * at + 4, _number(beside), "end"))
    texts.append(Text(_LEFT + _SIDE / 2, _TOP + _SIDE + 40, x_name))
    texts.append(Text(_LEFT - 8, _TOP - 10, y_name, "start"))
    return lines, texts


def _number(value: float) -> str:
    return f"{value:,.0f}" if value > 1 else f"{value:.3g}"


def _plot(
    title: str,
    description: str,
    lines: Sequence[tuple[float, float, float, float]],
    boxes: Sequence[Box],
    curves: Sequence[Curve],
    texts: Sequence[Text],
    *,
    width: float = 420.0,
    height: float = _TOP + _SIDE + 60,
) -> Plot:
    return Plot(title, description, width, height, tuple(lines), tuple(boxes), tuple(curves),
                tuple(texts))  # fmt: skip
