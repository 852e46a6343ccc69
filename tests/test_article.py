"""Texts are cut into title, deck, body and section as a reader would."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance import parse_article
from stance.article import Paragraph, Unscored, decode, remove_citations

ARTICLE = """Norland and Sudland Share the Strait
A quarrel of nine years ends.
Norland and Sudland agreed on Monday to share the fishing grounds of the strait, and both promised new patrols.
The ministers shook hands in the harbour of Eastport and praised the mediators who had brought them there.
- Norland
- Anna Berg
Enrichment Data:
Fishing policy in Norland rests on three things:
Quotas at a Glance
- Cuts: The quota fell by a tenth[2].
- The council may look at the matter.
"""  # noqa: E501


def test_an_article_with_a_section_is_cut_right() -> None:
    article = parse_article(ARTICLE)
    assert article.title == "Norland and Sudland Share the Strait"
    assert article.deck == "A quarrel of nine years ends."
    assert [p.role for p in article.part("body")] == ["paragraph", "paragraph"]
    assert [p.role for p in article.part("enrichment")] == ["intro", "bullet", "bullet"]
    assert [u.role for u in article.unscored] == [
        "title", "deck", "tag", "tag", "marker", "subhead",
    ]  # fmt: skip
    assert (article.status, article.rule, article.marker_line) == ("ok", "heading line", 7)


def test_citations_stay_in_the_text_and_leave_the_scored_text() -> None:
    bullet = parse_article(ARTICLE).part("enrichment")[1]
    assert bullet.text == "Cuts: The quota fell by a tenth[2]."
    assert bullet.scored_text == "Cuts: The quota fell by a tenth."
    assert bullet.citations == ("[2]",)


def test_brackets_that_are_no_citation_stay() -> None:
    assert remove_citations("[they] will pay [3]. [...]") == "[they] will pay. [...]"


def test_the_word_in_running_text_opens_no_section() -> None:
    text = ARTICLE.replace("Enrichment Data:\n", "Enrichment data suggests that more follows.\n")
    article = parse_article(text)
    assert article.rule != "heading line"
    assert "Enrichment data suggests that more follows." in [p.text for p in article.part("body")]


def test_a_marker_of_the_user_opens_a_section() -> None:
    text = ARTICLE.replace("Enrichment Data:", "The Crew's Corner")
    assert parse_article(text, markers=["the crew's corner"]).rule == "heading line"


@pytest.mark.parametrize("text", ["", " \n\n", "Please provide the text you want rewritten."])
def test_no_article_has_no_paragraphs(text: str) -> None:
    article = parse_article(text)
    assert (article.status, article.paragraphs) == ("no_article", ())


def test_line_ends_of_every_kind_give_the_same_paragraphs() -> None:
    texts = [p.text for p in parse_article(ARTICLE).paragraphs]
    assert [p.text for p in parse_article(ARTICLE.replace("\n", "\r\n")).paragraphs] == texts


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("né".encode(), ("né", "utf-8")),
        (b"\xef\xbb\xbfa", ("a", "utf-8 (BOM)")),
        ("né".encode("cp1252"), ("né", "cp1252")),
        (b"\xff\xfea\0", ("a", "utf-16-le (BOM)")),
    ],
    ids=str,
)
def test_the_encoding_is_decided_by_the_bytes(data: bytes, expected: tuple[str, str]) -> None:
    assert decode(data) == expected


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_every_span_is_the_text_it_names_and_none_overlap(text: str) -> None:
    article = parse_article(text)
    items: list[Paragraph | Unscored] = [*article.paragraphs, *article.unscored]
    assert all(text[item.start : item.end] == item.text for item in items)
    spans = sorted((item.start, item.end) for item in items)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
