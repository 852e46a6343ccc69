"""The page of an article: what it holds, and that no text gets out of its place."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_data import HOSTILE, SECTIONED, hostile_article

from stance import Classifier, parse_article
from stance.cli import main
from stance.labelled import label_article
from stance.report import article_page, render_article_page
from stance.report.article_page import ParagraphView
from stance.report.markup import script_json
from stance.report.visible import visible, web_address
from stance.report.words import decision_of


class Elements(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text += data


def page_of(classifier: Classifier, text: str) -> str:
    return render_article_page(
        article_page(classifier, label_article(classifier, "a.txt", parse_article(text)))
    )


def test_page_shows_every_paragraph_with_its_label(classifier: Classifier) -> None:
    found = label_article(classifier, "a.txt", parse_article(SECTIONED))
    page = article_page(classifier, found)
    views = [item for item in page.flow if isinstance(item, ParagraphView)]
    assert [view.label for view in views] == list(found.labels)
    texts = ["".join(piece.text for piece in view.decision.pieces) for view in views]
    assert texts == [paragraph.scored_text for paragraph in found.article.paragraphs]


def test_cut_stands_before_the_section_with_its_rule(classifier: Classifier) -> None:
    html = page_of(classifier, SECTIONED)
    begin = html.index("The enrichment section begins")
    assert html.index('id="p3"') < begin < html.index('id="p4"')
    assert "heading line" in html[begin : begin + 400]


def test_words_for_and_against_have_the_sign_of_their_contribution(classifier: Classifier) -> None:
    text = "Police arrested the leader, who may be charged."
    column = classifier.labels.index("adversarial")
    decision = decision_of(classifier.explain(text), column)
    assert decision.words_for[0].text == "arrested"
    assert "may" in [word.text for word in decision.words_against]
    assert all(word.value > 0 for word in decision.words_for)
    assert all(word.value < 0 for word in decision.words_against)


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_adds_no_element(classifier: Classifier, hostile: str) -> None:
    html = page_of(classifier, hostile_article(hostile))
    elements = Elements(html)
    assert {tag for tag, _ in elements.found} & {"script", "img"} == set()
    assert not [a for _, a in elements.found if any(name.startswith("on") for name in a)]
    hrefs = [a["href"] or "" for tag, a in elements.found if tag == "a"]
    assert all(href.startswith("#") for href in hrefs)
    assert not re.search("[\x00\u202e]", html)


@settings(max_examples=30, deadline=None)
@given(st.text())
def test_any_text_survives_escaping(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert "<" not in script_json(shown)
    assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069]", shown)


def test_only_web_addresses_are_linked() -> None:
    assert web_address("https://example.org/a?b=1") == "https://example.org/a?b=1"
    for bad in ("javascript:alert(1)", "JAVASCRIPT:x", " https://a.b", "data:text/html,x", "//a.b",
                "https://", "file:///etc/passwd", "https://[", None):  # fmt: skip
        assert web_address(bad) is None


def test_page_asks_the_network_for_nothing(classifier: Classifier) -> None:
    elements = Elements(page_of(classifier, SECTIONED)).found
    sources = [a.get("src") or a.get("href") or "" for _, a in elements]
    assert all(s.startswith(("#", "data:image/svg+xml")) for s in sources if s)
    (policy,) = [a["content"] or "" for t, a in elements if a.get("http-equiv")]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_empty_article_has_a_page_that_says_so(classifier: Classifier) -> None:
    assert "no paragraph to score" in page_of(classifier, "")


def test_command_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "a.txt", tmp_path / "a.html"
    source.write_text(SECTIONED, "utf-8")
    assert main(["article", str(source), "--html", str(target)]) == 0
    assert target.read_text("utf-8").startswith("<!doctype html>")
    assert capsys.readouterr().err == f"wrote {target}\n"


def test_page_that_cannot_be_written_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "a.txt"
    source.write_text(SECTIONED, "utf-8")
    assert main(["article", str(source), "--html", str(tmp_path / "no" / "a.html")]) == 1
    assert "cannot write" in capsys.readouterr().err


def test_two_files_make_no_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["article", "a.txt", "b.txt", "--html", str(tmp_path / "a.html")])
    assert "found 2 files" in capsys.readouterr().err
