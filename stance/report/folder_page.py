"""A scored folder -> what its page shows, as plain data."""

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from stance.batch.summary import Summary
from stance.batch.work import digest_of
from stance.classifier import Classifier
from stance.mix import PARTS
from stance.report.article_page import Legend, legend_of
from stance.report.card import Card, card_of
from stance.report.means import (
    Mean,
    Scatter,
    Timeline,
    by_source,
    mean_mix,
    scatters,
    timelines,
)
from stance.report.reading import FolderArticle, FolderError, ScoredRows
from stance.report.visible import visible, web_address

MAX_LISTED: Final = 20_000
_MAX_ERRORS: Final = 500
_MAX_TEXT: Final = 300


@dataclass(frozen=True, slots=True)
class FolderPage:
    """Everything on the page of a folder.

    ``table`` is what the script shows: see ``table_data``. ``n_listed`` may be less than the
    articles there are, ``n_errors_listed`` less than the errors.
    """

    name: str
    summary: Summary
    legend: tuple[Legend, ...]
    overall: Mean | None
    timelines: tuple[Timeline, ...]
    sources: tuple[Mean, ...]
    scatters: tuple[Scatter, ...]
    errors: tuple[FolderError, ...]
    reasons: tuple[tuple[str, int], ...]
    statuses: tuple[tuple[str, int], ...]
    n_listed: int
    n_undated: int
    card: Card | None
    table: dict[str, Any]


def folder_page(
    found: ScoredRows, classifier: Classifier, model: str | Path | None = None
) -> FolderPage:
    """Put together what the page of a folder shows.

    Parameters
    ----------
    found : ScoredRows
    classifier : Classifier
        Its card is shown if it is the model that scored the folder.
    model : path or None
        Its folder; None: the shipped one.
    """
    labels = found.folder.labels
    firsts = tuple(a for i, a in enumerate(found.articles) if a.group is None or a.group == i)
    scored = [article for article in firsts if article.parts["whole"]]
    same_model = digest_of(classifier) == found.folder.model
    return FolderPage(
        name=found.folder.path.resolve().name,
        summary=found.summary,
        legend=legend_of(labels),
        overall=mean_mix("overall", labels, scored) if scored else None,
        timelines=timelines(labels, firsts),
        sources=by_source(labels, firsts),
        scatters=scatters(labels, firsts),
        errors=found.errors[:_MAX_ERRORS],
        reasons=tuple(sorted(found.summary.errors.items(), key=lambda item: -item[1])),
        statuses=tuple(found.summary.statuses.items()),
        n_listed=min(len(found.articles), MAX_LISTED),
        n_undated=sum(article.day is None for article in firsts),
        card=card_of(classifier, version("stance"), model) if same_model else None,
        table=table_data(labels, found.articles[:MAX_LISTED]),
    )


def table_data(labels: tuple[str, ...], articles: tuple[FolderArticle, ...]) -> dict[str, Any]:
    """Return the articles as the script reads them: rows of numbers and texts, sources apart.

    A row: title, id, address or "", date, source (number in ``sources``), status, dominant (number
    of the label, -1 mixed, -2 none), paragraphs, first row of its group, reason and warning, strip,
    then whole, body and enrichment, each 0 or [shares, lows, highs] in whole per cent.
    """
    sources = sorted({article.source for article in articles})
    numbers = {name: i for i, name in enumerate(sources)}
    return {
        "labels": [visible(label) for label in labels],
        "sources": [_short(name) for name in sources],
        "rows": [
            [
                _short(a.title),
                _short(a.id),
                web_address(a.url) or "",
                _short(a.date),
                numbers[a.source],
                visible(a.status),
                _dominant(a, labels),
                a.n_paragraphs,
                i if a.group is None else a.group,
                "; ".join(filter(None, (visible(a.reason), visible(a.warning)))),
                a.strip,
                *(_whole_numbers(a, part) for part in PARTS),
            ]
            for i, a in enumerate(articles)
        ],
    }


def _short(text: str) -> str:
    shown = visible(text[:_MAX_TEXT])
    return shown + "…" if len(text) > _MAX_TEXT else shown


def _dominant(article: FolderArticle, labels: tuple[str, ...]) -> int:
    if not article.parts["whole"]:
        return -2
    return labels.index(article.dominant) if article.dominant in labels else -1


def _whole_numbers(article: FolderArticle, part: str) -> Any:
    shares = article.parts[part]
    if shares is None:
        return 0
    return [[round(100 * x) for x in row] for row in (shares.shares, shares.low, shares.high)]
