"""Exports of Nexis and Factiva are split by their own marks, and by nothing else."""

import random
from pathlib import Path

import pytest
from formats_data import A, B, C, mutate, put, read

from stance.formats import iter_documents

UNI = f"""River pact signed after eleven years

The Example Times

March 2, 2026 Monday

Copyright 2026 Example Times Ltd All Rights Reserved

Section: WORLD; Pg. 4

Length: 523 words

Byline: By Ada Writer

Highlight: Two dams, one board &#39;for now&#39;

Body


{A}



{B}

Classification


Language: ENGLISH

Publication-Type: Newspaper

Load-Date: March 3, 2026


End of Document


Valley refuses the plan

The Example Times

March 3, 2026 Tuesday

Length: 210 words

Body

{C}

Load-Date: March 4, 2026

End of Document
"""
UNI_GERMAN = f"""Flussvertrag unterzeichnet

Die Beispielzeitung

2. März 2026

Copyright 2026 Beispielverlag Alle Rechte vorbehalten

Rubrik: POLITIK; S. 4

Länge: 523 Wörter

Autor: Ada Schreiber

Body

{A}

{B}

Klassifizierung

Sprache: GERMAN; DEUTSCH

Ende des Dokuments

Das Tal lehnt ab

Die Beispielzeitung

3. März 2026

Länge: 210 Wörter

Volltext

{C}

Update: 4. März 2026

Ende des Dokuments
"""
OLD = f"""                               1 of 2 DOCUMENTS


                               The Example Times

                             March 2, 2026 Monday

River pact signed after eleven years

BYLINE: By Ada Writer

SECTION: WORLD; Pg. 4

LENGTH: 523 words

HIGHLIGHT: Two dams, one board for
both countries

{A}


{B}

LOAD-DATE: March 3, 2026

LANGUAGE: ENGLISH

PUBLICATION-TYPE: Newspaper

                 Copyright 2026 Example Times Ltd


                               2 of 2 DOCUMENTS


                               The Example Times

                             March 3, 2026 Tuesday

Valley refuses the plan

LENGTH: 210 words

{C}

LANGUAGE: ENGLISH
"""
OLD_GERMAN = (
    OLD.replace("1 of 2 DOCUMENTS", "Dokument 1 von 2")
    .replace("2 of 2 DOCUMENTS", "Dokument 2 von 2")
    .replace("LENGTH:", "LÄNGE:").replace(" words\n", " Wörter\n")
    .replace("LANGUAGE: ENGLISH", "SPRACHE: GERMAN; DEUTSCH").replace("LOAD-DATE:", "UPDATE:")
)  # fmt: skip
FACTIVA = f"""River pact signed after eleven years
By Ada Writer
523 words
2 March 2026
08:15
The Example Times
EXTIM
English
Copyright 2026. Example Times Ltd.

{A}


{B}

Document EXTIM00020260302em3200001

Valley refuses the plan
210 words
3 March 2026
The Example Times
EXTIM
English
(c) 2026 Example Times Ltd. All rights reserved.

{C}

Document EXTIM00020260303em3300007

Search Summary
Text
river pact
Date
In the last week
"""
FACTIVA_GERMAN = (
    FACTIVA.replace("Document ", "Dokument ").replace(" words", " Wörter")
    .replace("2 March", "2 März").replace("3 March", "3 März").replace("English", "Deutsch")
    .replace("Search Summary", "Suchzusammenfassung")
)  # fmt: skip
FACTIVA_CODES = f"""SE  World
HD  River pact signed after eleven years
BY  Ada Writer
WC  523 words
PD  2 March 2026
SN  The Example Times
SC  EXTIM
LA  English
CY  Copyright 2026. Example Times Ltd.

LP
{A}

TD
{B}

CO  exdam : Example Dams
RE  exland : Exampleland
AN  Document EXTIM00020260302em3200001

HD  Valley refuses the plan
WC  210 words
PD  3 March 2026
SN  The Example Times

LP  {C}

AN  Document EXTIM00020260303em3300007
"""
EXPORTS = {
    "uni": UNI, "uni German": UNI_GERMAN, "old": OLD, "old German": OLD_GERMAN,
    "factiva": FACTIVA, "factiva German": FACTIVA_GERMAN, "factiva codes": FACTIVA_CODES,
}  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_articles_are_split_and_freed_of_their_covers(tmp_path: Path, name: str) -> None:
    first, second = read(put(tmp_path, "a.txt", EXPORTS[name]))
    assert (first.member, second.member) == ("#1", "#2")
    assert [p.text for p in first.article.paragraphs] == [A, B]
    assert [p.text for p in second.article.paragraphs] == [C]
    assert first.article.source.strip() in (A + "\n\n\n\n" + B, A + "\n\n\n" + B, A + "\n\n" + B)


@pytest.mark.parametrize("name", EXPORTS)
def test_title_source_and_date_come_from_the_cover(tmp_path: Path, name: str) -> None:
    first, second = read(put(tmp_path, "a.txt", EXPORTS[name]))
    german = name == "uni German"
    assert first.title == (
        "Flussvertrag unterzeichnet" if german else "River pact signed after eleven years"
    )
    assert second.title == ("Das Tal lehnt ab" if german else "Valley refuses the plan")
    assert first.source == ("Die Beispielzeitung" if german else "The Example Times")
    assert first.date in ("March 2, 2026", "2 March 2026", "2 März 2026", "2. März 2026")


