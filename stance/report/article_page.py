"""A labelled article -> what its page shows, as plain data."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from stance.article import Article, Paragraph
from stance.classifier import Classifier
from stance.difference import Difference
from stance.labelled import LabelledArticle
from stance.labels import DEFINITIONS
from stance.mix import MIXED, PARTS, THIRDS, FramingMix
from stance.report.shapes import MixPanel, Segment, mix_panel, stack
from stance.report.words import Decision, decision_of

STRONG: Final = (0.5, 0.65, 0.8)  # probabilities from which a tint is stronger
RULES: Final = {
    "heading line": "a line that is a known heading of such sections",
    "markdown": "a Markdown heading that is known to open such sections",
    "same line": "a known heading with the text on the same line",
    "glued": "a known heading that is glued to the end of the paragraph before it",
    "rule line": "a line of dashes with nothing but list items below it",
    "heading over a list": "a heading with list items and nothing else below it",
    "none": "no heading or rule was found that opens an enrichment section",
}
ROLES: Final = {
    "title": "title",
    "deck": "deck, the line below the title",
    "subhead": "subhead",
    "tag": "tag",
    "marker": "heading of the enrichment section",
    "caption": "caption of a picture",
    "dateline": "dateline",
    "readalso": "pointer to other articles",
    "source": "source",
    "furniture": "page furniture",
}
STATUSES: Final = {
    "short": "short: fewer than two body paragraphs",
    "no_article": "no article: nothing to score was found",
}
_RARE: Final = 0.05
_SHOWN_IN_PLACE: Final = ("subhead",)


@dataclass(frozen=True, slots=True)
class Legend:
    """A label, its column (its colour) and what it means; empty for a model's own labels."""

    column: int
    label: str
    definition: str


@dataclass(frozen=True, slots=True)
class ParagraphView:
    """A paragraph with its label and what decided it.

    ``proba`` is one segment a label; ``strength`` is 0 to 3, the number of bounds in ``STRONG``
    that the label's probability reaches.
    """

    n: int
    part: str
    role: str
    column: int
    label: str
    probability: float
    strength: int
    unsure: bool
    proba: tuple[tuple[Legend, float], ...]
    decision: Decision
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aside:
    """Text that was not scored, with its role in words."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the enrichment section begins: its heading, the rule, the line from 1."""

    heading: str
    rule: str
    why: str
    line: int | None


@dataclass(frozen=True, slots=True)
class ArcColumn:
    """A paragraph in the arc: as wide as it is long, stacked by probability; 0 to 100."""

    n: int
    part: str
    label: str
    start: float
    width: float
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class ArcThird:
    """The mean probabilities of a third of the article."""

    name: str
    bar: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """Everything on the page of an article."""

    name: str
    title: str
    deck: str | None
    status: str | None
    statement: str
    legend: tuple[Legend, ...]
    panels: tuple[MixPanel, ...]
    differences: tuple[str, ...]
    arc: tuple[ArcColumn, ...]
    thirds: tuple[ArcThird, ...]
    cut_at: float | None
    flow: tuple[ParagraphView | Aside | Cut, ...]
    left_out: tuple[Aside, ...]
    rule: str
    n_unsure: int
    unsure_below: float
    encoding: str | None


def article_page(classifier: Classifier, found: LabelledArticle) -> ArticlePage:
    """Put together what the page of an article shows."""
    article, mix = found.article, found.mix
    legend = legend_of(mix.labels)
    views = tuple(_views(classifier, found, legend))
    arc = tuple(_arc(found))
    whole = mix.whole
    return ArticlePage(
        name=found.name,
        title=article.title or found.name,
        deck=article.deck,
        status=STATUSES.get(article.status),
        statement=_statement(mix),
        legend=legend,
        panels=tuple(
            mix_panel(name, mix.labels, getattr(mix, name), mix.reasons.get(name, ""))
            for name in PARTS
        ),
        differences=tuple(_differences(mix)),
        arc=arc,
        thirds=tuple(
            ArcThird(name, stack(mix.labels, shares))
            for name, shares in zip(THIRDS, (whole.arc if whole else None) or (), strict=False)
        ),
        cut_at=next((column.start for column in arc if column.part == "enrichment"), None),
        flow=tuple(_flow(article, views)),
        left_out=tuple(Aside(ROLES[item.role], item.text) for item in article.unscored),
        rule=RULES[article.rule],
        n_unsure=sum(found.unsure),
        unsure_below=classifier.artefact.unsure_below,
        encoding=article.encoding,
    )


