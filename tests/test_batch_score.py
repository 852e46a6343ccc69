"""Batches end to end: accounts balance, order is the input's, formats open, errors are rows."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

import stance
from stance.batch import Selection, Settings, Summary, restore, score_folder
from stance.batch.plan import MAX_FILES
from stance.errors import BatchError

ARTICLE = """{title}

The two ministers signed the pact in {place} and agreed to work together on water.

Rebels attacked the convoy near {place}, and the army threatened to strike back.

Enrichment

- Analysts said the talks might fail if {place} withdraws.
- The commission was founded in 1994.
"""
PLACES = ("Osh", "Bunia", "Mari", "Tunis", "Naryn", "Rugu")


def make(folder: Path, n: int = 12) -> Path:
    for i in range(n):
        path = folder / f"{i % 3}" / f"{i:03}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        words = f" It was the case number {i * 7919} of {PLACES[i % 5]}." * 3
        text = ARTICLE.format(title=f"Title {i}", place=PLACES[i % 6])
        path.write_text(text.replace("water.", f"water.{words}"))
    return folder


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def score(source: Path, out: Path, jobs: int = 2, **settings: Any) -> Summary:
    return score_folder(source, out, settings=Settings(**settings), jobs=jobs)


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_rows_are_those_of_the_articles_in_order(tmp_path: Path) -> None:
    summary = score(make(tmp_path / "in"), tmp_path / "out")
    articles = rows(tmp_path / "out" / "articles.jsonl")
    paragraphs = rows(tmp_path / "out" / "paragraphs.jsonl")
    names = sorted(str(p.relative_to(tmp_path)) for p in (tmp_path / "in").rglob("*.txt"))
    assert [row["id"] for row in articles] == names
    assert summary.n_files == summary.n_articles == 12
    assert summary.n_paragraphs == len(paragraphs) == sum(r["whole_n_paragraphs"] for r in articles)
    first = [row for row in paragraphs if row["article"] == names[0]]
    assert [row["n"] for row in first] == [1, 2, 3, 4]
    assert [row["part"] for row in first] == ["body"] * 2 + ["enrichment"] * 2
    text = (tmp_path / names[0]).read_text()
    assert all(text[row["start"] : row["end"]] == row["text"] for row in first)
    assert sorted(os.listdir(tmp_path / "out")) == [
        "articles.jsonl", "errors.jsonl", "manifest.json", "paragraphs.jsonl",
    ]  # fmt: skip


def test_rows_agree_with_what_one_article_gives(tmp_path: Path) -> None:
    make(tmp_path / "in", 1)
    score(tmp_path / "in", tmp_path / "out")
    article = stance.read_article(tmp_path / "in" / "0" / "000.txt")
    mix = stance.framing_mix(article)
    (row,) = rows(tmp_path / "out" / "articles.jsonl")
    found = rows(tmp_path / "out" / "paragraphs.jsonl")
    assert stance.predict(p.scored_text for p in article.paragraphs) == [p["label"] for p in found]
    for part in ("whole", "body", "enrichment"):
        expected = getattr(mix, part)
        assert row[f"{part}_n_paragraphs"] == expected.n_paragraphs
        for i, label in enumerate(mix.labels):
            assert row[f"{part}_n_{label}"] == expected.counts[i]
            for name in ("estimated", "by_paragraph", "by_words", "expected"):
                share = getattr(expected, name)[i]
                assert row[f"{part}_{name}_{label}"] == pytest.approx(share, abs=1e-6)
            low, high = (row[f"{part}_{side}_{label}"] for side in ("low", "high"))
            assert (low, high) == pytest.approx(expected.estimated_90[i], abs=1e-6)
        assert row[f"{part}_dominant"] == expected.dominant


@pytest.mark.parametrize("name", ["jsonl", "csv", "parquet"])
def test_the_number_of_jobs_changes_no_byte(tmp_path: Path, name: str) -> None:
    make(tmp_path / "in", 2 * MAX_FILES + 1)
    for jobs in (1, 3):
        score(tmp_path / "in", tmp_path / str(jobs), jobs, format=name)
    assert content(tmp_path / "1") == content(tmp_path / "3")


def test_every_reader_opens_every_format_in_one_call(tmp_path: Path) -> None:
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow.csv
    import pyarrow.json
    import pyarrow.parquet

    source = make(tmp_path / "in", 4)
    odd = "=SUM(A1)\n\n“Quoted,” she said;\tand \\ more \0 of “it” 😀.\n\n+1 it was, 'so'.\n"
    (source / "odd.txt").write_text(odd)
    for name in ("jsonl", "csv", "parquet"):
        score(source, tmp_path / name, format=name)
    for kind in ("articles", "paragraphs"):
        j, c = tmp_path / f"jsonl/{kind}.jsonl", tmp_path / f"csv/{kind}.csv"
        p = tmp_path / "parquet" / kind
        parse = pyarrow.csv.ParseOptions(newlines_in_values=True)
        lengths = [
            len(pd.read_json(j, lines=True)), len(pl.read_ndjson(j)),
            len(pyarrow.json.read_json(j)), len(duckdb.read_json(str(j))),
            len(pd.read_csv(c)), len(pl.read_csv(c)),
            len(pyarrow.csv.read_csv(c, parse_options=parse)), len(duckdb.read_csv(str(c))),
            len(pd.read_parquet(p)), len(pl.read_parquet(p)),
            len(pyarrow.parquet.read_table(p)), len(duckdb.read_parquet(f"{p}/*.parquet")),
        ]  # fmt: skip
        assert lengths == [lengths[0]] * 12
        assert list(pd.read_csv(c)) == list(pd.read_parquet(p)) == list(rows(j)[0])
    left = pd.read_json(tmp_path / "jsonl/paragraphs.jsonl", lines=True)
    right = pd.read_parquet(tmp_path / "parquet" / "paragraphs")
    assert left["text"].tolist() == right["text"].tolist()
    exact = [row["p_neutral"] for row in rows(tmp_path / "jsonl/paragraphs.jsonl")]
    assert exact == right["p_neutral"].tolist()
    cells = pd.read_csv(tmp_path / "csv/paragraphs.csv")["text"]
    assert [restore(cell) for cell in cells] == right["text"].tolist()


def test_accounts_balance_over_every_kind_of_input(tmp_path: Path) -> None:
    source = make(tmp_path / "in", 3)
    (source / "empty.txt").write_text("")
    (source / "nothing.txt").write_text("* * *\n")
    (source / "short.txt").write_text("Only one line of text stands here, and no more than that.")
    (source / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (source / "zip.txt").write_bytes(b"PK\x03\x04rest")
    os.mkfifo(source / "fifo")
    (source / "link").symlink_to("short.txt")
    (source / os.fsdecode(b"caf\xe9.txt")).write_text("Latin-1 in the name, and one line of text.")
    summary = score(source, tmp_path / "out")
    articles, errors = (rows(tmp_path / "out" / f"{n}.jsonl") for n in ("articles", "errors"))
    files = {row["id"].partition("#")[0] for row in articles + errors}
    assert len(files) == summary.n_files == 11
    assert summary.n_errors == len(errors) == 5
    bad = ("picture.png", "zip.txt", "fifo", "link", "empty.txt")
    assert {row["id"] for row in errors} == {f"in/{name}" for name in bad}
    assert all(row["reason"] and row["advice"] and row["stage"] for row in errors)
    by_id = {row["id"]: row for row in articles}
    assert by_id["in/nothing.txt"]["status"] == "no_article"
    assert by_id["in/nothing.txt"]["reason"] == "no paragraph to score"
    assert by_id["in/nothing.txt"]["whole_by_words_neutral"] is None
    assert by_id["in/caf%E9.txt"]["path"].endswith("caf\\xe9.txt")


def test_copies_are_marked_and_kept(tmp_path: Path) -> None:
    source = make(tmp_path / "in", 5)
    (source / "copy.txt").write_text((source / "1" / "001.txt").read_text())
    assert score(source, tmp_path / "out").n_duplicates == 1
    found = {r["id"]: r["duplicate_group"] for r in rows(tmp_path / "out" / "articles.jsonl")}
    assert found["in/copy.txt"] == found["in/1/001.txt"]
    assert len(set(found.values())) == 5
    score(source, tmp_path / "without", duplicates=False)
    assert {r["duplicate_group"] for r in rows(tmp_path / "without" / "articles.jsonl")} == {None}


def test_another_language_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "de.txt").write_text("Die Minister sagten am Montag, es sei ein guter Tag. " * 5)
    score(tmp_path / "de.txt", tmp_path / "out")
    (row,) = rows(tmp_path / "out" / "articles.jsonl")
    assert row["language"] == "other"
    assert row["warning"] == "not English: the labels are not to be trusted"


def test_other_settings_are_refused_by_name(tmp_path: Path) -> None:
    make(tmp_path / "in", 2)
    score(tmp_path / "in", tmp_path / "out")
    with pytest.raises(BatchError, match=r"settings.text was True, is False.*to start anew"):
        score(tmp_path / "in", tmp_path / "out", text=False)
    with pytest.raises(BatchError, match=r"selection.include was \[\], is \['\*.md'\]"):
        score_folder(tmp_path / "in", tmp_path / "out", selection=Selection(("*.md",)), jobs=1)


def test_changed_files_are_refused(tmp_path: Path) -> None:
    make(tmp_path / "in", 2)
    score(tmp_path / "in", tmp_path / "out")
    (tmp_path / "in" / "new.txt").write_text("New.")
    with pytest.raises(BatchError, match=r"results of 2 files.*changed since \(now 3 files\)"):
        score(tmp_path / "in", tmp_path / "out")


def test_a_finished_run_is_not_done_again(tmp_path: Path) -> None:
    make(tmp_path / "in", 2)
    first = score(tmp_path / "in", tmp_path / "out")
    before = (tmp_path / "out" / "articles.jsonl").stat().st_mtime_ns
    again = score(tmp_path / "in", tmp_path / "out")
    assert (tmp_path / "out" / "articles.jsonl").stat().st_mtime_ns == before
    assert again.labels == first.labels


def test_a_folder_of_somebody_else_is_not_written_to(tmp_path: Path) -> None:
    make(tmp_path / "in", 1)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "articles.csv").write_text("mine")
    with pytest.raises(BatchError, match=r"holds articles.csv but no manifest.json"):
        score(tmp_path / "in", tmp_path / "out")
    (tmp_path / "file").write_text("x")
    with pytest.raises(BatchError, match="file: cannot write: File exists"):
        score(tmp_path / "in", tmp_path / "file")


def test_two_runs_never_share_a_folder(tmp_path: Path) -> None:
    import fcntl

    make(tmp_path / "in", 1)
    (tmp_path / "out").mkdir()
    handle = os.open(tmp_path / "out", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(BatchError, match="another run writes here"):
            score(tmp_path / "in", tmp_path / "out")
    finally:
        os.close(handle)


def test_strict_stops_at_the_first_error(tmp_path: Path) -> None:
    (make(tmp_path / "in", 2) / "a.png").write_bytes(b"\x89PNG")
    for _ in range(2):
        with pytest.raises(BatchError, match=r"a\.png: .*; stopped there, as told"):
            score_folder(tmp_path / "in", tmp_path / "out", strict=True, jobs=1)
    assert score_folder(tmp_path / "in", tmp_path / "out", jobs=1).n_errors == 1


def test_no_job_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BatchError, match="jobs: expected 1 or more, found 0"):
        score(make(tmp_path / "in", 1), tmp_path / "out", jobs=0)


def test_the_command_is_quiet_on_stdout_and_sums_up_on_stderr(tmp_path: Path) -> None:
    make(tmp_path / "in", 3)
    command = [sys.executable, "-m", "stance", "score", "in", "--out", "out", "--no-text"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert "3 files: 3 articles" in done.stderr
    assert "%|" not in done.stderr
    assert "text" not in rows(tmp_path / "out" / "paragraphs.jsonl")[0]
    (tmp_path / "in" / "x.png").write_bytes(b"\x89PNG")
    command[command.index("out")] = "second"
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "1 errors, see second/errors.jsonl" in done.stderr


def test_long_json_lines_are_shared_out_and_keep_their_numbers(tmp_path: Path) -> None:
    text = "The ministers of {} met and agreed.\n\nThey signed a pact on water and work.\n" * 9
    lines = [json.dumps({"id": f"k{i}", "text": text.format(*[i] * 9)}) for i in range(6000)]
    lines[5000] = "{"
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    summary = score(tmp_path / "a.jsonl", tmp_path / "out", duplicates=False)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["input"]["n_tasks"] > 1
    assert summary.n_files == 1
    found = [(row["id"], row["key"]) for row in rows(tmp_path / "out" / "articles.jsonl")]
    assert found == [(f"a.jsonl#{i + 1}", f"k{i}") for i in range(6000) if i != 5000]
    (error,) = rows(tmp_path / "out" / "errors.jsonl")
    assert error["id"] == "a.jsonl#5001"
    assert error["reason"].startswith("line 5001 is no JSON")


def test_members_of_an_archive_have_ids_of_their_own(tmp_path: Path) -> None:
    make(tmp_path / "in", 2)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "in" / "0" / "000.txt", "x/000.txt")
        archive.writestr("rows.csv", "id,text\n7,One man went home.\n8,Two men stayed there.\n")
    score(tmp_path / "a.zip", tmp_path / "out")
    found = [(row["id"], row["member"]) for row in rows(tmp_path / "out" / "articles.jsonl")]
    assert found == [
        ("a.zip/x/000.txt", "x/000.txt"),
        ("a.zip/rows.csv#1", "rows.csv#1"),
        ("a.zip/rows.csv#2", "rows.csv#2"),
    ]
