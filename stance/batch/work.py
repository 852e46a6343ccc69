"""One task -> a folder of rows: what a worker does, told everything by its arguments."""

import hashlib
import json
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from stance.batch.duplicates import N_HASHES, signatures
from stance.batch.limits import TooSlowError, Watch
from stance.batch.plan import Piece, Task
from stance.batch.rows import Read, article_columns, paragraph_columns, score_documents
from stance.batch.writers import open_writer
from stance.classifier import Classifier
from stance.errors import BatchError
from stance.formats import Document, Failure, ReadOptions, iter_documents, iter_json_lines
from stance.likeness import Tally

BATCH_PARAGRAPHS: Final = 2000
BATCH_CHARS: Final = 2_000_000
BYTES_A_TURN: Final = 1_000_000
CRASHED: Final = "crash"
_VARIABLE: Final = re.compile(
    r"'[^']*'|\"[^\"]*\"|\S*/\S*|\d+(?:\.\d+)?"
)  # so that like errors are counted together


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides about the rows; two runs may share a folder only if these are equal.

    Attributes
    ----------
    seconds : float
        Time to read one document; a file of many gets as much again for each megabyte it has.
    megabytes : int
        Memory of a worker.
    """

    format: Literal["jsonl", "csv", "parquet"] = "jsonl"
    text: bool = True
    duplicates: bool = True
    language: bool = True
    seconds: float = 10.0
    megabytes: int = 4096
    read: ReadOptions = field(default_factory=ReadOptions)


@dataclass(frozen=True, slots=True)
class Model:
    """A model folder (None: the shipped one) and the digest of what it held at the start."""

    folder: str | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Error:
    """A row of errors.jsonl: a file, or a member of one, that was not scored."""

    id: str
    path: str
    stage: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What a task gave."""

    n_files: int
    n_articles: int
    n_paragraphs: int
    labels: tuple[int, ...]
    statuses: Mapping[str, int]
    errors: Mapping[str, int]
    tally: Tally


def run_task(
    task: Task,
    settings: Settings,
    work: str,
    classifier: Classifier,
    skip: Mapping[int, str] | None = None,
) -> tuple[int, Counts]:
    """Read, score and write the pieces of a task; the folder `work`/N appears at once or not.

    Parameters
    ----------
    skip : mapping of int to str, or None
        Not None after the task has ended a worker: documents are scored apart, so that it is
        known which one does so; the pieces named become errors.

    Raises
    ------
    BatchError
        If rows cannot be written.
    """
    target = Path(work, str(task.number))
    draft = rows = None
    try:
        draft = Path(tempfile.mkdtemp(prefix=f"{task.number}.", dir=work))
        rows = _Rows(draft, settings, classifier)
        with (
            Path(work, f"{task.number}.now").open("wb") as now,
            Watch(settings.seconds, Path(work, f"{task.number}.hung")) as watch,
        ):
            for i, piece in enumerate(task.pieces):
                now.seek(0)
                now.write(b"%9d" % i)  # read by whoever finds this worker dead
                now.flush()
                rows.add_piece(piece, watch, (skip or {}).get(i))
                if skip is not None:
                    rows.flush()
        counts = rows.finish(len({piece.file.id for piece in task.pieces if not piece.start}))
        _publish(draft, target)
    except OSError as error:
        raise BatchError(f"{Path(work).parent}: cannot write: {error.strerror}; free or choose"
                         " another place, then run the same command again") from error  # fmt: skip
    finally:
        if rows is not None:
            rows.abandon()
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)
    return task.number, counts


@lru_cache(maxsize=1)
def load_classifier(model: Model) -> Classifier:
    """Load a model once a process.

    Raises
    ------
    BatchError
        If it is not the model that the run began with.
    """
    classifier = Classifier.load(model.folder)
    if digest_of(classifier) != model.sha256:
        raise BatchError(f"{model.folder}: the model changed during the run; start anew")
    return classifier


def digest_of(classifier: Classifier) -> str:
    """Return the sha256 of all that a model holds."""
    digest = hashlib.sha256()
    for item in fields(classifier.artefact):
        value = getattr(classifier.artefact, item.name)
        digest.update(item.name.encode())
        digest.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    return digest.hexdigest()


