"""The reference names every public thing: what is not there is not found by its readers."""

import re
from pathlib import Path

import pytest

import stance
from stance.cli import main

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"


def test_reference_has_every_public_name() -> None:
    named = re.findall(r"^::: stance\.(\w+)$", (REFERENCE / "api.md").read_text("utf-8"), re.M)
    assert sorted(named) == sorted(stance.__all__)


def test_reference_has_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = re.search(r"\{([\w,-]+)\}", capsys.readouterr().out)
    assert listed is not None
    headings = re.findall(r"^## (\w+)$", (REFERENCE / "cli.md").read_text("utf-8"), re.M)
    assert sorted(headings) == sorted(listed[1].split(","))
