"""Tables in memory: a row in, a row out, the same as through files."""

import json
import re
from pathlib import Path

import pyarrow as pa
import pytest

import stance
from stance.batch import score_folder, score_table
from stance.batch.rows import article_columns, paragraph_columns
from stance.errors import BatchError
from stance.formats import ReadOptions
from stance.mix import PARTS

TEXT = "The ministers of {} met and agreed to help.\n\nRebels attacked the convoy near {}.\n"


def test_a_row_gives_what_its_file_gives(tmp_path: Path) -> None:
    records = [{"id": f"k{i}", "text": TEXT.format(i, i), "title": f"T {i}"} for i in range(5)]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    score_folder(path, tmp_path / "out", jobs=1)
    lines = (tmp_path / "out" / "articles.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    batch = score_table(pa.Table.from_pylist(records))
    assert batch.schema.names == list(rows[0])
    other = ("id", "path", "member", "encoding", "duplicate_group")
    for ours, theirs in zip(batch.to_pylist(), rows, strict=True):
        assert {k: v for k, v in ours.items() if k not in other} == {
            k: v for k, v in theirs.items() if k not in other
        }
    assert batch["id"].to_pylist() == [f"k{i}" for i in range(5)]


def test_parts_of_a_table_give_the_rows_of_the_whole() -> None:
    table = pa.table({"body": [TEXT.format(i, i) for i in range(6)], "id": range(6)})
    whole = score_table(table)
    parts = [score_table(table.slice(i, 2)) for i in (0, 2, 4)]
    assert pa.Table.from_batches(parts).to_pylist() == whole.to_pylist()
    (batch,) = table.to_batches()
    assert score_table(batch).equals(whole)


def test_missing_texts_and_lists_and_no_rows_at_all() -> None:
    texts = [["The ministers met and agreed.", "They signed a pact."], None, []]
    batch = score_table(pa.table({"content": texts}))
    assert batch["status"].to_pylist() == ["ok", "no_article", "no_article"]
    assert batch["id"].to_pylist() == ["1", "2", "3"]
    empty = score_table(pa.table({"text": pa.array([], pa.string())}))
    assert empty.num_rows == 0
    assert empty.schema == batch.schema


def test_a_table_without_texts_is_refused() -> None:
    with pytest.raises(BatchError, match=r"table: no column.*found 'n'"):
        score_table(pa.table({"n": [1]}))
    chosen = score_table(pa.table({"n": ["Text."]}), options=ReadOptions(text_column="n"))
    assert chosen.num_rows == 1


def test_score_folder_is_a_name_of_the_package() -> None:
    assert stance.score_folder is score_folder
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        stance.nonsense  # noqa: B018


def test_every_column_is_documented() -> None:
    text = (Path(__file__).resolve().parent.parent / "docs" / "batch.md").read_text()
    known = set(re.findall(r"`([A-Za-z_]+)`", text))
    for column in (*article_columns(("LABEL",)), *paragraph_columns(("LABEL",))):
        part, _, rest = column.name.partition("_")
        name = f"PART_{rest}" if part in PARTS else column.name
        assert name in known, column.name
