"""Download the public corpora by repository, commit, path and SHA-256, laid out as the mirror.

A file that is there with the right digest is not fetched again; one that was cut short goes on
where it stopped.
"""

import time
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from tqdm import tqdm

from train import state
from train.errors import CorpusError
from train.sources import SOURCES, Source, check_bytes, source_of

RAW_BASE: Final = "https://raw.githubusercontent.com"
TIMEOUT_S: Final = 60
N_TRIES: Final = 3
_CHUNK_BYTES: Final = 1 << 16
_RANGE_NOT_SATISFIABLE: Final = 416


def fetch(
    into: Path,
    sources: tuple[Source, ...] = SOURCES,
    base: str = RAW_BASE,
    say: Callable[[str], None] = lambda line: None,
    pause_s: float = 1.0,
) -> None:
    """Download corpora into a folder that then is a mirror, and show a bar on a terminal.

    Parameters
    ----------
    into : Path
        Made where it is missing; what is there already and right is kept.
    base : str
        Address in front of ``/repository/commit/path``.
    say : callable
        Told one line a corpus.
    pause_s : float
        Seconds before the second try of a file; each further one waits twice as long.

    Raises
    ------
    CorpusError
        If a file cannot be reached, or its bytes are not those of the record.
    """
    n_files = sum(_n_files(source) for source in sources)
    with tqdm(total=n_files, desc="fetch", unit="file", disable=None) as bar:
        for source in sources:
            say(f"{source.name}: {source.licence}; {source.citation}")
            if source.name == "state":
                n_before = bar.n
                fetch_state(into, base, pause_s, bar.update)
                bar.update(n_before + _n_files(source) - bar.n)  # what was there already
                continue
            for file in source.files:
                url = f"{base}/{source.repository}/{source.commit}/{quote(file.path)}"
                fetch_file(url, into / file.local, file.sha256, pause_s)
                bar.update()


def _n_files(source: Source) -> int:
    return len(state.read_index()) if source.name == "state" else len(source.files)


def fetch_state(
    into: Path, base: str, pause_s: float, step: Callable[[], object] = lambda: None
) -> None:
    """Download the feeds of the State Department, build the releases; `step` is called a feed."""
    source = source_of("state")
    (file,) = source.files
    target = into / file.local
    if target.is_file():
        check_bytes(str(target), target.read_bytes(), file.sha256)
        return
    feeds = []
    for feed in state.read_index():
        path = target.parent / feed.member
        fetch_file(f"{base}/{source.repository}/{feed.commit}/data.rss", path, feed.sha256, pause_s)
        feeds.append((feed.commit, path.read_bytes()))
        step()
    content = state.render_releases(feeds)
    check_bytes(str(target), content, file.sha256)
    _write(target, content)


def fetch_file(url: str, target: Path, sha256: str, pause_s: float = 1.0) -> None:
    """Download one file, going on from ``target.part`` where there is one.

    Raises
    ------
    CorpusError
        If the address fails `N_TRIES` times, or the digest is another.
    """
    if target.is_file():
        check_bytes(str(target), target.read_bytes(), sha256)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    for attempt in range(N_TRIES):
        try:
            _resume(url, part)
            break
        except (OSError, HTTPException) as error:
            permanent = isinstance(error, HTTPError) and error.code < 500
            if permanent or attempt == N_TRIES - 1:
                raise CorpusError(
                    f"{url}: expected a file, found {error}; check the network and try again"
                ) from error
            time.sleep(pause_s * 2**attempt)
    content = part.read_bytes()
    part.unlink()
    check_bytes(url, content, sha256)
    _write(target, content)


def _resume(url: str, part: Path) -> None:
    have = part.stat().st_size if part.is_file() else 0
    request = Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        response = urlopen(request, timeout=TIMEOUT_S)
    except HTTPError as error:
        error.close()
        if have and error.code == _RANGE_NOT_SATISFIABLE:
            return
        raise
    with response, part.open("ab" if response.status == 206 else "wb") as out:
        expected = response.headers.get("Content-Length")
        received = 0
        while chunk := response.read(_CHUNK_BYTES):
            received += out.write(chunk)
    if expected is not None and received != int(expected):
        raise OSError(f"{received} of {expected} bytes")


def _write(target: Path, content: bytes) -> None:
    # Renamed into place, so that a file under its own name is always whole.
    whole = target.with_name(f"{target.name}.part")
    whole.write_bytes(content)
    whole.replace(target)
