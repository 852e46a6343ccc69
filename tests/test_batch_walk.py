"""Walking: a stable order, ids that can be turned back, and a row for whatever is no file."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.batch.plan import Piece, dump_task, iter_tasks, load_tasks
from stance.batch.walk import Found, Selection, iter_files, name_of, plain_name, root_ids
from stance.batch.work import printable
from stance.errors import BatchError


def make(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"text of {name}")
    return folder


def ids(*paths: Path, selection: Selection | None = None, out: Path | None = None) -> list[str]:
    return [file.id for file in iter_files(paths, selection or Selection(), out)]


def test_files_come_by_name_and_hidden_ones_do_not(tmp_path: Path) -> None:
    make(tmp_path / "a", "b/2.txt", "b/1.txt", "a.txt", ".hidden", ".git/x.txt", "c.txt")
    assert ids(tmp_path / "a") == ["a/a.txt", "a/b/1.txt", "a/b/2.txt", "a/c.txt"]


def test_equal_last_components_are_told_apart(tmp_path: Path) -> None:
    make(tmp_path, "x/news/1.txt", "y/news/1.txt")
    found = ids(tmp_path / "x/news", tmp_path / "y/news", tmp_path / "x/news/1.txt")
    assert found == ["news/1.txt", "news~2/1.txt", "1.txt"]


def test_a_root_that_is_called_like_a_second_one_stays_apart() -> None:
    assert root_ids(["x/a~2", "x/a", "y/a"]) == ["a~2", "a", "a~3"]


def test_globs_meet_names_and_paths_below(tmp_path: Path) -> None:
    make(tmp_path / "a", "1.txt", "1.html", "old/2.txt", "new/3.txt")
    chosen = Selection(include=("*.txt",), exclude=("old",))
    assert ids(tmp_path / "a", selection=chosen) == ["a/1.txt", "a/new/3.txt"]
    assert ids(tmp_path / "a", selection=Selection(include=("new/*",))) == ["a/new/3.txt"]


def test_links_are_rows_with_a_problem_unless_followed(tmp_path: Path) -> None:
    make(tmp_path / "a", "1.txt")
    make(tmp_path / "b", "2.txt")
    (tmp_path / "a" / "link").symlink_to(tmp_path / "b")
    (tmp_path / "a" / "file").symlink_to(tmp_path / "b" / "2.txt")
    found = {file.id: file.problem for file in iter_files([tmp_path / "a"], Selection())}
    told = "a symbolic link, not followed"
    assert found == {"a/1.txt": None, "a/file": told, "a/link": told}
    followed = Selection(follow_links=True)
    assert ids(tmp_path / "a", selection=followed) == ["a/1.txt", "a/file", "a/link/2.txt"]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    make(tmp_path / "a", "1.txt", "b/2.txt")
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path / "a")
    found = list(iter_files([tmp_path / "a"], Selection(follow_links=True)))
    assert [file.id for file in found] == ["a/1.txt", "a/b/2.txt", "a/b/up"]
    assert found[-1].problem == "a link to a folder that holds it"


def test_dangling_links_and_fifos_are_problems(tmp_path: Path) -> None:
    make(tmp_path / "a", "1.txt")
    os.mkfifo(tmp_path / "a" / "fifo")
    (tmp_path / "a" / "nowhere").symlink_to("gone")
    found = {f.id: f.problem for f in iter_files([tmp_path / "a"], Selection(follow_links=True))}
    assert found["a/fifo"] == "a FIFO, not a file"
    assert found["a/nowhere"] == "cannot be read: No such file or directory"


def test_a_device_is_a_problem() -> None:
    if not stat.S_ISCHR(os.stat("/dev/null").st_mode):
        pytest.skip("no device at /dev/null")
    found = list(iter_files(["/dev/null"], Selection()))
    assert [(file.id, file.problem) for file in found] == [("null", "a device, not a file")]


def test_own_output_is_passed_over(tmp_path: Path) -> None:
    make(tmp_path / "a", "1.txt", "out/articles.jsonl", "earlier/x.txt")
    (tmp_path / "a/earlier/manifest.json").write_text('{\n "stance_batch": 1}')
    assert ids(tmp_path / "a", out=tmp_path / "a" / "out") == ["a/1.txt"]


def test_a_missing_path_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(BatchError, match="nowhere: No such file or directory; give an existing"):
        ids(tmp_path / "nowhere")


@given(st.binary(min_size=1).filter(lambda name: b"/" not in name and b"\0" not in name))
def test_any_file_name_can_be_read_back_from_its_id(name: bytes) -> None:
    written = plain_name(os.fsdecode(name))
    assert written.encode().decode() == written
    assert "#" not in written
    assert "\n" not in written
    assert os.fsencode(name_of(written)) == name


def test_tasks_are_cut_by_number_and_size() -> None:
    files = [Found(str(i), f"{i}.txt", 10, 0) for i in range(5)]
    tasks = list(iter_tasks(files, max_files=2, max_bytes=1000))
    assert [[piece.file.id for piece in task.pieces] for task in tasks] == [
        ["0", "1"], ["2", "3"], ["4"],
    ]  # fmt: skip
    assert [len(task.pieces) for task in iter_tasks(files, max_bytes=30)] == [3, 2]


@pytest.mark.parametrize("last", [b"", b"\n"])
def test_long_json_lines_are_cut_at_line_ends(tmp_path: Path, last: bytes) -> None:
    lines = [b'{"text": "%s"}' % (b"x" * (i % 37)) for i in range(200)]
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(lines) + last)
    data = path.read_bytes()
    (file,) = iter_files([path], Selection())
    pieces = [piece for task in iter_tasks([file], max_bytes=500) for piece in task.pieces]
    assert len(pieces) > 5
    assert b"".join(data[piece.start : piece.stop] for piece in pieces) == data
    for piece in pieces:
        assert data[: piece.start].count(b"\n") == piece.line - 1
        assert piece.start == 0 or data[piece.start - 1 : piece.start] == b"\n"


def test_a_task_survives_its_line_of_json(tmp_path: Path) -> None:
    task = next(iter_tasks([Found("a%FF", "a\udcff", 3, 5, "a FIFO", "no")]))
    path = tmp_path / "plan"
    path.write_text(dump_task(task))
    assert list(load_tasks(path)) == [task]
    assert task.pieces == (Piece(task.pieces[0].file),)


@given(st.text(st.characters(exclude_categories=())))
def test_any_path_or_reason_can_be_written(text: str) -> None:
    assert printable(text).encode().decode() == printable(text)
    assert printable("caf\udce9") == "caf\\xe9"
