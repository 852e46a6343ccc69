"""The command line: results on stdout, the rest on stderr, and the exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from stance.cli import main

ROOT = Path(__file__).resolve().parent.parent


def run(*args: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command in a console that is not UTF-8."""
    return subprocess.run(
        [sys.executable, "-m", "stance", *args],
        input=stdin,
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "ascii"},
    )


def test_predict_prints_the_label(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", "The two presidents signed a treaty and agreed to cooperate."]) == 0
    assert capsys.readouterr().out == "cooperative\n"


def test_lines_out_equal_lines_in_also_empty_ones() -> None:
    done = run("predict", "--json", "-", stdin="a\n\n\x0bb\u2028c\r\nd".encode())
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == 4
    assert list(rows[0]["proba"]) == ["cooperative", "adversarial", "neutral", "speculative"]
    assert done.returncode == 0
    assert done.stderr == b""


def test_article_survives_a_console_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("“Title”\n\nOne went home to the café.\n\nTwo stayed there.\n", "utf-8")
    done = run("article", str(path))
    assert done.returncode == 0
    assert b"framing mix, whole: 2 paragraphs" in done.stdout


def test_one_bad_file_does_not_stop_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    example = str(next((ROOT / "examples").glob("*.txt")))
    assert main(["article", "--json", "nowhere.txt", example]) == 1
    captured = capsys.readouterr()
    assert "nowhere.txt: no such file or directory" in captured.err
    row = json.loads(captured.out)
    assert row["file"] == example
    assert row["mix"]["whole"]["n_paragraphs"] == len(row["paragraphs"])


def test_article_reads_pages_and_every_article_of_an_export(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = str(ROOT / "examples" / "ferry-strike-ends.html")
    export = str(ROOT / "examples" / "exports" / "nexis.docx")
    assert main(["article", "--json", page, export]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["file"] for row in rows] == [page, f"{export}#1", f"{export}#2"]
    assert rows[0]["title"].startswith("Ferry Strike Ends")
    assert "<" not in "".join(found["text"] for found in rows[0]["paragraphs"])


def test_usage_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    with pytest.raises(SystemExit) as stop:
        main(["nonsense"])
    assert stop.value.code == 2


def test_a_wrong_model_folder_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", "--model", str(tmp_path), "x"]) == 1
    assert "give the folder of a model" in capsys.readouterr().err
