"""Many articles -> their mean mix with an interval: overall, by period, by source."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from stance.report.reading import FolderArticle
from stance.report.shapes import Segment, ShareRow, stack
from stance.shares import Z90

UNITS: Final = ("month", "week", "day")
_MAX_PERIODS: Final = 400
_MAX_SOURCES: Final = 25


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean mix of some articles, each counted once."""

    name: str
    n: int
    bar: tuple[Segment, ...]
    rows: tuple[ShareRow, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One label over time: paths in a box of 100 by 100, the origin at the top left."""

    column: int
    label: str
    line: str
    band: str
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The mean mix by period."""

    unit: str
    periods: tuple[Mean, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Bubble:
    """Articles with about the same shares in body and enrichment; 0 to 100, radius in pixels."""

    x: float
    y: float
    radius: float
    n: int


@dataclass(frozen=True, slots=True)
class Scatter:
    """Body (x) against enrichment (y) for one label."""

    column: int
    label: str
    bubbles: tuple[Bubble, ...]
    n_more: int
    n_less: int


def mean_mix(name: str, labels: tuple[str, ...], articles: Sequence[FolderArticle]) -> Mean:
    """Return the mean of the articles' mixes with 90 % intervals.

    Notes
    -----
    The interval is the wider of two: that of the mean if the articles were drawn anew (Student's
    t), and that of a reader who labels these articles, whose errors in different articles are
    taken to be independent.
    """
    parts = [part for a in articles if (part := a.parts["whole"])]
    n = len(parts)
    shares = np.array([part.shares for part in parts])
    mean = shares.mean(axis=0)
    reach_of_reader = [
        math.sqrt(sum((part.high[i] - part.low[i]) ** 2 for part in parts)) / (2 * n)
        for i in range(len(labels))
    ]
    reach = np.array(reach_of_reader)
    if n > 1:
        drawn = _student(n - 1) * shares.std(axis=0, ddof=1) / math.sqrt(n)
        reach = np.maximum(reach, drawn)
    low, high = np.maximum(mean - reach, 0.0), np.minimum(mean + reach, 1.0)
    counts = Counter(article.dominant for article in articles)
    rows = tuple(
        ShareRow(i, label, 100 * float(mean[i]), 100 * float(low[i]), 100 * float(high[i]),
                 counts[label])
        for i, label in enumerate(labels)
    )  # fmt: skip
    return Mean(name, n, stack(labels, mean.tolist()), rows)


def _student(freedom: int) -> float:
    """Return the 95 % point of Student's t (Cornish and Fisher's expansion; exact for 1 and 2)."""
    if freedom <= 2:
        return (6.3138, 2.92)[freedom - 1]
    z = Z90
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def timelines(labels: tuple[str, ...], articles: Sequence[FolderArticle]) -> tuple[Timeline, ...]:
    """Return the mix by month, week and day, where that gives from 2 to 400 periods."""
    found = []
    for unit in UNITS:
        groups: defaultdict[date, list[FolderArticle]] = defaultdict(list)
        for article in articles:
            if article.day and article.parts["whole"]:
                groups[_start(article.day, unit)].append(article)
        if 2 <= len(groups) <= _MAX_PERIODS:
            found.append(_timeline(labels, unit, dict(sorted(groups.items()))))
    return tuple(found)


def _start(day: date, unit: str) -> date:
    if unit == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if unit == "week" else day


def _timeline(
    labels: tuple[str, ...], unit: str, groups: dict[date, list[FolderArticle]]
) -> Timeline:
    days = list(groups)
    length = (days[-1] - days[0]).days
    xs = [round(100 * (day - days[0]).days / length, 2) for day in days]
    periods = tuple(
        mean_mix(day.isoformat()[: 7 if unit == "month" else 10], labels, groups[day])
        for day in days
    )
    lines = []
    for i, label in enumerate(labels):
        rows = [period.rows[i] for period in periods]
        dots = tuple((x, round(100 - row.share, 1)) for x, row in zip(xs, rows, strict=True))
        upper = [f"{x},{100 - row.high:.1f}" for x, row in zip(xs, rows, strict=True)]
        lower = [f"{x},{100 - row.low:.1f}" for x, row in zip(xs, rows, strict=True)]
        line = "M" + " L".join(f"{x},{y}" for x, y in dots)
        band = "M" + " L".join([*upper, *reversed(lower)]) + "Z"
        lines.append(Line(i, label, line, band, dots))
    return Timeline(unit, periods, tuple(lines))


def by_source(labels: tuple[str, ...], articles: Sequence[FolderArticle]) -> tuple[Mean, ...]:
    """Return the mix of each source, those with the most articles first; at most 25."""
    groups: defaultdict[str, list[FolderArticle]] = defaultdict(list)
    for article in articles:
        if article.source and article.parts["whole"]:
            groups[article.source].append(article)
    names = sorted(groups, key=lambda name: (-len(groups[name]), name))[:_MAX_SOURCES]
    return tuple(mean_mix(name, labels, groups[name]) for name in names)


def scatters(labels: tuple[str, ...], articles: Sequence[FolderArticle]) -> tuple[Scatter, ...]:
    """Return body against enrichment for each label, in steps of 5 points."""
    pairs = [
        (body.shares, section.shares)
        for article in articles
        if (body := article.parts["body"]) and (section := article.parts["enrichment"])
    ]
    if not pairs:
        return ()
    found = []
    for i, label in enumerate(labels):
        cells = Counter((round(20 * body[i]), round(20 * other[i])) for body, other in pairs)
        bubbles = tuple(
            Bubble(5 * x, 5 * y, round(min(3 + 1.6 * math.sqrt(n - 1), 14), 1), n)
            for (x, y), n in sorted(cells.items())
        )
        more = sum(other[i] > body[i] for body, other in pairs)
        less = sum(other[i] < body[i] for body, other in pairs)
        found.append(Scatter(i, label, bubbles, more, less))
    return tuple(found)
