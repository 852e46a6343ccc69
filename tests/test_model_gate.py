"""The shipped model's figures against their floors; lowering one is a named act."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from train.build import read_metrics

ROOT = Path(__file__).resolve().parent.parent
FLOORS = json.loads((ROOT / "tests" / "data" / "floors.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def metrics() -> dict[str, Any]:
    return read_metrics(ROOT / "model")


def test_floors_are_of_the_data_that_is_there() -> None:
    """Other data need another training, and floors that were looked at anew."""
    found = {
        name: hashlib.sha256((ROOT / "train" / "data" / name).read_bytes()).hexdigest()
        for name in FLOORS["data"]
    }
    assert found == FLOORS["data"]


def test_cross_validated_figures_stay_above_their_floors(metrics: dict[str, Any]) -> None:
    figures = metrics["cross_validation"]
    found = {"macro_f1": figures["macro_f1"], **figures["f1"]}
    floors = FLOORS["cross_validation"]
    assert {name: found[name] for name in floors if found[name] < floors[name]} == {}


def test_errors_stay_below_their_limits(metrics: dict[str, Any]) -> None:
    evaluation = metrics["evaluation"]
    found = {
        "calibration_error": metrics["calibration_error"],
        "mix_error": metrics["mix"]["mean_absolute_error"]["estimated"],
        "flips_by_swapped_states": evaluation["flips_by_swapped_names"]["states"],
    }
    assert {name: v for name, v in found.items() if v > FLOORS["at_most"][name]} == {}
    assert evaluation["contrast_topics_right"] >= FLOORS["at_least"]["contrast_topics_right"]
