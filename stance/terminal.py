"""Results -> plain text for a terminal of 80 columns."""

import textwrap
from collections.abc import Iterator, Sequence

from stance.article import Article
from stance.mix import PARTS, FramingMix

_BAR = 30


def render_article(
    name: str, article: Article, labels: Sequence[str], unsure: Sequence[bool], mix: FramingMix
) -> str:
    """Return the title, each paragraph with its label, and the mix of each part."""
    return "\n".join(_iter_lines(name, article, labels, unsure, mix))


def _iter_lines(
    name: str, article: Article, labels: Sequence[str], unsure: Sequence[bool], mix: FramingMix
) -> Iterator[str]:
    yield article.title or name
    if article.status != "ok":
        yield f"status: {article.status}"
    part = None
    for paragraph, label, doubt in zip(article.paragraphs, labels, unsure, strict=True):
        if paragraph.part != part:
            part = paragraph.part
            yield f"\n{part}"
        mark = "?" if doubt else " "
        text = textwrap.shorten(paragraph.scored_text, 62, placeholder=" ...")
        yield f"  {label:12}{mark} {text}"
    for name in PARTS:
        part_mix = getattr(mix, name)
        if part_mix is None:
            yield f"\nframing mix, {name}: none (no paragraph)"
            continue
        yield f"\nframing mix, {name}: {part_mix.n_paragraphs} paragraphs"
        for label, share, expected in zip(
            mix.labels, part_mix.by_paragraph, part_mix.expected, strict=True
        ):
            bar = "#" * round(share * _BAR)
            yield f"  {label:12} {share:6.1%}  expected {expected:6.1%}  {bar}"
