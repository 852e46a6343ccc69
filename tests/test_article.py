"""Texts are cut into title, deck, body and section as a reader would."""

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance import ArticleError, parse_article, read_article
from stance.article import Article, Paragraph, Unscored
from stance.cleaning import clean
from stance.encoding import decode

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
    assert clean("[they] will pay [3]. [...]") == ("[they] will pay. [...]", ("[3]",))


def test_the_word_in_running_text_opens_no_section() -> None:
    text = ARTICLE.replace("Enrichment Data:\n", "Enrichment data suggests that more follows.\n")
    body = parse_article(text).part("body")
    assert body[-1].text == "Enrichment data suggests that more follows."


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
        ("né".encode("cp1252"), ("né", "cp1252 (assumed)")),
        (b"\xff\xfea\0", ("a", "utf-16-le (BOM)")),
    ],
    ids=str,
)
def test_the_encoding_is_decided_by_the_bytes(data: bytes, expected: tuple[str, str]) -> None:
    assert decode(data) == expected


# Text that looks like the parser's own subject finds more than text from all of Unicode does.
_PIECES = st.sampled_from(
    [
        "- ", "• ", "1. ", "2) ", "## ", "**", "Enrichment Data:", "Key Facts", "A deal was made.",
        "\n", "\r\n", "\r", "\u2028", "\x00", "\ufeff", "[1]", "<p>", "<\\/h3>", "<li>", "&#39;",
        "\\r\\n",
        "Read also:", "---", "###", "Source: x", "❓ ", "> ", "IN FULL:", "Photo: y", " ",
        "word " * 30,
    ]
)  # fmt: skip
_TEXTS = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=())),
    st.lists(st.one_of(_PIECES, st.text(max_size=9)), max_size=40).map("".join),
)


def ink(text: str) -> int:
    """Count the characters that are not white space."""
    return sum(not char.isspace() for char in text)


def assert_accounts_for_everything(article: Article) -> None:
    source = article.source
    items: list[Paragraph | Unscored] = [*article.paragraphs, *article.unscored]
    assert all(source[item.start : item.end] == item.text for item in items)
    spans = sorted([(item.start, item.end) for item in items] + list(article.marks))
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
    assert sum(ink(source[start:end]) for start, end in spans) == ink(source)


@given(_TEXTS)
def test_every_character_is_in_one_paragraph_unscored_item_or_mark(text: str) -> None:
    assert_accounts_for_everything(parse_article(text))


@given(_TEXTS, st.sampled_from(["body", "drop"]))
def test_nothing_is_lost_when_trailing_items_go_elsewhere(text: str, trailing: Any) -> None:
    assert_accounts_for_everything(parse_article(text, trailing=trailing))


@given(_TEXTS)
def test_marks_are_bullets_numbers_and_markup_only(text: str) -> None:
    article = parse_article(text)
    marks = "\n".join(text[start:end] for start, end in article.marks)
    marks = re.sub(r"<[^<>]*>|\\[rn]", "", marks)
    assert not re.search(r"[^\W\d_]", marks)


@given(st.binary(max_size=200))
def test_any_bytes_give_an_article_or_an_article_error(data: bytes) -> None:
    try:
        text, _ = decode(data)
    except ArticleError:
        return
    assert_accounts_for_everything(parse_article(text))


def test_a_missing_file_is_an_article_error(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match=r"none\.txt: No such file.*give a readable text file"):
        read_article(tmp_path / "none.txt")


def test_a_pdf_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"%PDF-1.7 ...")
    with pytest.raises(ArticleError, match=r"a\.txt: expected text, found a PDF"):
        read_article(tmp_path / "a.txt")


def test_an_unknown_place_for_trailing_items_is_refused() -> None:
    with pytest.raises(ValueError, match=r"trailing: expected one of .*, found 'away'"):
        parse_article("", trailing="away")  # type: ignore[arg-type]


def test_the_reference_article_is_cut_as_documented(mirror: Path) -> None:
    path = mirror.parent / "samples" / "reference_article.txt"
    if not path.is_file():
        pytest.skip("no reference article beside the mirror")
    article = read_article(path)
    assert article.title is not None
    assert article.title.startswith('"In Unison')
    assert article.deck == "Leaders Xi and Putin are joining forces."
    assert (article.status, article.rule, article.encoding) == ("ok", "heading line", "utf-8")
    assert [p.role for p in article.part("body")] == ["paragraph"] * 7
    assert [p.role for p in article.part("enrichment")] == ["intro"] + ["bullet"] * 10
    assert [u.role for u in article.unscored] == [
        "title", "deck", "subhead", *["tag"] * 7, "marker", *["subhead"] * 3,
    ]  # fmt: skip
    subhead = article.unscored[2]
    before = [p for p in article.part("body") if p.end < subhead.start]
    assert (len(before), article.marker_line) == (4, 18)
    bare = [p for p in article.part("enrichment")[1:] if not p.citations]
    assert len(bare) == 4
    assert_accounts_for_everything(article)
    moved = read_article(path, trailing="drop")
    assert len(moved.part("enrichment")) == 7
