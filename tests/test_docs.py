"""The reference names every public thing: what is not there is not found by its readers."""

import re
import tomllib
from pathlib import Path

import stance

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"


def test_reference_has_every_public_name() -> None:
    named = re.findall(r"^::: stance\.(\w+)$", (REFERENCE / "api.md").read_text("utf-8"), re.M)
    assert sorted(named) == sorted(stance.__all__)


def test_citation_names_the_version_of_the_package() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text("utf-8")


def test_every_target_of_the_makefile_has_its_help() -> None:
    made = re.findall(r"^([a-z-]+):(?! *=)(.*)$", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert [name for name, rest in made if "## " not in rest] == []
