"""Choosing paragraphs to label: what each strategy takes, and what the tasks hold."""

import csv
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from stance.batch import Settings, score_folder
from stance.cli import main
from stance.errors import DataError
from stance.rounds.codebook import read_codebook
from stance.rounds.labelled import read_labelled
from stance.rounds.sampling import choose, divergence, entropy_of, margin_of
from stance.rounds.scored import iter_articles, iter_paragraphs, open_scored

PAIRS = (
    "The two governments signed a treaty on the {0} and promised each other help with it.",
    "The army shelled the {0} at dawn, and its commander threatened to burn what is left.",
    "The {0} lies forty kilometres north of the capital and was built before the last war.",
    "Analysts say that the {0} might close next year, although nobody knows it for certain.",
    "The minister spoke about the {0}; some praised him, others asked what he could mean.",
)
PLACES = ("harbour", "dam", "airfield", "market", "railway", "mine", "border post", "school")


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sample")
    (root / "in").mkdir()
    for place in PLACES:
        text = "\n\n".join([f"A title about the {place}", *(p.format(place) for p in PAIRS)])
        (root / "in" / f"{place}.txt").write_text(f"{text}\n\n=SUM(A1) is what the clerk wrote.\n")
    (root / "in" / "copy.txt").write_text((root / "in" / "dam.txt").read_text())
    score_folder(root / "in", root / "out", jobs=1)
    return root / "out"


