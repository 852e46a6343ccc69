"""Shared fixtures: the shipped classifier and the mirror of public corpora."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stance import Classifier
from train import corpora
from train.units import Unit, load_units

if TYPE_CHECKING:
    from datasets import Dataset

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    """The shipped model."""
    return Classifier.load()


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The mirror of public corpora; tests that need it are skipped without it."""
    path = Path(os.environ.get("MIRROR") or ROOT.parent / "shared" / "datasets")
    if not path.is_dir():
        pytest.skip("no mirror of the public corpora; set MIRROR to its folder")
    return path


@pytest.fixture(scope="session")
def units(mirror: Path) -> list[Unit]:
    """Every unit of the article corpora in the mirror."""
    return load_units(mirror)


@pytest.fixture(scope="session")
def labelled(mirror: Path) -> "Dataset":
    """The labelled set."""
    return corpora.load_labelled(mirror)
