"""PATHs -> files in a stable order, each with an id that can be turned back into its name."""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from stance.errors import BatchError

MANIFEST: Final = "manifest.json"
MANIFEST_START: Final = b'{\n "stance_batch"'
_UNPLAIN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff#]|%(?=[0-9A-F]{2})")
_SPECIAL: Final = (
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which files of a folder count.

    Globs are compared, case kept, with the last name and with the path below the given folder;
    a folder that is excluded is not entered.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    follow_links: bool = False

    def takes(self, below: str, *, folder: bool = False) -> bool:
        """Whether the path below a given folder is to be read (or, for a folder, entered)."""
        name = below.rpartition("/")[2]
        if any(fnmatchcase(text, glob) for glob in self.exclude for text in (name, below)):
            return False
        if folder or not self.include:
            return True
        return any(fnmatchcase(text, glob) for glob in self.include for text in (name, below))


@dataclass(frozen=True, slots=True)
class Found:
    """A file, or what stands in a file's place; ``problem`` says why it cannot be read."""

    id: str
    path: str
    size: int
    mtime_ns: int
    problem: str | None = None
    advice: str | None = None


def iter_files(
    paths: Sequence[str | Path], selection: Selection, out: Path | None = None
) -> Iterator[Found]:
    """Walk files and folders, by name within each folder.

    Hidden names, `out` and folders of earlier results are passed over. A PATH that is itself a
    link is followed.

    Raises
    ------
    BatchError
        If one of `paths` does not exist.
    """
    own = _identity(out) if out is not None else None
    for path, root in zip(paths, root_ids(paths), strict=True):
        text = os.fspath(path)
        try:
            status = os.stat(text)
        except OSError as error:
            raise BatchError(f"{text}: {error.strerror}; give an existing file or folder") from None
        if stat.S_ISDIR(status.st_mode):
            yield from _walk(text, root, selection, own)
        else:
            yield _file(text, root, status)


def root_ids(paths: Sequence[str | Path]) -> list[str]:
    """Return the last component of each path, equal ones told apart by ``~2``, ``~3``..."""
    ids: list[str] = []
    for path in paths:
        name = plain_name(os.path.basename(os.path.abspath(path)) or "root")
        taken, n = name, 1
        while taken in ids:
            n += 1
            taken = f"{name}~{n}"
        ids.append(taken)
    return ids


def plain_name(name: str) -> str:
    """Write a file name in printable UTF-8: other bytes, control characters and # as %XX."""
    return _UNPLAIN.sub(lambda m: "".join(f"%{b:02X}" for b in os.fsencode(m[0])), name)


def name_of(plain: str) -> str:
    """Return the file name that ``plain_name`` wrote."""
    parts = re.sub(rb"%([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]), os.fsencode(plain))
    return os.fsdecode(parts)


def _walk(
    top: str, root: str, selection: Selection, own: tuple[int, int] | None
) -> Iterator[Found]:
    start = _entries(top)
    if isinstance(start, OSError):
        yield Found(root, top, 0, 0, *_unreadable(start))
        return
    stack = [(iter(start), root, "", {_identity(top)})]
    while stack:
        entries, folder, below, above = stack[-1]
        entry = next(entries, None)
        if entry is None:
            stack.pop()
            continue
        name, here = f"{folder}/{plain_name(entry.name)}", f"{below}{entry.name}"
        try:
            linked = entry.is_symlink()
            is_folder = entry.is_dir(follow_symlinks=selection.follow_links)
            if not selection.takes(here, folder=is_folder):
                continue
            if linked and not selection.follow_links:
                yield Found(name, entry.path, 0, 0, "a symbolic link, not followed",
                            "give --follow-links, or its target as PATH")  # fmt: skip
                continue
            status = entry.stat()
        except OSError as error:
            yield Found(name, entry.path, 0, 0, *_unreadable(error))
            continue
        if not is_folder:
            yield _file(entry.path, name, status)
            continue
        identity = (status.st_dev, status.st_ino)
        if identity == own:
            continue
        if identity in above:
            yield Found(name, entry.path, 0, 0, "a link to a folder that holds it",
                        "remove the link, or leave it as it is")  # fmt: skip
            continue
        inner = _entries(entry.path)
        if isinstance(inner, OSError):
            yield Found(name, entry.path, 0, 0, *_unreadable(inner))
        elif not _is_output(inner):
            stack.append((iter(inner), name, f"{here}/", above | {identity}))


def _entries(folder: str) -> list[os.DirEntry[str]] | OSError:
    try:
        with os.scandir(folder) as entries:
            visible = [entry for entry in entries if not entry.name.startswith(".")]
    except OSError as error:
        return error
    return sorted(visible, key=lambda entry: entry.name)


def _is_output(entries: Iterable[os.DirEntry[str]]) -> bool:
    """Whether a folder holds results of an earlier run: its manifest says so."""
    for entry in entries:
        if entry.name == MANIFEST and entry.is_file(follow_symlinks=False):
            try:
                with open(entry.path, "rb") as file:
                    return file.read(len(MANIFEST_START)) == MANIFEST_START
            except OSError:
                return False
    return False


def _file(path: str, name: str, status: os.stat_result) -> Found:
    for is_special, what in _SPECIAL:
        if is_special(status.st_mode):
            return Found(name, path, 0, 0, f"{what}, not a file", "give its content as a file")
    return Found(name, path, status.st_size, status.st_mtime_ns)


def _unreadable(error: OSError) -> tuple[str, str]:
    return f"cannot be read: {error.strerror}", "make it readable, or exclude it"


def _identity(path: str | Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino
