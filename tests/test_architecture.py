"""Imports point one way, and importing stance is light."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import stance

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("sklearn", "scipy", "datasets", "joblib", "train", "pandas", "charset_normalizer")


def test_import_stance_loads_nothing_heavy() -> None:
    code = f"import sys, stance; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/"
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", sorted((ROOT / "stance").rglob("*.py")), ids=lambda p: p.name)
def test_stance_never_imports_train(path: Path) -> None:
    assert not re.search(r"^\s*(from|import) (train|sklearn|scipy)\b", path.read_text(), re.M)


def test_modules_stay_short() -> None:
    files = [p for folder in ("stance", "train") for p in (ROOT / folder).rglob("*.py")]
    assert {p.name: n for p in files if (n := len(p.read_text().splitlines())) > 400} == {}


def test_all_names_what_exists() -> None:
    assert [name for name in stance.__all__ if not hasattr(stance, name)] == []
