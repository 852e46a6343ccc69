"""Plain text, pages, Word, RTF, PDF, mail: one article each, its blocks kept apart."""

import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from formats_data import PAGE, A, B, C, make_pdf, put, read, refuse

from stance.formats import ReadOptions


def test_text_keeps_its_encoding_by_name(tmp_path: Path) -> None:
    text = f"Pacte signé à l’aube\n\n{A}\n\n{B}\n"
    (document,) = read(put(tmp_path, "a.txt", text.encode("cp1252")))
    assert document.article.source == text
    assert document.encoding is not None
    assert document.encoding.startswith("cp125")
    assert document.member == ""


def test_page_keeps_paragraphs_bullets_quotes_and_headings_apart(tmp_path: Path) -> None:
    (document,) = read(put(tmp_path, "a.html", PAGE))
    lines = document.article.source.split("\n\n")
    assert A in lines
    assert "## What comes next" in lines
    assert "- The gauges are read every hour by both sides." in lines
    assert "> We have waited eleven years for this day, said the mayor of the port." in lines
    assert not any("Home" in line or "rights reserved" in line for line in lines)
    assert document.title == "River pact signed"
    assert (document.url, document.date) == ("https://example.org/river", "2026-03-01")
    roles = [p.role for p in document.article.paragraphs]
    assert roles.count("bullet") == 2
    assert "quote" in roles


def test_page_is_known_by_content_under_any_text_ending(tmp_path: Path) -> None:
    for name in ("a.txt", "index.php?id=3", "page", "a.xhtml"):
        (document,) = read(put(tmp_path, name, PAGE))
        assert document.title == "River pact signed"


def test_words_of_inline_tags_are_not_glued_or_lost(tmp_path: Path) -> None:
    (document,) = read(put(tmp_path, "a.html", PAGE))
    assert "onwards. All gauges stay public" in document.article.source


def test_page_without_tags_is_read_as_text(tmp_path: Path) -> None:
    (document,) = read(put(tmp_path, "a.html", f"{A}\n\n{B}\n"))
    assert [p.text for p in document.article.paragraphs] == [A, B]


def test_short_first_paragraph_is_scored_where_the_title_stands_apart(tmp_path: Path) -> None:
    row = '{"title": "River pact signed", "text": "The pact was signed.\\n\\n' + A + '"}\n'
    (document,) = read(put(tmp_path, "a.jsonl", row))
    article = document.article
    assert [p.text for p in article.paragraphs] == ["The pact was signed.", A]
    assert all(article.source[p.start : p.end] == p.text for p in article.paragraphs)
    assert article.title == "River pact signed"


def test_docx_gives_headings_lists_tables_and_title(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx", reason="needs python-docx")
    file = docx.Document()
    file.core_properties.title = "River pact"
    file.add_heading("River pact signed", 0)
    file.add_paragraph(A)
    file.add_heading("What comes next", 2)
    file.add_paragraph("The gauges are read every hour.", style="List Bullet")
    table = file.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Dam", "Height"
    file.save(str(tmp_path / "a.docx"))
    (document,) = read(tmp_path / "a.docx")
    assert document.article.source.split("\n\n") == [
        "# River pact signed", A, "## What comes next", "- The gauges are read every hour.",
        "Dam | Height",
    ]  # fmt: skip
    assert document.title == "River pact"


def test_docx_bomb_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("word/document.xml", b" " * 3_000_000)
    found = refuse(tmp_path / "a.docx", ReadOptions(max_bytes=1_000_000))
    assert (found.stage, "bomb" in found.reason) == ("unpack", True)


def test_rtf_gives_paragraphs_and_letters(tmp_path: Path) -> None:
    text = rf"{{\rtf1\ansi\ansicpg1252 {A}\par\par The mayor\'92s caf\'e9 \u8212? open.\par}}"
    (document,) = read(put(tmp_path, "a.rtf", text))
    assert A in document.article.source
    assert "The mayor’s café — open." in document.article.source


def test_pdf_joins_lines_to_paragraphs_over_pages(tmp_path: Path) -> None:
    pytest.importorskip("pypdf", reason="needs pypdf")
    pages = [
        ["The Example Gazette",
         "The ministers signed the river pact on Monday, after eleven years of",
         "talks, and agreed to share the water of the dry season between them.",
         "Engineers of both countries will open the two dams together from the", "1"],
        ["The Example Gazette", "first of April onwards, as the agree-", "ment says.",
         "Opponents in the northern valley called the plan a surrender and said", "2"],
        ["The Example Gazette", "they would block the roads.", "3"],
    ]  # fmt: skip
    (document,) = read(put(tmp_path, "a.pdf", make_pdf(pages)))
    paragraphs = document.article.source.split("\n\n")
    assert "as the agreement says." in document.article.source
    assert paragraphs[-1] == (
        "Opponents in the northern valley called the plan a surrender and said they would block"
        " the roads."
    )
    assert "Gazette" not in document.article.source


def test_pdf_without_text_says_so(tmp_path: Path) -> None:
    pytest.importorskip("pypdf", reason="needs pypdf")
    assert "only pictures" in refuse(put(tmp_path, "a.pdf", make_pdf([[]]))).reason


def test_mail_gives_subject_date_and_text(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "Pact sign\u00e9", "desk@example.org"
    mail["Date"] = "Mon, 02 Mar 2026 08:00:00 +0000"
    mail.set_content(f"{A}\n\n{B}\n")
    mail.add_alternative(f"<p>{C}</p>", subtype="html")
    (document,) = read(put(tmp_path, "a.eml", bytes(mail)))
    assert (document.title, document.source) == ("Pact sign\u00e9", "desk@example.org")
    assert document.date == "2026-03-02T08:00:00+00:00"
    assert C not in document.article.source
    assert len(document.article.paragraphs) == 2


def test_mail_of_html_alone_is_read_as_html(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Pact"
    mail.set_content(f"<p>{A}</p><ul><li>{B}</li></ul>", subtype="html")
    (document,) = read(put(tmp_path, "a.eml", bytes(mail)))
    assert document.article.source == f"{A}\n\n- {B}"