def legend_of(labels: tuple[str, ...]) -> tuple[Legend, ...]:
    """Return the labels in the order of their colours."""
    return tuple(Legend(i, label, DEFINITIONS.get(label, "")) for i, label in enumerate(labels))


def _statement(mix: FramingMix) -> str:
    if mix.whole is None:
        return "There is no paragraph to score."
    n, dominant = mix.whole.n_paragraphs, mix.whole.dominant
    plural = "" if n == 1 else "s"
    if dominant == MIXED:
        return f"Mixed: no label leads clearly among its {n} paragraph{plural}."
    count = mix.whole.counts[mix.labels.index(dominant)]
    return f"Mostly {dominant}: {count} of {n} paragraph{plural}."


def _differences(mix: FramingMix) -> Iterator[str]:
    found = mix.difference
    if found is None:
        return
    chance = "more than" if found.p_value < _RARE else "no more than"
    yield (
        f"Body and enrichment differ {chance} chance would make them:"
        f" {_distance(found)}, p = {found.p_value:.3f}."
    )
    for label, share, (low, high) in zip(mix.labels, found.shares, found.shares_90, strict=True):
        if low > 0 or high < 0:
            more = "more" if share > 0 else "less"
            yield (
                f"The enrichment is {abs(100 * share):.0f} points {more} {label} than the body"
                f" (90 % interval {100 * low:+.0f} to {100 * high:+.0f})."
            )
    if found.n_shared:
        rest = found.without_shared
        yield (
            f"{found.n_shared} of its paragraphs repeat the body nearly word for word; without"
            f" them the two are {_distance(rest) if rest else 'not to be compared'}."
        )


def _distance(found: Difference) -> str:
    return f"{found.jensen_shannon:.2f} bits apart"


def _views(
    classifier: Classifier, found: LabelledArticle, legend: tuple[Legend, ...]
) -> Iterator[ParagraphView]:
    rows = zip(found.article.paragraphs, found.proba.tolist(), found.unsure, strict=True)
    for n, (paragraph, row, unsure) in enumerate(rows, 1):
        column = int(np.argmax(row))
        yield ParagraphView(
            n=n,
            part=paragraph.part,
            role=paragraph.role,
            column=column,
            label=legend[column].label,
            probability=row[column],
            strength=sum(row[column] >= bound for bound in STRONG),
            unsure=unsure,
            proba=tuple(zip(legend, row, strict=True)),
            decision=decision_of(classifier.explain(paragraph.scored_text), column),
            citations=paragraph.citations,
        )


def _arc(found: LabelledArticle) -> Iterator[ArcColumn]:
    paragraphs = found.article.paragraphs
    lengths = [_length(paragraph) for paragraph in paragraphs]
    position, total = 0, max(sum(lengths), 1)
    rows = zip(paragraphs, found.labels, lengths, found.proba.tolist(), strict=True)
    for n, (paragraph, label, length, row) in enumerate(rows, 1):
        yield ArcColumn(
            n=n,
            part=paragraph.part,
            label=label,
            start=round(100 * position / total, 3),
            width=round(100 * length / total, 3),
            segments=stack(found.mix.labels, row),
        )
        position += length


def _length(paragraph: Paragraph) -> int:
    """Return a paragraph's width in the arc: its words, but enough to be seen."""
    return max(len(paragraph.scored_text.split()), 8)


def _flow(
    article: Article, views: tuple[ParagraphView, ...]
) -> Iterator[ParagraphView | Aside | Cut]:
    """Yield paragraphs, subheads and the cut in reading order."""
    items: list[tuple[int, ParagraphView | Aside]] = [
        (paragraph.start, view) for paragraph, view in zip(article.paragraphs, views, strict=True)
    ]
    items += [
        (item.start, Aside(ROLES[item.role], item.text))
        for item in article.unscored
        if item.role in _SHOWN_IN_PLACE
    ]
    heading = next((item for item in article.unscored if item.role == "marker"), None)
    cut = Cut(heading.text if heading else "", article.rule, RULES[article.rule],
              article.marker_line)  # fmt: skip
    part = "body"
    for _, item in sorted(items, key=lambda found: found[0]):
        if isinstance(item, ParagraphView) and item.part != part:
            part = item.part
            yield cut if part == "enrichment" else Cut("", "", "the section ends here", None)
        yield item
