"""Runs that are killed, interrupted, starved or stuck: nothing lost, nothing twice."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import IO, Any, Literal

import pytest

from stance.batch import Settings, score_folder
from stance.batch.plan import Task, iter_tasks
from stance.batch.walk import Found
from stance.batch.work import Counts
from stance.batch.workers import Skip, Workers, kill_local, local_pool, run_all
from stance.errors import BatchError

TEXT = "The ministers of {i} met and agreed to work together on {j} rivers.\n\n"


def make(folder: Path, n: int, n_paragraphs: int = 12) -> Path:
    generator = random.Random(n)
    folder.mkdir()
    for i in range(n):
        lines = (TEXT.format(i=i, j=generator.random()) for _ in range(n_paragraphs))
        (folder / f"{i:05}.txt").write_text("".join(lines))
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def start(source: Path, out: Path, stderr: IO[str] | int, *more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "stance", "score", str(source), "--out", str(out), *more],
        stderr=stderr, text=True, start_new_session=True,
    )  # fmt: skip


def wait_for_work(out: Path, seconds: float = 60.0) -> None:
    """Wait until the first task is done."""
    end = time.monotonic() + seconds
    while not any(p.name.isdigit() for p in (out / ".work").glob("*")):
        assert time.monotonic() < end, "no task was ever done"
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["jsonl", "csv", "parquet"])
def test_kills_at_random_times_change_no_byte(
    tmp_path: Path, name: Literal["jsonl", "csv", "parquet"]
) -> None:
    """At least 50 kills over the three formats, each of the process or of its whole group."""
    source = make(tmp_path / "in", 900)
    score_folder(source, tmp_path / "whole", settings=Settings(format=name), jobs=2)
    expected, generator = content(tmp_path / "whole"), random.Random(name)
    n_kills, groups = 0, []
    for attempt in range(100):
        out, status = tmp_path / f"killed{attempt}", None
        while status is None:
            with (tmp_path / "said").open("w") as said:  # a pipe would be held by orphans
                process = start(source, out, said, "--format", name, "--jobs", "2")
            groups.append(process.pid)
            try:
                status = process.wait(timeout=generator.uniform(0.1, 3.0))
                assert status == 0, (tmp_path / "said").read_text()
            except subprocess.TimeoutExpired:
                n_kills += 1
                if generator.random() < 0.5:
                    process.kill()  # the workers live on for a while
                else:
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        assert content(out) == expected
        if n_kills >= 17:
            break
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    assert n_kills >= 17


def test_ctrl_c_ends_within_two_seconds_and_can_be_resumed(tmp_path: Path) -> None:
    source = make(tmp_path / "in", 400, 30)
    process = start(source, tmp_path / "out", subprocess.PIPE, "--jobs", "2")
    wait_for_work(tmp_path / "out")
    before = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert time.monotonic() - before < 2.0
    assert said == "stance: stopped; run the same command again to go on\n"
    assert process.returncode == 130
    score_folder(source, tmp_path / "out", jobs=2)
    score_folder(source, tmp_path / "whole", jobs=2)
    assert content(tmp_path / "out") == content(tmp_path / "whole")


def test_a_worker_that_is_killed_from_outside_costs_nothing(tmp_path: Path) -> None:
    source = make(tmp_path / "in", 400, 30)
    process = start(source, tmp_path / "out", subprocess.PIPE, "--jobs", "2")
    wait_for_work(tmp_path / "out")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.kill()
        pytest.skip("the system does not list a process's children")
    found = [int(pid) for pid in children.read_text().split()]
    workers = [p for p in found if b"popen_loky" in Path(f"/proc/{p}/cmdline").read_bytes()]
    os.kill(workers[0], signal.SIGKILL)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    score_folder(source, tmp_path / "whole", jobs=2)
    assert content(tmp_path / "out") == content(tmp_path / "whole")


def test_a_file_that_ends_its_worker_is_the_only_one_lost(tmp_path: Path) -> None:
    files = [Found(str(i), f"{i}.txt", 1, 0) for i in range(5)]
    (task,) = iter_tasks(files)
    finished: list[Any] = []
    skips: list[Skip] = []

    def submit(executor: Executor, given: Task, skip: Skip) -> "Future[tuple[int, Counts]]":
        skips.append(skip)
        code = (
            "import os\n"
            "def work(path, skip):\n"
            "    for i in range(5):\n"
            "        open(path, 'wb').write(b'%9d' % i)\n"
            "        if i in (1, 3) and i not in (skip or {}): os._exit(9)\n"
            "    return 0, len(skip)\n"
        )
        space: dict[str, object] = {"__name__": "__main__"}
        exec(code, space)
        return executor.submit(space["work"], str(tmp_path / "0.now"), skip)  # type: ignore[arg-type]

    workers = Workers(1, local_pool(4096), submit, kill_local)
    run_all(iter([task]), tmp_path, workers, lambda _, counts: finished.append(counts))
    assert [skip and sorted(skip) for skip in skips] == [None, None, {}, [1], [1, 3]]
    assert finished == [2]


def test_a_document_that_takes_too_long_or_too_much_is_an_error(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", 2)
    (folder / "long.txt").write_text("\n\n".join(f"Line {i} is long." for i in range(400_000)))
    settings = Settings(seconds=0.3)
    found: Mapping[str, int] = score_folder(folder, tmp_path / "out", settings=settings).errors
    assert found == {"time: took longer than * s": 1}
    settings = Settings(megabytes=150)
    summary = score_folder(folder, tmp_path / "out2", settings=settings, jobs=1)
    assert summary.n_articles == 2
    assert list(summary.errors.values()) == [1]


def test_a_full_disk_is_one_message(tmp_path: Path) -> None:
    """A limit on the size of files stands for a disk that is full."""
    source = make(tmp_path / "in", 130, 40)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000));"
        "from stance.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-c", code, "score", str(source), "--out", str(out), "--jobs", "1"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == (
        f"stance: {out}: cannot write: File too large; free or choose another place, then run"
        " the same command again\n"
    )
    score_folder(source, out, jobs=1)
    assert (out / "articles.jsonl").exists()
    assert not (out / ".work").exists()


def test_a_read_only_output_is_one_message(tmp_path: Path) -> None:
    source = make(tmp_path / "in", 1)
    if not Path("/proc/self").exists():
        pytest.skip("no file system here that nobody may write to")
    with pytest.raises(BatchError, match=r"/proc/stance-out: cannot write: "):
        score_folder(source, "/proc/stance-out", jobs=1)
