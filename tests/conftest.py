"""Shared fixtures: the shipped classifier and the mirror of public corpora."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sklearn.pipeline import Pipeline

from stance import Classifier, KernelError, artefact, scoring
from stance import classifier as classifier_module
from train import corpora
from train.fit import from_artefact
from train.units import Unit, load_units

if TYPE_CHECKING:
    from datasets import Dataset

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True, params=list(scoring.MODULES))
def kernel(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run every test under each kernel, in this process and in those that it starts."""
    name: str = request.param
    try:
        scoring.pick_kernel(name)
    except KernelError as error:
        pytest.skip(str(error))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "KERNEL", name)
        patch.setattr(classifier_module, "_default", None)
        patch.setenv("STANCE_KERNEL", name)
        yield name


@pytest.fixture(scope="session")
def classifier(kernel: str) -> Classifier:
    """The shipped model."""
    return Classifier.load()


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    """The scikit-learn pipeline rebuilt from the shipped model."""
    vocabulary = (ROOT / "model" / "vocabulary.txt").read_text(encoding="utf-8").splitlines()
    return from_artefact(artefact.read(ROOT / "model"), vocabulary)


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
