"""What was made to harm costs itself: a row of errors or a right answer, and the run goes on."""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
from formats_data import A, make_zip
from hostile_data import write_files, write_odd_entries

from stance.batch import Settings, name_of, score_folder
from stance.batch.plan import FIRST_FILES, Task, iter_tasks
from stance.batch.walk import Found
from stance.batch.work import Counts
from stance.batch.workers import Skip, Workers, kill_local, local_pool, run_all
from stance.formats import ReadOptions


@pytest.fixture(autouse=True)
def kernel() -> str:
    """Stand in for both kernels: none takes part in what is tested here."""
    return "none"


def rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.slow
def test_each_hostile_file_costs_itself(tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    write_files(source, n_mb=24)
    write_odd_entries(source)
    settings = Settings(read=ReadOptions(max_bytes=8 << 20, max_members=5000))
    summary = score_folder(source, out, settings=settings, jobs=2)
    errors, articles = rows(out / "errors.jsonl"), rows(out / "articles.jsonl")
    told = {name_of(row["id"].split("/")[1].partition("#")[0]) for row in errors + articles}
    assert told == {path.name for path in source.iterdir()}
    assert not [row for row in errors if row["stage"] == "crash"]
    assert summary.n_errors >= 30
    assert all(row["reason"] and row["advice"] for row in errors)
    written = (out / "paragraphs.jsonl").read_text("utf-8")
    assert "root:" not in written  # of /etc/passwd, which links and entities lead to
    refused = {row["id"].split("/")[1]: row["reason"] for row in errors}
    for name in ("bomb.txt.xz", "bomb.csv.bz2", "bomb.tar.gz", "bomb.zip"):
        assert "bomb" in refused[name]
    assert "more than 5000 members" in refused["many.zip"]
    assert "more than 8388608 bytes" in refused["line.txt"]


def test_an_archive_of_slow_members_has_a_bound_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(make_zip({f"{n}.txt": A.encode() for n in range(4000)}))
    settings = Settings(seconds=0.05)
    score_folder(tmp_path / "a.zip", tmp_path / "out", settings=settings, jobs=1)
    (error,) = rows(tmp_path / "out" / "errors.jsonl")
    assert error["stage"] == "time"
    assert error["reason"].startswith("took longer than 0.05 s")


def test_small_folders_are_shared_out_too() -> None:
    files = [Found(str(i), f"{i}.txt", 10, 0) for i in range(30)]
    assert [len(task.pieces) for task in iter_tasks(files)] == [FIRST_FILES, 2 * FIRST_FILES, 6]


@pytest.mark.slow
def test_a_loop_in_native_code_ends_its_process_and_leaves_word(tmp_path: Path) -> None:
    code = (
        "import sys; from stance.batch.limits import Watch\n"
        "with Watch(0.2, sys.argv[1]) as watch, watch.step():\n"
        "    sum(range(10**12))\n"  # in C, where no signal is heeded
    )
    command = [sys.executable, "-c", code, str(tmp_path / "0.hung")]
    assert subprocess.run(command, check=False, timeout=30).returncode == 1
    assert (tmp_path / "0.hung").stat().st_size > 0


def test_a_reader_that_hangs_is_left_out_at_once(tmp_path: Path) -> None:
    """Its task is done again once, without it, and not a second and a third time with it."""
    (task,) = iter_tasks([Found(str(i), f"{i}.txt", 1, 0) for i in range(5)])
    skips: list[Skip] = []
    finished: list[int] = []

    def submit(executor: Executor, given: Task, skip: Skip) -> "Future[tuple[int, Counts]]":
        skips.append(skip)
        code = (
            "import os\n"
            "def work(folder, skip):\n"
            "    if skip: return 0, len(skip)\n"
            "    open(folder + '/0.now', 'wb').write(b'%9d' % 3)\n"
            "    open(folder + '/0.hung', 'wb').write(b'Timeout')\n"
            "    os._exit(1)\n"
        )
        space: dict[str, object] = {"__name__": "__main__"}
        exec(code, space)
        return executor.submit(space["work"], str(tmp_path), skip)  # type: ignore[arg-type]

    workers = Workers(1, local_pool(4096), submit, kill_local)
    run_all(iter([task]), tmp_path, workers, lambda _, n: finished.append(n))  # type: ignore[arg-type]
    assert [skip and sorted(skip) for skip in skips] == [None, [3]]
    assert finished == [1]


@pytest.mark.slow
def test_workers_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for i in range(2000):
        (source / f"{i}.txt").write_text(f"{A}\n\nIt was number {i}. {A}\n\n" * 10)
    command = [sys.executable, "-m", "stance", "score", str(source), "--out", str(tmp_path / "out")]
    process = subprocess.Popen([*command, "--jobs", "2"])
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.kill()
        pytest.skip("the system does not list a process's children")
    end = time.monotonic() + 60
    while not any(p.name.isdigit() for p in (tmp_path / "out" / ".work").glob("*")):
        assert time.monotonic() < end, "no task was ever done"
        time.sleep(0.02)
    found = [int(pid) for pid in children.read_text().split()]
    process.kill()
    process.wait()
    assert found
    while any(_is_alive(pid) for pid in found):
        assert time.monotonic() < end, "a worker lives on"
        time.sleep(0.1)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
