"""The reference names every public thing: what is not there is not found by its readers."""

import re
from pathlib import Path

import stance

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"


def test_reference_has_every_public_name() -> None:
    named = re.findall(r"^::: stance\.(\w+)$", (REFERENCE / "api.md").read_text("utf-8"), re.M)
    assert sorted(named) == sorted(stance.__all__)
