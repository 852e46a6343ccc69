"""Tables, JSON, feeds and web archives: an article a row, read as it comes."""

import csv
import gzip
import io
import json
from pathlib import Path

import pytest
from formats_data import PAGE, A, B, C, put, read, refuse

from stance.formats import Document, Failure, ReadOptions, iter_documents
from stance.formats.fields import USUAL


def write_csv(rows: list[list[str]], delimiter: str = ",") -> str:
    """Write rows as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    rows = [["ID", "Headline", "Body", "Published"], ["7", "Pact; signed", f"{A}\n\n{B}", "2026"]]
    (document,) = read(put(tmp_path, "a.csv", write_csv(rows, delimiter)))
    assert (document.key, document.title, document.date) == ("7", "Pact; signed", "2026")
    assert document.member == "#1"
    assert [p.text for p in document.article.paragraphs] == [A, B]


def test_bom_nul_and_unnamed_index_column(tmp_path: Path) -> None:
    text = "\ufeff" + write_csv([["", "text"], ["3", f"{A}\0 {B}"]])
    (document,) = read(put(tmp_path, "a.csv", text))
    assert (document.key, document.article.source) == ("3", f"{A} {B}")


def test_utf16_table_as_spreadsheets_write_it(tmp_path: Path) -> None:
    text = write_csv([["title", "text"], ["Pact sign\u00e9", A]], "\t")
    (document,) = read(put(tmp_path, "a.txt.csv", text.encode("utf-16")))
    assert (document.title, document.article.source) == ("Pact sign\u00e9", A)


def test_cell_longer_than_the_default_limit(tmp_path: Path) -> None:
    long = f"{A}\n\n" * 4000
    (document,) = read(put(tmp_path, "a.csv", write_csv([["text"], [long]])))
    assert len(document.article.source) == len(long)


def test_quotes_are_text_in_an_even_tab_table(tmp_path: Path) -> None:
    table = f'id\ttext\n1\t"Never," he said. {A}\n2\t"Now. {B}\n3\t"{C}"\n4\t{A}\n'
    documents = read(put(tmp_path, "a.tsv", table))
    assert [d.key for d in documents] == ["1", "2", "3", "4"]
    assert documents[1].article.source == f'"Now. {B}'
    assert documents[2].article.source == C


def test_row_that_does_not_fit_the_header_is_a_failure_with_its_line(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", f"id,text\n1,{A}\n2,Talks, it seems, failed\n3,{B}\n")
    first, wrong, last = iter_documents(path)
    assert isinstance(first, Document)
    assert isinstance(last, Document)
    assert wrong == Failure(
        "#2", "read", "line 3: the row has 4 cells, the header 2",
        "quote the cells that hold the delimiter or a line break",
    )  # fmt: skip


def test_quote_that_is_never_closed_is_a_failure_and_takes_no_rows_with_it(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", f'id,text\n1,{A}\n2,"{B}\n3,{C}\n')
    first, wrong = iter_documents(path)
    assert isinstance(first, Document)
    assert isinstance(wrong, Failure)
    assert wrong.reason == "line 3, row 2: a quote is opened and never closed"


def test_missing_text_column_names_what_is_there(tmp_path: Path) -> None:
    found = refuse(put(tmp_path, "a.csv", "nr,snippet\n1,x\n"))
    assert "'nr', 'snippet'" in found.reason
    (document,) = read(tmp_path / "a.csv", ReadOptions(text_column="SNIPPET"))
    assert document.article.source == "x"


def test_cell_of_html_is_read_as_html(tmp_path: Path) -> None:
    cell = f"<div><p>{A}</p><script>var x;</script><ul><li>{B}</li></ul>AT&amp;T &#8217;</div>"
    (document,) = read(put(tmp_path, "a.csv", write_csv([["text"], [cell]])))
    assert document.article.source == f"{A}\n\n- {B}\n\nAT&T ’"


def test_printed_list_of_tags_is_read_as_html(tmp_path: Path) -> None:
    (document,) = read(put(tmp_path, "a.csv", write_csv([["text"], [f"[<p>{A}</p>, <p>{B}</p>]"]])))
    assert document.article.source == f"{A}\n\n{B}"


def test_literal_escapes_become_characters(tmp_path: Path) -> None:
    cell = r"The ministers\u2019 pact \ud83d\ude00 holds &#39;for now&#39; &copy=2"
    (document,) = read(put(tmp_path, "a.csv", write_csv([["text"], [cell]])))
    assert document.article.source == "The ministers’ pact 😀 holds 'for now' &copy=2"


@pytest.mark.parametrize("cell", [json.dumps([A, B]), str([A, B])])
def test_printed_list_of_strings_is_paragraphs(tmp_path: Path, cell: str) -> None:
    (document,) = read(put(tmp_path, "a.csv", write_csv([["text"], [cell]])))
    assert [p.text for p in document.article.paragraphs] == [A, B]


def test_jsonl_reads_on_behind_a_bad_line(tmp_path: Path) -> None:
    lines = [json.dumps({"_id": 5, "Paragraphs": [A, B]}), '{"text": "cut', json.dumps({"TEXT": C})]
    path = put(tmp_path, "a.jsonl", "\n".join(lines))
    first, wrong, last = iter_documents(path)
    assert isinstance(first, Document)
    assert (first.member, first.key, first.article.source) == ("#1", "5", f"{A}\n\n{B}")
    assert isinstance(wrong, Failure)
    assert wrong.member == "#2"
    assert "line 2 is no JSON" in wrong.reason
    assert isinstance(last, Document)
    assert last.member == "#3"


def test_jsonl_line_over_the_limit_is_one_failure(tmp_path: Path) -> None:
    lines = [json.dumps({"text": A}), json.dumps({"text": "x" * 90_000}), json.dumps({"text": B})]
    path = put(tmp_path, "a.jsonl", "\n".join(lines))
    found = list(iter_documents(path, ReadOptions(max_bytes=50_000)))
    assert [isinstance(one, Failure) for one in found] == [False, True, False]


def test_lone_surrogate_is_replaced(tmp_path: Path) -> None:
    (document,) = read(put(tmp_path, "a.jsonl", '{"text": "a \\ud800 b", "title": "\\udfff"}\n'))
    assert document.article.source == "a \ufffd b"
    assert document.title == "\ufffd"


def test_jsonl_without_text_is_given_up_with_one_row(tmp_path: Path) -> None:
    path = put(tmp_path, "a.jsonl", '{"finding": "x"}\n' * 5000)
    assert "the first 100 records hold no article" in refuse(path).reason


@pytest.mark.parametrize(
    ("value", "members", "keys"),
    [
        ({"id": 1, "text": A}, [""], ["1"]),
        ([{"text": A}, {"text": B}], ["#1", "#2"], [None, None]),
        ({"status": "ok", "articles": [{"content": A, "source": {"id": None, "name": "X"}}]},
         ["#1"], [None]),
        ({"n-1": {"articleBody": A}, "n-2": {"articleBody": B}}, ["#n-1", "#n-2"], ["n-1", "n-2"]),
        ({"hits": {"hits": [{"_id": "e", "_source": {"body": A}}]}}, ["#1"], ["e"]),
    ],
)  # fmt: skip
def test_json_shapes(
    tmp_path: Path, value: object, members: list[str], keys: list[str | None]
) -> None:
    documents = read(put(tmp_path, "a.json", json.dumps(value, indent=1)))
    assert [d.member for d in documents] == members
    assert [d.key for d in documents] == keys
    assert documents[0].article.source == A


def test_json_lines_under_the_ending_json(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps({"text": text}) for text in (A, B))
    assert len(read(put(tmp_path, "a.json", lines))) == 2


@pytest.mark.parametrize("packed", [False, True])
def test_parquet_is_read_by_batch(tmp_path: Path, packed: bool) -> None:
    pa = pytest.importorskip("pyarrow", reason="needs pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs pyarrow")
    path = tmp_path / "a.parquet"
    table = pa.table({"Id": list(range(150)), "paragraphs": [[A, B]] * 150})
    parquet.write_table(table, path)
    if packed:
        path = put(tmp_path, "b.parquet.gz", gzip.compress(path.read_bytes()))
    documents = read(path)
    assert [d.key for d in documents] == [str(n) for n in range(150)]
    assert documents[-1].member == "#150"
    assert documents[-1].article.source == f"{A}\n\n{B}"


RSS = f"""<?xml version="1.0"?><rss version="2.0"
xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>The Example</title>
<item><title>River pact &amp; more</title><link>https://example.org/1</link><guid>g1</guid>
<pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate><description>{A}</description>
<content:encoded><![CDATA[<p>{A}</p><p>{B}</p>]]></content:encoded></item>
<item><title>Second</title><description>&lt;p&gt;{C}&lt;/p&gt;</description></item></channel></rss>
"""


def test_rss_prefers_the_full_text_and_has_it_once(tmp_path: Path) -> None:
    first, second = read(put(tmp_path, "a.rss", RSS))
    assert first.article.source == f"{A}\n\n{B}"
    assert (first.title, first.url, first.key) == (
        "River pact & more",
        "https://example.org/1",
        "g1",
    )
    assert first.source == "The Example"
    assert second.article.source == C


def test_feed_that_is_cut_off_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    found = list(iter_documents(put(tmp_path, "a.xml", RSS[: RSS.index("<item><title>Second")])))
    assert isinstance(found[0], Document)
    assert isinstance(found[-1], Failure)
    assert "cut off" in found[-1].reason


def test_entities_of_a_hostile_feed_do_not_multiply(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(12))
    text = f'<?xml version="1.0"?><!DOCTYPE rss [{levels}]>' + RSS.partition("?>")[2]
    text = text.replace("Second", "&a11;")
    sizes = [len(d.title or "") for d in iter_documents(put(tmp_path, "a.rss", text))
             if isinstance(d, Document)]  # fmt: skip
    assert max(sizes) < 1000


def make_warc() -> bytes:
    """Write a redirect, a picture and a page as a crawler stores them, each packed by itself."""
    out = b""
    for url, status, kind, body in (
        ("https://example.org/old", "301 Moved", "text/html", b"<p>moved</p>"),
        ("https://example.org/a.png", "200 OK", "image/png", b"\x89PNG"),
        ("https://example.org/river", "200 OK", "text/html; charset=utf-8", PAGE.encode()),
    ):
        http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + body
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
            f"WARC-Date: 2026-03-02T08:00:00Z\r\nWARC-Record-ID: <urn:{url}>\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n"
        )
        out += gzip.compress(f"{head}\r\n".encode() + http + b"\r\n\r\n")
    return out


def test_warc_gives_its_pages(tmp_path: Path) -> None:
    pytest.importorskip("warcio", reason="needs warcio")
    (document,) = read(put(tmp_path, "a.warc.gz", make_warc()))
    assert (document.member, document.url) == ("#3", "https://example.org/river")
    assert document.title == "River pact signed"
    assert A in document.article.source


def test_usual_names_are_documented() -> None:
    text = (Path(__file__).resolve().parent.parent / "docs" / "formats.md").read_text("utf-8")
    for role, names in USUAL.items():
        row = f"| {role} | `{role}_column` | {', '.join(f'`{name}`' for name in names)} |"
        assert row in text


def test_warc_of_wrong_lengths_is_said_and_not_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("warcio", reason="needs warcio")
    data = gzip.decompress(make_warc()).replace(b"Content-Length: 5", b"Content-Length: 4", 1)
    *_, last = iter_documents(put(tmp_path, "a.warc", data))
    assert isinstance(last, Failure)
    assert "longer or shorter" in last.reason
    assert capfd.readouterr().err == ""
