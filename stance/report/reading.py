"""A scored folder -> its articles and errors as the page of a folder needs them."""

import datetime
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from stance.batch.manifest import read_manifest
from stance.batch.summary import Summary
from stance.mix import MIXED, PARTS
from stance.rounds.scored import ScoredFolder, iter_rows, open_scored, told_of

_MAX_STRIP: Final = 400


@dataclass(frozen=True, slots=True)
class PartShares:
    """The estimated shares of a part and their 90 % intervals, 0 to 1, one a label."""

    shares: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FolderArticle:
    """An article row.

    Attributes
    ----------
    day : date or None
        None where the row's date does not begin with a day.
    group : int or None
        The number, from 0, of the first row with the same text.
    strip : str
        The columns of the labels of its paragraphs, one digit each, unsure ones not marked.
    """

    id: str
    title: str
    url: str
    source: str
    date: str
    day: datetime.date | None
    status: str
    reason: str
    warning: str
    n_paragraphs: int
    dominant: str
    group: int | None
    parts: Mapping[str, PartShares | None]
    strip: str


@dataclass(frozen=True, slots=True)
class FolderError:
    """What was not scored, why, and what to do."""

    id: str
    stage: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class ScoredRows:
    """All of a scored folder but the texts."""

    folder: ScoredFolder
    summary: Summary
    articles: tuple[FolderArticle, ...]
    errors: tuple[FolderError, ...]


def read_folder(path: str | Path) -> ScoredRows:
    """Read what ``stance score`` wrote.

    Raises
    ------
    DataError
        If the folder is none, is not finished, holds no paragraph, or was edited.
    """
    folder = open_scored(path)
    manifest = read_manifest(folder.path)
    assert manifest is not None  # open_scored has read it
    strips: defaultdict[str, list[str]] = defaultdict(list)
    columns = {label: f"{i % 10}" for i, label in enumerate(folder.labels)}
    for row in iter_rows(folder, "paragraphs"):
        strips[row["article"]].append(columns[row["label"]])
    with told_of(path):
        articles = tuple(
            _article(row, folder.labels, "".join(strips[row["id"]][:_MAX_STRIP]))
            for row in iter_rows(folder, "articles")
        )
    n_files = manifest["input"]["n_files"]
    summary = Summary(str(folder.path), n_files, **manifest["totals"], seconds=0.0)
    return ScoredRows(folder, summary, articles, _errors(folder.path / "errors.jsonl"))


def _article(row: Mapping[str, Any], labels: tuple[str, ...], strip: str) -> FolderArticle:
    group, when = row["duplicate_group"], row["date"] or ""
    return FolderArticle(
        id=row["id"],
        title=row["title"] or row["id"],
        url=row["url"] or "",
        source=row["source"] or "",
        date=when,
        day=_day(when),
        status=row["status"],
        reason=row["reason"] or "",
        warning=row["warning"] or "",
        n_paragraphs=int(row["whole_n_paragraphs"]),
        dominant=row["whole_dominant"] or MIXED,
        group=None if group in (None, "") else int(group),
        parts={part: _part(row, part, labels) for part in PARTS},
        strip=strip,
    )


def _part(row: Mapping[str, Any], part: str, labels: tuple[str, ...]) -> PartShares | None:
    if not int(row[f"{part}_n_paragraphs"]):
        return None
    columns = [
        tuple([float(row[f"{part}_{name}_{label}"]) for label in labels])
        for name in ("estimated", "low", "high")
    ]
    return PartShares(*columns)


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _errors(path: Path) -> tuple[FolderError, ...]:
    with told_of(path), path.open(encoding="utf-8") as lines:
        rows = map(json.loads, lines)
        return tuple(
            FolderError(row["id"], row["stage"], row["reason"], row["advice"]) for row in rows
        )
