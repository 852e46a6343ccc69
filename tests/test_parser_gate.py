"""The parser against the right answers for the project's own articles; floors are pinned."""

import json
from pathlib import Path

import pytest

from stance import parse_article, read_article

ROOT = Path(__file__).resolve().parent.parent
FLOORS = json.loads((ROOT / "tests" / "data" / "parser_floors.json").read_text())
SCORED = {"paragraph", "intro", "bullet", "numbered", "quote"}


def test_paragraphs_and_articles_right_stay_above_their_floors() -> None:
    lines = (ROOT / "train" / "data" / "articles.jsonl").read_text("utf-8").splitlines()
    n_right = n_scored = n_whole = 0
    for gold in map(json.loads, lines):
        found = parse_article(gold["raw_text"])
        parts = {(p.start, p.end): p.part for p in found.paragraphs}
        expected = {(i["start"], i["end"]): i["part"] for i in gold["items"] if i["role"] in SCORED}
        n_scored += len(expected)
        n_right += sum(parts.get(span) == part for span, part in expected.items())
        heads = (found.title, found.deck) == (gold["title"], gold["deck"] or None)
        n_whole += parts == expected and heads
    figures = {"part_right": n_right / n_scored, "article_right": n_whole / len(lines)}
    assert {name: value for name, value in figures.items() if value < FLOORS[name]} == {}


def test_the_reference_article_is_cut_as_a_reader_would(mirror: Path) -> None:
    path = mirror.parent / "samples" / "reference_article.txt"
    if not path.is_file():
        pytest.skip("no reference article beside the mirror")
    article = read_article(path)
    assert article.deck == "Leaders Xi and Putin are joining forces."
    assert len(article.part("body")) == 7
    assert [p.role for p in article.part("enrichment")] == ["intro", *["bullet"] * 10]
    roles = [item.role for item in article.unscored]
    assert (roles.count("tag"), roles.count("subhead"), roles.count("marker")) == (7, 4, 1)
