"""The page of a folder: its numbers, its data, and that nothing in it gets out of its place."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from stance import Classifier, DataError, score_folder
from stance.batch import Settings
from stance.cli import main
from stance.report import FolderPage, folder_page, read_folder, render_folder
from stance.report.means import mean_mix, scatters, timelines
from stance.report.reading import FolderArticle, PartShares

LABELS = ("cooperative", "adversarial", "neutral", "speculative")
TEXT = (
    "The council and the fishers agreed on Monday to share the quay.\n"
    "Police arrested two men who had thrown stones at the office.\n"
)
SECTION = "Background:\n- The quay was built in 1931.\n- In spring the fishers had accused them.\n"
ROWS = (
    {"title": "One", "text": TEXT, "date": "2024-01-03", "source": "Quay", "url": "https://a.b/1"},
    {"title": "One again", "text": TEXT, "date": "2024-01-04", "source": "Post"},
    {"title": "</script><script>alert(1)</script>", "text": TEXT.replace("quay", "pier") + SECTION,
     "date": "2024-02-09", "source": "Quay", "url": "javascript:alert(1)"},
    {"title": "No text here"},
)  # fmt: skip


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small scored folder with a copy, a hostile title and an error."""
    folder = tmp_path_factory.mktemp("scored")
    lines = "\n".join(json.dumps(row) for row in ROWS)
    (folder / "rows.jsonl").write_text(lines, "utf-8")
    score_folder(folder / "rows.jsonl", folder / "out", jobs=1)
    return folder / "out"


@pytest.fixture(scope="module")
def page(scored: Path, classifier: Classifier) -> FolderPage:
    """What its page shows."""
    return folder_page(read_folder(scored), classifier)


def article(shares: tuple[float, ...], day: str = "2024-01-01") -> FolderArticle:
    part = PartShares(shares, shares, shares)
    return FolderArticle(
        "i", "t", "", "", day, date.fromisoformat(day), "ok", "", "", 4, "mixed", None,
        {"whole": part, "body": part, "enrichment": None}, "",
    )  # fmt: skip


def test_copies_are_folded_out_of_the_means(page: FolderPage) -> None:
    assert page.overall is not None
    assert page.overall.n == page.summary.n_articles - page.summary.n_duplicates == 2
    assert [row[8] for row in page.table["rows"]] == [0, 0, 2]


def test_errors_are_listed_with_reason_and_advice(page: FolderPage) -> None:
    (error,) = page.errors
    assert "no column or key" in error.reason
    assert error.advice


def test_card_is_that_of_the_model_that_scored(scored: Path, classifier: Classifier) -> None:
    found = read_folder(scored)
    page = folder_page(found, classifier)
    assert page.card is not None
    assert dict(page.card.facts)["expected calibration error"]
    other = replace(found, folder=replace(found.folder, model="0"))
    assert folder_page(other, classifier).card is None


def test_data_cannot_leave_its_element(page: FolderPage) -> None:
    html = render_folder(page)
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.S)
    assert data
    assert json.loads(data[1]) == page.table
    assert html.count("<script") == 2
    assert "javascript:alert" not in data[1]


@pytest.mark.parametrize("format_name", ["csv", "parquet"])
def test_every_format_gives_the_same_page(
    scored: Path, tmp_path: Path, classifier: Classifier, page: FolderPage, format_name: str
) -> None:
    out = tmp_path / "out"
    settings = Settings(format=format_name)  # type: ignore[arg-type]
    score_folder(scored.parent / "rows.jsonl", out, jobs=1, settings=settings)
    assert render_folder(folder_page(read_folder(out), classifier)) == render_folder(page)


def test_mean_counts_each_article_once_and_its_interval_is_students() -> None:
    shares = [(1.0, 0.0), (0.5, 0.5), (0.0, 1.0)]
    row = mean_mix("x", ("a", "b"), [article(s) for s in shares]).rows[0]
    assert row.share == pytest.approx(50.0)
    reach = 2.919986 * np.std([1, 0.5, 0], ddof=1) / np.sqrt(3)
    assert row.high - row.share == pytest.approx(min(100 * reach, 50.0), rel=0.02)


@pytest.mark.parametrize(("n", "exact"), [(4, 2.3534), (6, 2.0150), (11, 1.8125), (41, 1.6839)])
def test_interval_of_few_articles_is_that_of_the_table(n: int, exact: float) -> None:
    shares = np.linspace(0.4, 0.6, n)
    row = mean_mix("x", ("a", "b"), [article((s, 1 - s)) for s in shares]).rows[0]
    reach = 100 * exact * np.std(shares, ddof=1) / np.sqrt(n)
    assert row.high - row.share == pytest.approx(reach, rel=0.01)


def test_one_article_keeps_its_own_interval() -> None:
    one = article((0.5, 0.5))
    part = PartShares((0.5, 0.5), (0.25, 0.25), (0.75, 0.75))
    row = mean_mix("x", ("a", "b"), [replace(one, parts={"whole": part})]).rows[0]
    assert (row.low, row.high) == (25.0, 75.0)


def test_time_is_cut_by_month_week_and_day() -> None:
    days = ("2024-01-01", "2024-01-02", "2024-01-31", "2024-02-01")
    found = {t.unit: t for t in timelines(("a", "b"), [article((0.5, 0.5), day) for day in days])}
    assert [p.name for p in found["month"].periods] == ["2024-01", "2024-02"]
    assert [p.n for p in found["week"].periods] == [2, 2]
    assert len(found["day"].periods) == 4
    assert found["day"].lines[0].dots[0] == (0.0, 50.0)


def test_articles_without_a_section_are_in_no_scatter() -> None:
    assert scatters(("a", "b"), [article((0.5, 0.5))]) == ()


def test_page_of_what_is_no_scored_folder_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DataError, match="no results"):
        read_folder(tmp_path)
    assert main(["report", str(tmp_path), "--html", str(tmp_path / "a.html")]) == 1
    assert "no results" in capsys.readouterr().err


def test_command_writes_the_page(scored: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    assert main(["report", str(scored), "--html", str(target)]) == 0
    assert target.read_text("utf-8").startswith("<!doctype html>")
