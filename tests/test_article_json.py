"""What --json prints is what the schema in the package says, and what a terminal shows fits it."""

import io
import json
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from stance import Classifier, parse_article
from stance.article import Article
from stance.cli import main
from stance.labelled import label_article
from stance.terminal import Style, printable, render_article, style_of

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.txt"))
SCHEMA = json.loads(resources.files("stance").joinpath("article.schema.json").read_text("utf-8"))
SECTIONED = """Two Towns Share a Ferry

The mayors of Ostby and Vestby signed an agreement to run one ferry together on Monday.

The ferry may be late in its first winter, the harbour master expects.

Fishermen accused the council of closing their pier and blocked the road with nets.

Background

- The mayors of Ostby and Vestby signed an agreement to run one ferry together on Monday.
- The old ferry was built in 1961 and carries forty cars.
"""


def validate(row: Any) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(row)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def print_json(capsys: pytest.CaptureFixture[str], *args: str) -> list[dict[str, Any]]:
    assert main(["article", "--json", *args]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_examples_are_printed_as_the_schema_says(capsys: pytest.CaptureFixture[str]) -> None:
    rows = print_json(capsys, *map(str, EXAMPLES))
    assert [row["file"] for row in rows] == list(map(str, EXAMPLES))
    for row in rows:
        validate(row)


@pytest.mark.parametrize(
    "text", ["", "...", "Please provide the article text.", "One line.", "\x00", SECTIONED]
)
def test_any_text_is_printed_as_the_schema_says(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text, "utf-8")
    if main(["article", "--json", str(path)]) == 0:
        (row,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        validate(row)
        assert (row["mix"]["whole"] is None) == (row["status"] == "no_article")


def test_the_schema_refuses_a_part_without_intervals(capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = print_json(capsys, str(EXAMPLES[0]))
    del row["mix"]["whole"]["estimated_90"]
    with pytest.raises(jsonschema.ValidationError):
        validate(row)


def test_the_object_holds_offsets_labels_mix_and_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(SECTIONED, "utf-8")
    (row,) = print_json(capsys, str(path))
    for paragraph in row["paragraphs"]:
        assert SECTIONED[paragraph["start"] : paragraph["end"]] == paragraph["text"]
        assert max(paragraph["proba"], key=paragraph["proba"].get) == paragraph["label"]
    assert [row["mix"][part]["n_paragraphs"] for part in ("whole", "body", "enrichment")] == [
        5,
        3,
        2,
    ]
    assert row["difference"]["n_shared"] == 1
    assert row["difference"]["without_shared"]["n_shared"] == 0
    assert row["reasons"] == {}
    assert row["parse"]["line"] == 9


def test_part_lists_its_paragraphs_and_leaves_the_mix(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(SECTIONED, "utf-8")
    (row,) = print_json(capsys, "--part", "enrichment", str(path))
    validate(row)
    assert {paragraph["part"] for paragraph in row["paragraphs"]} == {"enrichment"}
    assert row["mix"]["body"]["n_paragraphs"] == 3


def test_markers_open_a_section_of_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(SECTIONED.replace("Background", "Seen From The Quay"), "utf-8")
    (row,) = print_json(capsys, "--markers", "seen from the quay", str(path))
    assert row["mix"]["enrichment"]["n_paragraphs"] == 2


def test_trailing_drop_leaves_bare_items_unscored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = SECTIONED.replace("- The", "- Ferry: the").replace(" cars.", " cars [1].")
    path = tmp_path / "a.txt"
    path.write_text(text + "- Winters may be hard on the quay.\n- Nets may be back.\n", "utf-8")
    kept, dropped = (
        len(print_json(capsys, "--trailing", where, str(path))[0]["paragraphs"])
        for where in ("enrichment", "drop")
    )
    assert dropped < kept


def render(classifier: Classifier, article: Article, part: str = "whole", **style: bool) -> str:
    """What a terminal shows of an article."""
    return render_article(label_article(classifier, "a.txt", article), part, Style(**style))


def test_piped_text_is_plain_and_80_columns_wide(classifier: Classifier) -> None:
    for path in EXAMPLES:
        text = render(classifier, parse_article(path.read_text("utf-8").replace("’", "'")))
        assert max(map(len, text.splitlines())) <= 80
        assert "█" not in text
        assert "\x1b" not in text


def test_a_terminal_gets_blocks_and_colours(classifier: Classifier) -> None:
    text = render(classifier, parse_article(SECTIONED), blocks=True, colour=True)
    assert "█" in text
    assert "\x1b[32mcooperative" in text
    assert "1 near-identical in both; without:" in text


def test_one_part_is_shown_alone(classifier: Classifier) -> None:
    text = render(classifier, parse_article(SECTIONED), "enrichment")
    assert "framing mix, enrichment: 2 paragraphs" in text
    assert "framing mix, body" not in text
    assert "Fishermen" not in text


def test_an_empty_part_says_why(classifier: Classifier) -> None:
    text = render(classifier, parse_article("A Title\n\nOne thing happened.\n"))
    assert "framing mix, enrichment: none (no paragraph in this part)" in text


def test_wide_characters_and_control_characters_keep_the_line(classifier: Classifier) -> None:
    text = render(classifier, parse_article("T\n\n" + "汉字" * 60 + ".\n\nTwo \x1b[2Jhere.\n"))
    line = next(line for line in text.splitlines() if "汉" in line)
    assert sum(2 if ord(c) > 0x2E80 else 1 for c in line) <= 80
    assert "\x1b" not in text
    assert printable("a\x1b[0m\nb") == "a [0m b"


class Terminal(io.StringIO):
    """A stream that calls itself a terminal."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self.chosen = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The one it was made with."""
        return self.chosen

    def isatty(self) -> bool:
        """Say yes."""
        return True


def test_style_follows_the_stream_and_no_color() -> None:
    assert style_of(io.StringIO(), {}) == Style(False, False)
    assert style_of(Terminal("utf-8"), {}) == Style(True, True)
    assert style_of(Terminal("utf-8"), {"NO_COLOR": "1"}) == Style(True, False)
    assert style_of(Terminal("utf-8"), {"NO_COLOR": ""}) == Style(True, True)
    assert style_of(Terminal("ascii"), {"TERM": "dumb"}) == Style(False, False)
