"""Where results stand: a folder of this machine, or an address that fsspec knows.

A run for an address works in a folder of this machine and keeps the address in step: the manifest
at the beginning, each task when it is done, the results at the end. So it can be killed and started
again, on another machine too.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from stance.batch.manifest import RESULTS, WORK, unwritable
from stance.batch.walk import MANIFEST
from stance.errors import BatchError

_LAST: Final = "counts.json"  # a task without it was not kept as a whole


@dataclass(frozen=True, slots=True)
class Place:
    """A folder to work in; ``url`` is the address of the results where that is another place."""

    folder: Path
    url: str | None = None

    @property
    def name(self) -> str:
        """The place as people know it."""
        return self.url or str(self.folder)


def is_url(out: str | Path) -> bool:
    """Whether results go to a file system that has to be opened by its address."""
    return "://" in str(out)


@contextmanager
def open_place(out: str | Path) -> Iterator[Place]:
    """Give the folder of a run; that for an address holds what earlier runs have kept there.

    Raises
    ------
    BatchError
        If the address cannot be opened.
    """
    if not is_url(out):
        yield Place(Path(out))
        return
    url = str(out).rstrip("/")
    # A worker that is being ended may still write there.
    with tempfile.TemporaryDirectory(prefix="stance-", ignore_cleanup_errors=True) as made:
        place = Place(Path(made), url)
        with _opened(url) as (files, root):
            _fetch_state(files, root, place)
        try:
            yield place
        except BatchError as error:  # nobody knows the folder on this machine
            raise BatchError(str(error).replace(made, url)) from error


def _fetch_state(files: Any, root: str, place: Place) -> None:
    """Copy the manifest and the tasks that are done; names alone of results, to be refused by."""
    for name in (MANIFEST, *RESULTS):
        if files.exists(f"{root}/{name}"):
            if name == MANIFEST:
                files.get_file(f"{root}/{name}", str(place.folder / name))
            else:
                (place.folder / name).touch()
    for path in files.glob(f"{root}/{WORK}/*/{_LAST}"):
        fetch_task(str(place.url), place.folder / WORK, int(path.split("/")[-2]))


def keep_task(url: str, work: Path, number: int) -> None:
    """Copy the folder of a task to an address; it counts there when its last file has come."""
    with _opened(url) as (files, root):
        names = sorted(path.name for path in (work / str(number)).iterdir() if path.name != _LAST)
        files.makedirs(f"{root}/{WORK}/{number}", exist_ok=True)
        for name in (*names, _LAST):
            files.put_file(str(work / str(number) / name), f"{root}/{WORK}/{number}/{name}")


def fetch_task(url: str, work: Path, number: int) -> None:
    """Copy the folder of a task from an address."""
    with _opened(url) as (files, root):
        draft = work / f"{number}.fetched"
        draft.mkdir(parents=True, exist_ok=True)
        for path in files.ls(f"{root}/{WORK}/{number}", detail=False):
            files.get_file(path, str(draft / path.rsplit("/", 1)[-1]))
        draft.rename(work / str(number))


def keep_manifest(place: Place) -> None:
    """Copy the manifest of a run to its address."""
    if place.url is not None:
        with _opened(place.url) as (files, root):
            files.makedirs(root, exist_ok=True)
            files.put_file(str(place.folder / MANIFEST), f"{root}/{MANIFEST}")


def keep_results(place: Place) -> None:
    """Copy the results to their address, the manifest last, and clear away the tasks."""
    if place.url is None:
        return
    with _opened(place.url) as (files, root):
        for path in sorted(place.folder.rglob("*")):
            name = path.relative_to(place.folder).as_posix()
            if path.is_file() and name.split("/")[0] in RESULTS:
                files.makedirs(f"{root}/{name}".rpartition("/")[0], exist_ok=True)
                files.put_file(str(path), f"{root}/{name}")
        keep_manifest(place)
        if files.exists(f"{root}/{WORK}"):
            files.rm(f"{root}/{WORK}", recursive=True)


@contextmanager
def _opened(url: str) -> Iterator[tuple[Any, str]]:
    """Give the file system of an address and the path there; errors name the address."""
    try:
        from fsspec.core import url_to_fs
    except ModuleNotFoundError as error:
        raise BatchError(f"{url}: fsspec is missing; pip install 'stance[dask]'") from error
    try:
        files, root = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise BatchError(f"{url}: {error}; give an address that fsspec can open") from error
    try:
        yield files, root.rstrip("/")
    except OSError as error:
        raise unwritable(url, error) from error
