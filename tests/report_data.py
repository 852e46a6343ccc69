"""Articles and folders whose pages the tests look at; written for the project."""

import datetime
from pathlib import Path

from stance.batch import Summary
from stance.labels import LABELS
from stance.report.reading import FolderArticle, FolderError, PartShares, ScoredRows
from stance.rounds.scored import ScoredFolder

SECTIONED = """The harbour council reopens the quay

The council and the fishers agreed on Monday to share the northern quay.
Police arrested two men who had thrown stones at the ferry office.
The ferry may be delayed again if the wind does not fall.

Background:
- The quay was built in 1931 and holds forty boats.
- In spring the fishers had accused the council of breaking its word.
"""
HOSTILE = (
    "<script>window.hit = 1</script>",
    "</script><img src=https://example.org/x onerror='window.hit = 1'>",
    "\"><svg onload='window.hit = 1'>",
    "[a](javascript:window.hit=1)",
    "abc\u202egnp.exe",
    "w" * 100_000,
    "a\x00b",
    "{{ 7 * 7 }} {% raw %}",
)
_MIXES = (
    (0.5, 0.25, 0.25, 0.0),
    (0.0, 0.4, 0.4, 0.2),
    (0.25, 0.25, 0.25, 0.25),
    (0.1, 0.0, 0.9, 0.0),
)


def hostile_article(text: str) -> str:
    """Return an article that has a hostile text in every place."""
    return f"{text} opens the day\n\n{SECTIONED.split(chr(10), 2)[2]}- {text} was said.\n"


def make_folder(n: int, titles: tuple[str, ...] = ()) -> ScoredRows:
    """Return the rows of `n` articles, the first ones with `titles`."""
    articles = []
    for i in range(n):
        shares = _MIXES[i % len(_MIXES)]
        part = PartShares(shares, tuple(max(s - 0.2, 0) for s in shares),
                          tuple(min(s + 0.2, 1) for s in shares))  # fmt: skip
        day = datetime.date(2024, 1, 1) + datetime.timedelta(days=7 * i % 700)
        title = titles[i] if i < len(titles) else f"The harbour council meets again, number {i}"
        other = PartShares(*(tuple(reversed(row)) for row in (part.shares, part.low, part.high)))
        articles.append(
            FolderArticle(
                id=f"news/{i}.txt {title if i < len(titles) else ''}", title=title,
                url="javascript:window.hit=1" if i == 0 else f"https://example.org/{i}",
                source=title if i < len(titles) else ("Quay", "Post", "Coast Daily")[i % 3],
                date=day.isoformat(), day=day, status="ok" if i % 9 else "short",
                reason="", warning="", n_paragraphs=4 + i % 11,
                dominant=("cooperative", "mixed", "mixed", "neutral")[i % 4],
                group=i - 1 if i % 10 == 9 else i,
                parts={"whole": part, "body": part, "enrichment": other if i % 2 else None},
                strip="0123" * (1 + i % 3),
            )
        )  # fmt: skip
    errors = tuple(FolderError(f"{t}.pdf", "read", f"no text: {t}", "look at it") for t in titles)
    folder = ScoredFolder(Path("harbour"), LABELS, "jsonl", "0", has_text=True)
    summary = Summary(
        "harbour", n, n_articles=n, n_paragraphs=8 * n, n_errors=len(errors), n_duplicates=n // 10,
        labels={}, statuses={"ok": n - n // 9, "short": n // 9},
        errors={f"read: {error.reason}": 1 for error in errors}, seconds=0.0,
    )  # fmt: skip
    return ScoredRows(folder, summary, tuple(articles), errors)
