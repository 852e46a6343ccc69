"""Members of zip and tar archives, read one by one and never written to disk."""

import io
import os
import stat
import struct
import tarfile
import zipfile
from collections.abc import Iterator
from typing import IO, Final

from stance.formats.records import Failure, ReadError, ReadOptions, failure
from stance.formats.streams import Inflated, Input, bomb, read_whole

_TAIL_BYTES: Final = 65_557  # of a zip: its last record, behind which a comment may stand
_ENTRY_BYTES: Final = 512  # a generous size of a member's entry in a zip's directory
_CHUNK: Final = 64 * 1024
_UNSAFE_ADVICE: Final = "pack the archive again with plain relative names"

Member = tuple[str, Input | Failure]


def iter_zip(source: Input, options: ReadOptions) -> Iterator[Member]:
    """Yield the members of a zip archive, in the order of its directory."""
    file: IO[bytes] = (
        source.path.open("rb") if source.path else io.BytesIO(read_whole(source, options.max_bytes))
    )
    with file:
        _check_directory(file, options)
        with zipfile.ZipFile(file) as archive:
            limit = max(options.max_bytes, 100 * source.size_bytes)
            for info in archive.infolist()[: options.max_members]:
                if info.is_dir() or _is_litter(info.filename):
                    continue
                limit -= info.file_size  # zipfile reads no more than the header says
                if limit < 0:
                    raise bomb(max(options.max_bytes, 100 * source.size_bytes))
                yield info.filename, _zip_member(archive, info, source, options)
            if len(archive.infolist()) > options.max_members:
                raise _too_many(options)


def _zip_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, source: Input, options: ReadOptions
) -> Input | Failure:
    mode = info.external_attr >> 16
    if mode and not (stat.S_ISREG(mode) or stat.S_IFMT(mode) == 0):
        return _unsafe(info.filename, "a link or a device")
    if _is_outside(info.filename):
        return _unsafe(info.filename, "a name that leads outside the archive")
    if info.flag_bits & 1:
        return Failure(info.filename, "unpack", "the member is encrypted", "unpack it first")
    try:
        opened = archive.open(info)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        return failure(info.filename, error, "unpack")
    inflated = Inflated(opened, source.size_bytes, options.max_bytes)
    return Input(info.filename, io.BufferedReader(inflated, _CHUNK), source.size_bytes)


def _check_directory(file: IO[bytes], options: ReadOptions) -> None:
    """Refuse a directory that would fill the memory before its first member is read."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        return  # zipfile says what is wrong
    (size_directory,) = struct.unpack_from("<I", tail, at + 12)
    wide = tail.rfind(b"PK\x06\x06", 0, at)
    if size_directory == 0xFFFFFFFF and 0 <= wide <= len(tail) - 56:
        (size_directory,) = struct.unpack_from("<Q", tail, wide + 40)
    if size_directory > options.max_members * _ENTRY_BYTES:
        raise _too_many(options)
    file.seek(0)


def iter_tar(source: Input, options: ReadOptions) -> Iterator[Member]:
    """Yield the members of a tar archive, in its order."""
    with tarfile.open(fileobj=source.stream, mode="r|") as archive:
        for n, info in enumerate(archive, 1):
            # tarfile keeps every header it has seen.
            archive.members = []  # type: ignore[attr-defined]
            if info.isdir() or _is_litter(info.name):
                continue
            if n > options.max_members:
                raise _too_many(options)
            if not info.isreg() or info.issparse():
                yield info.name, _unsafe(info.name, "a link, a device or a sparse file")
            elif _is_outside(info.name):
                yield info.name, _unsafe(info.name, "a name that leads outside the archive")
            else:
                opened = archive.extractfile(info)
                assert opened is not None  # a regular file has content
                inflated = Inflated(opened, source.size_bytes, options.max_bytes)
                stream = io.BufferedReader(inflated, _CHUNK)
                yield info.name, Input(info.name, stream, source.size_bytes)


def _is_litter(name: str) -> bool:
    """Whether a member is what the Mac's finder adds to archives."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2] in (".DS_Store", "Thumbs.db")


def _is_outside(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return not parts[0] or ".." in parts or parts[0][1:2] == ":"


def _unsafe(name: str, what: str) -> Failure:
    return Failure(name, "unpack", f"the member is unsafe: {what}", _UNSAFE_ADVICE)


def _too_many(options: ReadOptions) -> ReadError:
    return ReadError(
        "unpack", f"the archive has more than {options.max_members} members",
        "split it, or raise the limit on members",
    )  # fmt: skip
