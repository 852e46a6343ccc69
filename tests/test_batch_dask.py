"""A dask cluster gives what one machine gives, also when a worker is lost on the way."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from stance.batch import Settings, score_folder
from stance.errors import BatchError

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # dask's own warnings


def make(folder: Path, n: int) -> Path:
    folder.mkdir()
    for i in range(n):
        lines = (f"The ministers of {i} met and agreed to work on {j} rivers." for j in range(30))
        (folder / f"{i:04}.txt").write_text("\n\n".join(lines))
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_two_workers_one_of_them_killed_give_the_local_bytes(tmp_path: Path) -> None:
    from distributed import Client, LocalCluster

    source, out = make(tmp_path / "in", 700), tmp_path / "dask"
    score_folder(source, tmp_path / "local", jobs=2)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        pids = list(client.run(os.getpid).values())
        killed = []

        def kill_one() -> None:
            while not any(entry.name.isdigit() for entry in (out / ".work").glob("*")):
                time.sleep(0.02)
            os.kill(pids[0], signal.SIGKILL)
            killed.append(pids[0])

        killer = threading.Thread(target=kill_one, daemon=True)
        killer.start()
        score_folder(source, out, backend="dask", scheduler=cluster.scheduler_address)
        killer.join(10)
    assert len(killed) == 1
    assert content(out) == content(tmp_path / "local")


def test_a_local_cluster_is_started_where_no_address_is_given(tmp_path: Path) -> None:
    source = make(tmp_path / "in", 150)
    settings = Settings(format="parquet")
    score_folder(source, tmp_path / "local", settings=settings, jobs=1)
    score_folder(source, tmp_path / "dask", settings=settings, jobs=2, backend="dask")
    assert content(tmp_path / "dask") == content(tmp_path / "local")


def test_workers_write_to_an_address_of_their_own_accord(tmp_path: Path) -> None:
    source = make(tmp_path / "in", 150)
    score_folder(source, tmp_path / "local", jobs=1)
    score_folder(source, (tmp_path / "far").as_uri(), jobs=2, backend="dask")
    assert content(tmp_path / "far") == content(tmp_path / "local")


def test_an_address_without_a_scheduler_is_said(tmp_path: Path) -> None:
    source = make(tmp_path / "in", 1)
    with pytest.raises(BatchError, match="no dask scheduler answers"):
        score_folder(source, tmp_path / "out", backend="dask", scheduler="tcp://127.0.0.1:9")


def test_a_document_that_takes_too_long_is_an_error_on_a_cluster_too(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "long.txt").write_text("Ferries sail at noon, and the crews are paid.\n\n" * 200_000)
    (source / "short.txt").write_text("The ministers met.\n\nThey signed a pact.\n")
    settings = Settings(seconds=0.2)
    summary = score_folder(source, tmp_path / "out", settings=settings, jobs=1, backend="dask")
    assert (summary.n_articles, summary.n_errors) == (1, 1)
    assert list(summary.errors) == ["time: took longer than * s"]
