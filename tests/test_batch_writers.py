"""Rows in three formats: the same values, safe in a spreadsheet, opened in one call."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.batch.rows import Column
from stance.batch.writers import csv_lines, json_lines, neutralise, plain_columns, restore

COLUMNS = (Column("id", "str"), Column("n", "int"), Column("p", "float"), Column("ok", "bool"))


@given(st.text())
def test_a_neutralised_cell_can_be_restored_and_never_runs(cell: str) -> None:
    safe = neutralise(cell)
    assert restore(safe) == cell
    assert safe[:1] not in tuple("=+-@\t\r\n")


@pytest.mark.parametrize("cell", ["=1+1", "+x", "-x", "@x", "\tx", "'x", "＝1"])
def test_a_cell_that_runs_gets_an_apostrophe(cell: str) -> None:
    assert neutralise(cell) == f"'{cell}"


@given(st.lists(st.text(), min_size=1))
def test_any_text_is_a_line_of_json_and_a_record_of_csv(texts: list[str]) -> None:
    n = len(texts)
    values: dict[str, list[Any]] = {"id": texts, "n": [1] * n, "p": [None] * n, "ok": [True] * n}
    plain = plain_columns(COLUMNS, values)
    lines = json_lines(COLUMNS, plain)
    assert [json.loads(line)["id"] for line in lines] == plain["id"]
    assert all(line.count("\n") == 1 for line in lines)
    records = list(csv.reader(io.StringIO("".join(csv_lines(COLUMNS, plain)), newline="")))
    assert [restore(record[0]) for record in records] == plain["id"]
    assert {tuple(record[1:]) for record in records} == {("1", "", "true")}


def test_what_no_reader_takes_is_replaced() -> None:
    values: dict[str, list[Any]] = {
        "id": ["a\0b", "\ud800", None],
        "n": [1],
        "p": [0.5],
        "ok": [False],
    }
    assert plain_columns(COLUMNS, values)["id"] == ["a\ufffdb", "\ufffd", None]