def test_factiva_gives_its_document_numbers(tmp_path: Path) -> None:
    for text in (FACTIVA, FACTIVA_CODES):
        keys = [d.key for d in read(put(tmp_path, "a.txt", text))]
        assert keys == ["EXTIM00020260302em3200001", "EXTIM00020260303em3300007"]


@pytest.mark.parametrize("name", ["uni", "uni German"])
def test_word_and_rtf_exports(tmp_path: Path, name: str) -> None:
    docx = pytest.importorskip("docx", reason="needs python-docx")
    document = docx.Document()
    for n, block in enumerate(EXPORTS[name].split("\n\n")):
        document.add_paragraph(block.strip(), style="Heading 1" if n == 0 else None)
    document.save(str(tmp_path / "a.docx"))
    body = "".join(f"\\u{ord(c)}?" if ord(c) > 127 else c for c in EXPORTS[name])
    rtf = "{\\rtf1\\ansi " + body.replace("\n", "\\par\n") + "}"
    put(tmp_path, "a.rtf", rtf)
    for path in (tmp_path / "a.docx", tmp_path / "a.rtf"):
        first, second = read(path)
        assert [p.text for p in first.article.paragraphs] == [A, B]
        assert [p.text for p in second.article.paragraphs] == [C]
        assert first.title == EXPORTS[name].partition("\n")[0]


def test_one_article_without_its_divider_is_freed_of_its_cover(tmp_path: Path) -> None:
    text = OLD[OLD.index("The Example Times") : OLD.index("                               2 of 2")]
    (document,) = read(put(tmp_path, "a.txt", text))
    assert document.member == ""
    assert [p.text for p in document.article.paragraphs] == [A, B]
    assert document.title == "River pact signed after eleven years"


def test_text_without_a_mark_is_one_article_whatever_its_blank_lines(tmp_path: Path) -> None:
    text = f"River pact signed\n\n\n\n{A}\n\n\n\n\n{B}\n\n\n{C}\n"
    (document,) = read(put(tmp_path, "a.txt", text))
    assert document.article.source == text
    assert len(document.article.paragraphs) == 3


def test_words_that_look_like_marks_inside_a_sentence_divide_nothing(tmp_path: Path) -> None:
    text = (
        f"{A}\n\nThe clerk read it to the end of document three, 1 of 20 documents in all.\n\n"
        f"The body spoke of 500 words. Document B12 is secret.\n\n{C}\n"
    )
    (document,) = read(put(tmp_path, "a.txt", text))
    assert document.article.source == text


def test_message_of_the_provider_in_place_of_an_article_costs_nothing(tmp_path: Path) -> None:
    start = UNI.index("Valley refuses")
    text = (
        UNI[:start] + "Sorry, this document cannot be shown.\n\nEnd of Document\n\n" + UNI[start:]
    )
    documents = read(put(tmp_path, "a.txt", text))
    assert [len(d.article.paragraphs) for d in documents][::2] == [2, 1]
    assert len(documents) == 3


def test_factiva_without_rights_or_text_below_the_words_is_read(tmp_path: Path) -> None:
    mark = "\n\nDocument EXTIM00020260302em3200001\n"
    text = f"River pact signed\n523 words\n2 March 2026\nThe Example Times\n{A}{mark}"
    (document,) = read(put(tmp_path, "a.txt", text))
    assert [p.text for p in document.article.paragraphs] == [A]
    (bare,) = read(put(tmp_path, "a.txt", f"River pact signed in the port\n523 words{mark}"))
    assert bare.article.status == "no_article"


def test_list_of_articles_above_the_first_is_not_its_title(tmp_path: Path) -> None:
    cover = (
        "User Name: A. Reader\n\nDate and Time: Tuesday, March 3, 2026 10:00 AM\n\n"
        "Documents (2)\n\n1. River pact signed after eleven years\n\n2. Valley refuses the plan\n\n"
    )
    first, _ = read(put(tmp_path, "a.txt", cover + UNI))
    assert (first.title, first.source) == (
        "River pact signed after eleven years", "The Example Times",
    )  # fmt: skip
    assert first.date == "March 2, 2026"
    assert [p.text for p in first.article.paragraphs] == [A, B]


def test_line_that_says_body_inside_a_text_cuts_nothing_off(tmp_path: Path) -> None:
    more = "\n\n".join(f"{A[:-1]}, said speaker {n}." for n in range(15))
    text = OLD.replace(C, f"{more}\n\nBody\n\n{C}")
    second = read(put(tmp_path, "a.txt", text))[1]
    assert "said speaker 0." in second.article.source
    assert C in second.article.source


def test_damaged_exports_give_documents_or_failures(tmp_path: Path) -> None:
    rng = random.Random(7)
    for text in EXPORTS.values():
        for _ in range(60):
            found = list(iter_documents(put(tmp_path, "a.txt", mutate(text.encode(), rng))))
            assert found