def test_margin_and_entropy_by_hand() -> None:
    assert margin_of(np.array([0.5, 0.2, 0.3])) == pytest.approx(0.2)
    assert entropy_of(np.full(4, 0.25)) == pytest.approx(1.0)
    assert entropy_of(np.array([1.0, 0.0])) == 0.0
    assert divergence(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == 1.0


def test_uncertain_takes_less_certain_ones_than_random(scored: Path) -> None:
    folder = open_scored(scored)
    margins = {
        by: np.mean([one.margin for one in choose(folder, 3, by)]) for by in ("uncertain", "random")
    }
    assert margins["uncertain"] < margins["random"] - 0.1


@pytest.mark.parametrize("by", ["uncertain", "diverse", "random"])
def test_nothing_is_asked_twice(scored: Path, by: str) -> None:
    folder = open_scored(scored)
    chosen = choose(folder, 1000, by)  # type: ignore[arg-type]
    texts = [one.paragraph.text for one in chosen]
    assert len(set(texts)) == len(texts) < len(list(iter_paragraphs(folder)))
    assert texts.count("=SUM(A1) is what the clerk wrote.") <= 1
    assert choose(folder, 1000, by) == chosen  # type: ignore[arg-type]


def test_diverse_covers_the_kinds_of_paragraphs(scored: Path) -> None:
    chosen = choose(open_scored(scored), 6, "diverse")
    kinds = {one.paragraph.text[:8] for one in chosen}
    assert len(kinds) >= 4


def test_disagree_finds_the_paragraphs_that_moved(scored: Path, tmp_path: Path) -> None:
    """A folder whose third paragraph of an article has another label is found there."""
    other = tmp_path / "other"
    other.mkdir()
    rows = [json.loads(line) for line in (scored / "paragraphs.jsonl").read_text().splitlines()]
    moved = next(row for row in rows if "airfield" in row["article"] and row["n"] == 3)
    names = [name for name in moved if name.startswith("p_")]
    least = min(names, key=lambda name: moved[name])
    moved.update({name: float(name == least) for name in names})
    (other / "paragraphs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (other / "manifest.json").write_bytes((scored / "manifest.json").read_bytes())
    (best,) = choose(open_scored(scored), 1, "disagree", open_scored(other))
    assert (best.paragraph.article, best.paragraph.n) == (moved["article"], 3)
    assert best.disagreement is not None
    assert best.disagreement > 0.5
    with pytest.raises(DataError, match="give it with --other"):
        choose(open_scored(scored), 1, "disagree")


def test_label_studio_tasks_hold_text_and_prediction(scored: Path, tmp_path: Path) -> None:
    out = tmp_path / "tasks.json"
    assert main(["sample", str(scored), "-n", "5", "--out", str(out)]) == 0
    tasks = json.loads(out.read_text())
    config = ET.parse(tmp_path / "tasks.xml")
    choices = [choice.attrib["value"] for choice in config.iter("Choice")]
    assert len(tasks) == 5
    assert choices == ["cooperative", "adversarial", "neutral", "speculative"]
    texts = {row.text for row in iter_paragraphs(open_scored(scored))}
    for task in tasks:
        (prediction,) = task["predictions"]
        (region,) = prediction["result"]
        assert task["data"]["text"] in texts
        assert region["value"]["choices"][0] in choices
        assert 0.25 <= prediction["score"] <= 1.0


def test_a_table_comes_back_with_its_texts(scored: Path, tmp_path: Path) -> None:
    out = tmp_path / "tasks.csv"
    assert main(["sample", str(scored), "-n", "90", "--by", "random", "--out", str(out)]) == 0
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert "'=SUM(A1) is what the clerk wrote." in {row["text"] for row in rows}
    for row in rows:
        row["label"] = row["predicted"]
    with out.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    found = read_labelled(out)
    texts = {row.text for row in iter_paragraphs(open_scored(scored))}
    assert {row.text for row in found.rows} <= texts
    assert {row.group for row in found.rows} <= {
        row.id for row in iter_articles(open_scored(scored))
    }
    again = tmp_path / "again.csv"
    assert (
        main(["sample", str(scored), "--by", "random", "--skip", str(out), "--out", str(again)])
        == 1
    )


def test_potato_gets_rows_and_a_configuration(scored: Path, tmp_path: Path) -> None:
    labels = tmp_path / "labels.toml"
    labels.write_text('[labels.good]\ndefinition = "a \\"good\\" one"\n[labels.bad]\n')
    out = tmp_path / "tasks.jsonl"
    arguments = ["-n", "3", "--by", "diverse", "--labels", str(labels), "--out", str(out)]
    assert main(["sample", str(scored), *arguments]) == 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    config = json.loads((tmp_path / "tasks.yaml").read_text())
    assert [sorted(row) for row in rows] == [["id", "text"]] * 3
    assert config["data_files"] == ["tasks.jsonl"]
    assert [one["name"] for one in config["annotation_schemes"][0]["labels"]] == ["good", "bad"]


def test_every_format_of_a_folder_is_read_alike(scored: Path, tmp_path: Path) -> None:
    rows = {}
    for name in ("csv", "parquet"):
        source = scored.parent / "in"
        score_folder(source, tmp_path / name, jobs=1, settings=Settings(format=name))
        folder = open_scored(tmp_path / name)
        rows[name] = (list(iter_paragraphs(folder)), list(iter_articles(folder)))
    folder = open_scored(scored)
    assert (
        rows["csv"]
        == rows["parquet"]
        == (list(iter_paragraphs(folder)), list(iter_articles(folder)))
    )


def test_what_is_no_scored_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no results of `stance score`"):
        open_scored(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[labels.a]\n", "expected 2 to 20 labels, found 1"),
        ("[labels.a]\n[labels.mixed]\n", "another label than 'mixed'"),
        ("[labels.a]\n[labels.A]\n", "differ by more than case"),
        ("[labels.a]\nx = 1\n[labels.b]\n", r"\[labels.a\]: expected definition"),
        ("[labels]\na = 1\n", r"no \[labels.NAME\]"),
        ("labels", "not TOML"),
        ('[labels."50%"]\n[labels.b]\n', "letters, digits"),
    ],
)
def test_a_label_set_that_will_not_do_says_why(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "labels.toml"
    path.write_text(content)
    with pytest.raises(DataError, match=message):
        read_codebook(path)
