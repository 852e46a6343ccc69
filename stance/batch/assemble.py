"""Folders of tasks -> the results: rows in the order of the input, duplicates marked."""

import json
import os
import shutil
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from stance.batch.duplicates import DuplicateTable
from stance.batch.rows import article_columns, paragraph_columns
from stance.batch.work import Settings
from stance.batch.writers import arrow_schema, dictionary_of, header
from stance.likeness import Tally

_BLOCK: Final = 1 << 22


@dataclass(slots=True)
class Totals:
    """What all tasks gave together."""

    labels: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    tally: Tally = field(default_factory=Tally)

    def add(self, counts: dict[str, Any], labels: Sequence[str]) -> None:
        """Add the counts of one task."""
        for name in ("n_articles", "n_paragraphs"):
            self.counts[name] += counts[name]
        self.labels.update(dict(zip(labels, counts["labels"], strict=True)))
        self.statuses.update(counts["statuses"])
        self.errors.update(counts["errors"])
        self.tally += Tally(**counts["tally"])

    def as_dict(self) -> dict[str, Any]:
        """Return the totals as plain data, in an order that does not depend on the run."""
        return {
            "n_articles": self.counts["n_articles"],
            "n_paragraphs": self.counts["n_paragraphs"],
            "n_errors": self.errors.total(),
            "n_duplicates": self.counts["n_duplicates"],
            "labels": dict(self.labels),
            "statuses": dict(sorted(self.statuses.items())),
            "errors": dict(sorted(self.errors.items())),
        }


def assemble(
    work: Path, out: Path, n_tasks: int, settings: Settings, labels: Sequence[str]
) -> Totals:
    """Put the folders of all tasks together, and give the results their names.

    Safe to break off and to run again: nothing in `work` changes but what this made.
    """
    totals, table = Totals(), DuplicateTable() if settings.duplicates else None
    draft = work / "results"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    parquet = settings.format == "parquet"
    target: Any = (_Parts if parquet else _Lines)(draft, settings, labels)
    with closing(target), (draft / "errors.jsonl").open("wb") as errors:
        for number in range(n_tasks):
            folder = work / str(number)
            totals.add(json.loads((folder / "counts.json").read_text(encoding="utf-8")), labels)
            groups = None if table is None else table.add(np.load(folder / "minima.npy"))
            if groups is not None:
                first = totals.counts["n_articles"] - len(groups)
                own = sum(group == first + i for i, group in enumerate(groups))
                totals.counts["n_duplicates"] += len(groups) - own
            target.add(folder, groups)
            with (folder / "errors").open("rb") as rows:
                shutil.copyfileobj(rows, errors, _BLOCK)
    for made in sorted(draft.iterdir()):
        if made.is_dir():
            shutil.rmtree(out / made.name, ignore_errors=True)
        made.rename(out / made.name)
    return totals


class _Lines:
    """Articles and paragraphs as one file each."""

    def __init__(self, draft: Path, settings: Settings, labels: Sequence[str]) -> None:
        kinds = (article_columns(labels), paragraph_columns(labels, with_text=settings.text))
        self._csv = settings.format == "csv"
        self._files: list[BinaryIO] = []
        for name, columns in zip(("articles", "paragraphs"), kinds, strict=True):
            file = (draft / f"{name}.{settings.format}").open("wb")
            file.write(header(settings.format, columns))
            self._files.append(file)

    def add(self, folder: Path, groups: list[int] | None) -> None:
        articles, paragraphs = self._files
        lengths: NDArray[np.int64] = np.load(folder / "lengths.npy")
        with (folder / "articles").open("rb") as rows:
            for i, length in enumerate(lengths.tolist()):
                row, group = rows.read(length), groups[i] if groups else None
                if self._csv:
                    articles.write(b"%s,%s\n" % (row[:-1], b"" if group is None else b"%d" % group))
                else:
                    cell = b"null" if group is None else b"%d" % group
                    articles.write(b'%s, "duplicate_group": %s}\n' % (row[:-2], cell))
        with (folder / "paragraphs").open("rb") as rows:
            shutil.copyfileobj(rows, paragraphs, _BLOCK)

    def close(self) -> None:
        for file in self._files:
            file.close()


class _Parts:
    """Articles and paragraphs as folders of Parquet files, one a task that has rows."""

    def __init__(self, draft: Path, settings: Settings, labels: Sequence[str]) -> None:
        import pyarrow.parquet

        self._parquet = pyarrow.parquet
        columns = article_columns(labels)
        self._schema, self._dictionary = arrow_schema(columns), dictionary_of(columns)
        self._draft, self._n_parts = draft, 0
        for name in ("articles", "paragraphs"):
            (draft / name).mkdir()

    def add(self, folder: Path, groups: list[int] | None) -> None:
        import pyarrow

        with pyarrow.memory_map(str(folder / "articles")) as mapped:
            table = pyarrow.ipc.open_file(mapped).read_all()
        if not len(table) and self._n_parts:
            return
        cells: Any = groups or [None] * len(table)
        column = pyarrow.array(cells, pyarrow.int64())
        table = table.append_column(self._schema.field("duplicate_group"), column)
        part = f"part-{self._n_parts:05}.parquet"
        self._parquet.write_table(table, self._draft / "articles" / part, compression="zstd",
                                  use_dictionary=self._dictionary)  # fmt: skip
        _give(folder / "paragraphs", self._draft / "paragraphs" / part)
        self._n_parts += 1

    def close(self) -> None:
        """Nothing is open."""


def _give(source: Path, target: Path) -> None:
    """Let a file have a second name, or a copy where the file system knows no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
