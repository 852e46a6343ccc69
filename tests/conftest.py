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


# Their answers are those of a kernel; the other modules ask one that is held to these.
OF_EVERY_KERNEL = frozenset(
    "test_kernel test_line_scan test_classifier test_explanation test_cli test_article"
    " test_fuzz".split()
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run modules about scoring under each kernel, and the others under the one that is picked."""
    both = metafunc.module.__name__.rpartition(".")[2] in OF_EVERY_KERNEL
    names = list(scoring.MODULES) if both else [scoring.KERNEL]
    metafunc.parametrize("kernel", names, indirect=True, scope="session")


@pytest.fixture(scope="session", autouse=True)
def kernel(request: pytest.FixtureRequest) -> Iterator[str]:
    """The kernel of a test, in this process and in those that it starts."""
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
