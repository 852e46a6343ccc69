"""The parser's figures: on the project's own articles, and on the paragraph marks of corpora."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from stance.article import Article, parse_article

SCORED = frozenset({"paragraph", "intro", "bullet", "numbered", "quote"})
_MARK = re.compile(r"^\s*(?:[-–*·•]|\d{1,3}[.)]|#+|>)\s+")


def evaluate_parser(articles: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Compare the parser with articles whose items, parts, roles and offsets are known.

    Parameters
    ----------
    articles : iterable of dict
        ``raw_text``, ``title``, ``deck`` (empty where there is none) and ``items`` (``part``,
        ``role``, ``start``, ``end``), as in ``articles.jsonl``.

    Returns
    -------
    dict
        Shares, 0 to 1: of scored items with their span and part (``part_right``, and by part and
        role), of articles with title and deck, with the section's items, and with every scored
        item's span and part (``article_right``) or every item's role too (``wholly_right``).
    """
    hits: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    for gold in articles:
        found = parse_article(gold["raw_text"])
        for name, is_right in _verdicts(gold, found):
            totals[name] += 1
            hits[name] += is_right
    return {name: hits[name] / totals[name] for name in sorted(totals)}


def _verdicts(gold: Mapping[str, Any], found: Article) -> Iterator[tuple[str, bool]]:
    expected = {(item["start"], item["end"]): (item["part"] if item["role"] in SCORED else "",
                                               item["role"]) for item in gold["items"]}  # fmt: skip
    got = {(p.start, p.end): (p.part, p.role) for p in found.paragraphs}
    got.update({(u.start, u.end): ("", u.role) for u in found.unscored})
    for span, (part, role) in expected.items():
        if part:
            is_right = got.get(span, ("", ""))[0] == part
            yield "part_right", is_right
            yield f"part_right/{part}/{role}", is_right
    heads = (found.title, found.deck) == (gold["title"], gold["deck"] or None)
    parts, known = ({span: part for span, (part, _) in items.items() if part}
                    for items in (got, expected))  # fmt: skip
    section, cut = ({span for span, part in items.items() if part == "enrichment"}
                    for items in (parts, known))  # fmt: skip
    yield "title_and_deck_right", heads
    yield "section_right", section == cut
    yield "article_right", heads and parts == known
    yield "wholly_right", heads and got == expected


def block_agreement(texts: Iterable[tuple[str, list[str]]]) -> dict[str, float]:
    """Compare the parser's items with the paragraph marks of a source.

    Parameters
    ----------
    texts : iterable of (text, blocks)
        The blocks are the source's own paragraphs, white space and list marks left aside.

    Returns
    -------
    dict
        ``agreement``: the share of blocks that equal one item, scored or unscored; ``n_blocks``;
        ``scored``: the share of all blocks that are scored.
    """
    n_blocks = n_equal = n_scored = 0
    for text, blocks in texts:
        article = parse_article(text)
        scored = {_fold(paragraph.text) for paragraph in article.paragraphs}
        kept = {_fold(item.text) for item in article.unscored}
        for block in map(_fold, blocks):
            n_blocks += 1
            n_scored += block in scored
            n_equal += block in scored or block in kept
    return {
        "agreement": n_equal / n_blocks, "n_blocks": n_blocks, "scored": n_scored / n_blocks,
    }  # fmt: skip


def iter_wikinews(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield (title and text, blocks between blank lines) of each Wikinews article."""
    for path in sorted((folder / "wikinews_2019_2020" / "data").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                blocks = [block for block in re.split(r"\n\s*\n", row["text"]) if block.strip()]
                yield f"{row['title']}\n\n{row['text']}", [row["title"], *blocks]


def iter_gum(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield (text with a line a block, blocks) of each GUM news article."""
    for path in sorted((folder / "gum_news" / "dep").glob("*.conllu")):
        blocks: list[list[str]] = []
        for line in path.read_text("utf-8").splitlines():
            if re.match(r"# newpar(?!_)", line) or (line.startswith("# text =") and not blocks):
                blocks.append([])
            if line.startswith("# text ="):
                blocks[-1].append(line.partition("=")[2].strip())
        joined = [" ".join(block) for block in blocks if block]
        yield "\n".join(joined), joined


def _fold(text: str) -> str:
    return " ".join(_MARK.sub("", text).split())
