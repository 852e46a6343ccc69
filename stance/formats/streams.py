"""Bytes in: decompressed on the fly, bounded, never unpacked to disk."""

import bz2
import gzip
import io
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from stance.formats.records import ReadError

_MAX_RATIO: Final = 100  # news text packs 3 to 10 times, a bomb a thousand times
_MAX_XZ_MEMORY: Final = 128 * 1024 * 1024
_CHUNK: Final = 64 * 1024
_PIECE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Input:
    """A file or a member: ``name`` with its ending, ``stream`` from its first byte.

    ``path`` is set where the stream is a file on disk as it is. ``size_bytes`` is the size of the
    file on disk that everything comes from.
    """

    name: str
    stream: "io.BufferedReader[Any]"
    size_bytes: int
    path: Path | None = None


class Inflated(io.RawIOBase):
    """A decompressed stream that stops at a bomb.

    Raises
    ------
    ReadError
        On reading, if more than ``max_bytes`` and a hundred times the packed size came out.
    """

    def __init__(self, packed: IO[bytes], size_bytes: int, max_bytes: int) -> None:
        self._packed = packed
        self._limit = max(max_bytes, _MAX_RATIO * size_bytes)
        self._n_read = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer; 0 is the end."""
        data = self._packed.read(len(buffer))
        self._n_read += len(data)
        if self._n_read > self._limit:
            raise bomb(self._limit)
        buffer[: len(data)] = data
        return len(data)


class Xz(io.RawIOBase):
    """An xz stream read with bounded memory: the dictionary of a hostile one takes gigabytes."""

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._decoder = lzma.LZMADecompressor(memlimit=_MAX_XZ_MEMORY)

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer; 0 is the end."""
        while True:
            if self._decoder.eof:
                rest = self._decoder.unused_data.lstrip(b"\0") or self._packed.read(_CHUNK)
                if not rest.strip(b"\0"):
                    return 0
                self._decoder = lzma.LZMADecompressor(memlimit=_MAX_XZ_MEMORY)
            else:
                rest = self._packed.read(_CHUNK) if self._decoder.needs_input else b""
                if not rest and self._decoder.needs_input:
                    raise EOFError("the xz data end before their end mark")
            data = self._decoder.decompress(rest, len(buffer))
            if data:
                buffer[: len(data)] = data
                return len(data)


def bomb(limit: int) -> ReadError:
    """Return the error for what unpacks to more than ``limit`` bytes."""
    return ReadError(
        "unpack", f"it unpacks to more than {limit} bytes, as a decompression bomb does",
        "leave it out, or raise the limit on bytes if you trust it",
    )  # fmt: skip


def inflate(packed: Input, kind: str, max_bytes: int) -> Input:
    """Return what a gz, bz2 or xz file holds, named without that ending."""
    source: Any
    if kind == "gz":
        source = gzip.GzipFile(fileobj=packed.stream)
    elif kind == "bz2":
        source = bz2.BZ2File(packed.stream)
    else:
        source = io.BufferedReader(Xz(packed.stream), _CHUNK)
    stem, _, ending = packed.name.rpartition(".")
    is_tar = ending.lower() in ("tgz", "tbz2", "txz")
    name = f"{stem}.tar" if is_tar else stem if ending.lower() == kind else packed.name
    inflated = Inflated(source, packed.size_bytes, max_bytes)
    return Input(name, io.BufferedReader(inflated, _CHUNK), packed.size_bytes)


def read_whole(source: Input, max_bytes: int) -> bytes:
    """Read all of a document.

    Raises
    ------
    ReadError
        If it has more than ``max_bytes``.
    """
    # read(n) allocates n bytes at once, whatever there is to read
    pieces, n_read = [], 0
    while n_read <= max_bytes and (piece := source.stream.read(_PIECE)):
        pieces.append(piece)
        n_read += len(piece)
    if n_read > max_bytes:
        raise ReadError(
            "read", f"it has more than {max_bytes} bytes",
            "split it, or raise the limit on bytes",
        )  # fmt: skip
    return b"".join(pieces)


def iter_lines(stream: IO[bytes], max_bytes: int) -> Iterator[bytes | None]:
    """Yield lines with their ends; None for a line of more than ``max_bytes``."""
    while line := stream.readline(max_bytes + 1):
        if len(line) <= max_bytes:
            yield line
            continue
        yield None
        while line and not line.endswith(b"\n"):
            line = stream.readline(_CHUNK)
