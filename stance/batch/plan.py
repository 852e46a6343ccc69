"""Files -> tasks: what one worker does at a time, the same whatever the number of workers."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from stance.batch.walk import Found
from stance.errors import ArticleError
from stance.formats.sniff import HEAD_BYTES, sniff

MAX_FILES: Final = 128
FIRST_FILES: Final = 8  # then twice as many a task: a small folder keeps all cores busy too
MAX_BYTES: Final = 2_000_000
_LINES: Final = (".jsonl", ".ndjson")
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Piece:
    """A file, or the lines of it from byte ``start`` up to ``stop``; ``line`` counts from 1."""

    file: Found
    start: int = 0
    stop: int | None = None
    line: int = 1

    @property
    def n_bytes(self) -> int:
        """Return how much there is to read."""
        return (self.file.size if self.stop is None else self.stop) - self.start


@dataclass(frozen=True, slots=True)
class Task:
    """Pieces that are read, scored and written together."""

    number: int
    pieces: tuple[Piece, ...]


def iter_tasks(
    files: Iterable[Found], max_files: int = MAX_FILES, max_bytes: int = MAX_BYTES
) -> Iterator[Task]:
    """Put files together up to a number and a size; cut long JSONL files at line ends."""
    number, size, pieces = 0, 0, list[Piece]()
    for file in files:
        for piece in _pieces(file, max_bytes):
            most = min(max_files, FIRST_FILES << min(number, 8))
            if pieces and (len(pieces) == most or size + piece.n_bytes > max_bytes):
                yield Task(number, tuple(pieces))
                number, size, pieces = number + 1, 0, []
            pieces.append(piece)
            size += piece.n_bytes
    if pieces:
        yield Task(number, tuple(pieces))


def dump_task(task: Task) -> str:
    """Write a task as one line of JSON."""
    return json.dumps(asdict(task)) + "\n"


def load_tasks(path: Path) -> Iterator[Task]:
    """Read the tasks that ``dump_task`` wrote, one at a time."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            data = json.loads(line)
            pieces = (Piece(Found(**p.pop("file")), **p) for p in data["pieces"])
            yield Task(data["number"], tuple(pieces))


def _pieces(file: Found, max_bytes: int) -> Iterator[Piece]:
    if not file.path.lower().endswith(_LINES) or file.size <= max_bytes or file.problem:
        yield Piece(file)
        return
    try:
        yield from _cut(file, max_bytes)
    except OSError:  # the reader meets it again, and says so in its own row
        yield Piece(file)


def _cut(file: Found, max_bytes: int) -> Iterator[Piece]:
    """Cut at the first line end at or after each `max_bytes`."""
    start, line = 0, 1
    with open(file.path, "rb") as data:
        head = data.read(HEAD_BYTES)
        if head[:2] in _WIDE or _kind(head, file.path) != "jsonl":
            yield Piece(file)
            return
        data.seek(0)
        while start < file.size:
            stop, n_lines = start, 0
            while stop < start + max_bytes:
                block = data.read(min(_BLOCK, start + max_bytes - stop))
                if not block:
                    break
                stop += len(block)
                n_lines += block.count(b"\n")
            rest = data.readline()
            stop += len(rest)
            n_lines += rest.endswith(b"\n")
            if stop == start:
                return
            yield Piece(file, start, stop, line)
            start, line = stop, line + n_lines


def _kind(head: bytes, path: str) -> str | None:
    try:
        return sniff(head, path)
    except ArticleError:  # the reader says it in its own row
        return None
