"""The parser against the right answers; floors are pinned, and lowering one is a named act."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

import pytest

from stance import parse_article
from train.parsing import block_agreement, evaluate_parser, iter_gum, iter_wikinews

ROOT = Path(__file__).resolve().parent.parent
FLOORS = json.loads((ROOT / "tests" / "data" / "parser_floors.json").read_text("utf-8"))


def test_figures_on_whole_articles_stay_above_their_floors() -> None:
    lines = (ROOT / "train" / "data" / "articles.jsonl").read_text("utf-8").splitlines()
    figures = evaluate_parser(map(json.loads, lines))
    floors = FLOORS["articles"]
    assert {name: figures[name] for name in floors if figures[name] < floors[name]} == {}


@pytest.mark.parametrize(
    ("name", "read"), [("wikinews", iter_wikinews), ("gum", iter_gum)], ids=["wikinews", "gum"]
)
def test_items_agree_with_the_paragraph_marks_of_the_source(
    mirror: Path, name: str, read: Callable[[Path], Iterator[tuple[str, list[str]]]]
) -> None:
    figures = block_agreement(read(mirror))
    assert figures["n_blocks"] > 0
    assert figures["agreement"] >= FLOORS["agreement"][name]


@pytest.mark.parametrize(
    "unit",
    [
        "A line of a few words that ends in a stop.\n",
        "a word and another ",
        '."',
        "[1] ",
        "- Norland\n",
        "Key Facts: x\n",
        "<p>A tag.</p>",
        "a: b • ",
        "**",
        "1. Item one. 2. ",
        "Ferry",
        "\x00",
    ],
)
def test_time_grows_with_the_length_and_not_with_its_square(unit: str) -> None:
    """Eight times the text may take thirty times as long; a square would take 64 times."""

    def fastest(n_chars: int) -> float:
        text = unit * (n_chars // len(unit))
        times = []
        for _ in range(3):
            start = process_time()
            parse_article(text)
            times.append(process_time() - start)
        return min(times)

    assert fastest(400_000) <= 30 * fastest(50_000) + 0.05


@pytest.mark.slow
@pytest.mark.parametrize("text", ["word " * 1_000_000, "Ferries sail at noon.\n" * 100_000])
def test_huge_texts_are_parsed(text: str) -> None:
    article = parse_article(text)
    assert article.source == text
