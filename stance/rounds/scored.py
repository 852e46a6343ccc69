"""A scored folder (docs/batch.md) -> its paragraphs and articles, in each of its formats."""

import csv
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance.batch.manifest import read_manifest
from stance.batch.writers import restore
from stance.errors import BatchError, DataError


@dataclass(frozen=True, slots=True)
class ScoredFolder:
    """What ``stance score`` wrote.

    ``format`` is ``jsonl``, ``csv`` or ``parquet``; ``model`` the digest of the model;
    ``likeness`` what the run found of its likeness to the training text, or None.
    """

    path: Path
    labels: tuple[str, ...]
    format: str
    model: str
    has_text: bool
    likeness: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ScoredParagraph:
    """A paragraph row; ``proba`` in the order of the folder's labels, ``text`` "" without one."""

    article: str
    n: int
    part: str
    text: str
    label: str
    proba: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ScoredArticle:
    """An article row; ``counts`` are the paragraphs of the whole article by label."""

    id: str
    title: str
    date: str
    counts: tuple[int, ...]


def is_scored(path: str | Path) -> bool:
    """Whether a folder holds results of ``stance score``."""
    try:
        return read_manifest(Path(path)) is not None
    except BatchError:
        return False


def open_scored(path: str | Path) -> ScoredFolder:
    """Open a scored folder.

    Raises
    ------
    DataError
        If it is none, is not finished, or holds no paragraph.
    """
    try:
        manifest = read_manifest(Path(path))
    except BatchError as error:
        raise DataError(f"{path}: {error}") from error
    if manifest is None:
        raise DataError(f"{path}: no results of `stance score`; run it with --out {path} first")
    if not manifest["complete"]:
        raise DataError(f"{path}: the run is not finished; give the same command again")
    totals = manifest["totals"]
    if not totals["n_paragraphs"]:
        raise DataError(f"{path}: holds no paragraph; score articles first")
    settings = manifest["settings"]
    return ScoredFolder(
        Path(path), tuple(totals["labels"]), settings["format"], manifest["model_sha256"],
        settings["text"], manifest.get("likeness"),
    )  # fmt: skip


def iter_paragraphs(folder: ScoredFolder) -> Iterator[ScoredParagraph]:
    """Yield the paragraphs in their order."""
    names = [f"p_{label}" for label in folder.labels]
    for row in iter_rows(folder, "paragraphs"):
        proba = tuple([float(row[name]) for name in names])
        text = row.get("text") or ""
        yield ScoredParagraph(row["article"], int(row["n"]), row["part"], text, row["label"], proba)


def iter_articles(folder: ScoredFolder) -> Iterator[ScoredArticle]:
    """Yield the articles in their order."""
    names = [f"whole_n_{label}" for label in folder.labels]
    for row in iter_rows(folder, "articles"):
        counts = tuple([int(row[name]) for name in names])
        yield ScoredArticle(row["id"], row["title"] or "", row["date"] or "", counts)


def iter_rows(folder: ScoredFolder, kind: str) -> Iterator[dict[str, Any]]:
    """Yield rows of ``articles`` or ``paragraphs``; in CSV every cell is a str.

    Raises
    ------
    DataError
        If the rows cannot be read.
    """
    path = folder.path / f"{kind}.{folder.format}"
    with told_of(path):
        if folder.format == "parquet":
            yield from _iter_parquet(folder.path / kind)
        elif folder.format == "csv":
            with path.open(encoding="utf-8", newline="") as file:
                csv.field_size_limit(2**31 - 1)
                for row in csv.DictReader(file):
                    yield {name: restore(cell) for name, cell in row.items()}
        else:
            with path.open(encoding="utf-8") as file:
                yield from map(json.loads, file)


@contextmanager
def told_of(path: str | Path) -> Iterator[None]:
    """Turn what reading rows raises into a DataError that names the file."""
    try:
        yield
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; score the folder again") from error
    except (KeyError, ValueError) as error:
        raise DataError(f"{path}: edited or cut ({error}); score the folder again") from error


def _iter_parquet(folder: Path) -> Iterator[dict[str, Any]]:
    try:
        import pyarrow.parquet
    except ModuleNotFoundError as error:
        raise DataError("parquet: pyarrow is missing; pip install 'stance[formats]'") from error
    for part in sorted(folder.glob("part-*.parquet")):
        with pyarrow.parquet.ParquetFile(part) as file:
            for batch in file.iter_batches():
                yield from batch.to_pylist()
