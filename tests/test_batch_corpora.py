"""The whole mirror as one batch: accounts balance, and English is known for what it is."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from stance.batch import Summary, score_folder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def run(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Summary, Path]:
    out = tmp_path_factory.mktemp("batch") / "out"
    return score_folder(mirror, out), out


def rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_every_file_of_the_mirror_has_a_row(run: tuple[Summary, Path], mirror: Path) -> None:
    summary, out = run
    files = {os.path.join(top, name) for top, _, names in os.walk(mirror) for name in names}
    articles, errors = rows(out / "articles.jsonl"), rows(out / "errors.jsonl")
    scored = {row["path"] for row in articles}
    failed = {row["path"] for row in errors}
    assert scored | failed == files
    assert summary.n_files == len(files) == len(scored) + len(failed - scored)
    assert (summary.n_articles, summary.n_errors) == (len(articles), len(errors))
    assert len({row["id"] for row in articles}) == len(articles)


def test_english_releases_are_called_english(run: tuple[Summary, Path]) -> None:
    releases = [
        row["language"]
        for row in rows(run[1] / "articles.jsonl")
        if "state" in row["id"].lower() and row["id"].partition("#")[0].endswith(".jsonl")
    ]
    assert len(releases) > 1000
    assert releases.count("other") <= 0.002 * len(releases)