class _Rows:
    """The files of one task, and the documents that wait to be scored together."""

    def __init__(self, folder: Path, settings: Settings, classifier: Classifier) -> None:
        self._folder, self._settings, self._classifier = folder, settings, classifier
        labels, name = classifier.labels, settings.format
        self._articles = open_writer(
            name, folder / "articles", article_columns(labels)[:-1], final=False
        )
        columns = paragraph_columns(labels, with_text=settings.text)
        self._paragraphs = open_writer(name, folder / "paragraphs", columns)
        self._errors = (folder / "errors").open("wb")
        self._waiting: list[Read] = []
        self._n_waiting = self._n_chars = self._n_articles = self._n_paragraphs = 0
        self._labels = np.zeros(len(labels), dtype=np.int64)
        self._tally = Tally()
        self._statuses: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._lengths: list[int] = []
        self._minima = [np.zeros((0, N_HASHES), dtype=np.uint32)]

    def add_piece(self, piece: Piece, watch: Watch, crash: str | None) -> None:
        file = piece.file
        if file.problem is not None:
            self._error(file.id, file.path, "walk", file.problem, file.advice or "")
            return
        if crash is not None:
            self._error(file.id, file.path, CRASHED, crash, "look at the file, or exclude it")
            return
        for item in _read(piece, self._settings, watch):
            member = _member_id(file.id, item.member)
            if isinstance(item, Failure):
                self._error(member, file.path, item.stage, item.reason, item.advice)
                continue
            self._waiting.append(Read(member, printable(file.path), item))
            self._n_waiting += len(item.article.paragraphs)
            self._n_chars += len(item.article.source)
            if self._n_waiting >= BATCH_PARAGRAPHS or self._n_chars >= BATCH_CHARS:
                watch.disarm()
                self.flush()

    def finish(self, n_files: int) -> Counts:
        self.flush()
        self.abandon()
        minima = np.concatenate(self._minima)
        np.save(self._folder / "minima.npy", minima)
        np.save(self._folder / "lengths.npy", np.array(self._lengths, dtype=np.int64))
        counts = Counts(n_files, self._n_articles, self._n_paragraphs,
                        tuple(self._labels.tolist()), dict(self._statuses),
                        dict(self._reasons), self._tally)  # fmt: skip
        (self._folder / "counts.json").write_text(json.dumps(asdict(counts)), encoding="utf-8")
        return counts

    def abandon(self) -> None:
        for file in (self._articles, self._paragraphs, self._errors):
            file.close()

    def _error(self, name: str, path: str, stage: str, reason: str, advice: str) -> None:
        row = asdict(Error(name, printable(path), stage, printable(reason), advice))
        self._errors.write(
            json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
        )
        self._reasons[f"{stage}: {_VARIABLE.sub('*', reason)}"[:120]] += 1

    def flush(self) -> None:
        """Score and write what waits."""
        if not self._waiting:
            return
        scored = score_documents(
            self._classifier, self._waiting,
            with_text=self._settings.text, with_language=self._settings.language,
        )  # fmt: skip
        self._lengths += self._articles.write(scored.articles)
        self._paragraphs.write(scored.paragraphs)
        if self._settings.duplicates:
            self._minima.append(signatures(scored.texts))
        self._labels += scored.label_counts
        self._tally += scored.tally
        self._statuses.update(scored.articles["status"])
        self._n_articles += len(self._waiting)
        self._n_paragraphs += sum(scored.label_counts)
        self._waiting.clear()
        self._n_waiting = self._n_chars = 0


def _member_id(file_id: str, member: str) -> str:
    """Join the id of a file with the member, which is ``#17``, ``a/b.txt`` or ``a/b.csv#17``."""
    return file_id + ("" if member[:1] in ("", "#") else "/") + member


def printable(path: str) -> str:
    """Write bytes of a path that are not UTF-8 as a backslash and xNN."""
    try:
        data = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no byte of a name
        data = path.encode("utf-8", "backslashreplace")
    return data.decode("utf-8", "backslashreplace")


def _read(piece: Piece, settings: Settings, watch: Watch) -> Iterator[Document | Failure]:
    """Yield the documents of a piece, each within the limit of time; errors are Failures."""
    advice = "look at the file, or exclude it"
    path, options = Path(piece.file.path), settings.read
    if piece.stop is None:
        documents = iter_documents(path, options)
    else:
        documents = iter_json_lines(path, piece.start, piece.stop, piece.line, options)
    left = settings.seconds * (1.0 + piece.n_bytes / BYTES_A_TURN)
    while True:
        try:
            started = time.monotonic()
            with watch.step():
                item: Any = next(documents, None)
            left -= time.monotonic() - started
            if left < 0.0:  # an archive may hold a hundred thousand members, each slow
                raise TooSlowError
        except TooSlowError:
            yield Failure("", "time", f"took longer than {settings.seconds:g} s"
                          + (" for its size" if left < 0.0 else ""), advice)  # fmt: skip
            return
        except MemoryError:
            yield Failure("", "memory", f"took more than {settings.megabytes} MB", advice)
            return
        if item is None:
            return
        yield item


def _publish(draft: Path, target: Path) -> None:
    """Give a finished folder its name; one that is there already holds the same."""
    try:
        draft.rename(target)
    except OSError:
        if not target.is_dir():
            raise
