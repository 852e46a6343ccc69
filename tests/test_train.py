"""Training repeats to the byte, its gate refuses a worse model, and its figures are right."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stance.errors import StanceError
from train import build, evaluate, fit
from train.card import render_card
from train.cli import main
from train.readme import render_readme

ROOT = Path(__file__).resolve().parent.parent
SMALL = """
import sys
from pathlib import Path
from train import build, corpora
corpora.find_mirror = lambda explicit: None
build.build(None, "all", Path(sys.argv[1]), False)
"""


@pytest.mark.slow
def test_training_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", SMALL, str(tmp_path / seed)],
            check=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
        )
    names = sorted(path.name for path in (tmp_path / "1").iterdir())
    assert "model.json" in names
    for name in names:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_the_gate_refuses_a_worse_model_with_both_figures(tmp_path: Path) -> None:
    path = tmp_path / "metrics.json"
    build.check_gate(path, 0.1)
    path.write_text(json.dumps({"cross_validation": {"macro_f1": 0.7}}))
    build.check_gate(path, 0.7 - build.GATE_NOISE / 2)
    with pytest.raises(StanceError, match=r"0\.650.*0\.700.*FORCE=1"):
        build.check_gate(path, 0.65)


def test_export_without_metrics_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(tmp_path)]) == 1
    assert "run `python -m train fit` first" in capsys.readouterr().err


def test_the_shipped_card_is_what_its_metrics_say() -> None:
    metrics = build.read_metrics(build.SHIPPED)
    assert (build.SHIPPED / "README.md").read_text(encoding="utf-8") == render_card(metrics)


def test_the_readme_shows_real_output_and_the_figures_of_the_metrics() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.count("$ stance ") >= 2
    assert render_readme(text, build.read_metrics(build.SHIPPED), ROOT) == text


def test_the_shipped_metrics_are_of_the_shipped_model() -> None:
    header = json.loads((build.SHIPPED / "model.json").read_text(encoding="utf-8"))
    assert header["provenance"]["rows"] == build.read_metrics(build.SHIPPED)["rows"]


def test_calibration_error_of_a_worked_case() -> None:
    proba = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4]])
    assert fit.calibration_error(proba, np.array([0, 1, 1])) == pytest.approx(1.4 / 3)


def test_risk_falls_as_the_unsure_are_left_out() -> None:
    proba = np.array([[0.9, 0.1]] * 5 + [[0.55, 0.45]] * 5)
    points: list[dict[str, Any]] = evaluate.risk_coverage(proba, np.array([0] * 5 + [1] * 5))
    assert points[0] == {"coverage": 1.0, "error": 0.5}
    assert points[-1] == {"coverage": 0.5, "error": 0.0}


def test_the_interval_holds_the_figure_it_is_of() -> None:
    y = np.array([0, 1] * 20)
    chosen = np.where(np.arange(40) % 5 == 0, 1 - y, y)
    low, high = evaluate.bootstrap_interval(y, chosen, [str(i // 3) for i in range(40)])
    assert 0.5 < low < 0.8 < high < 1.0


def test_the_keyword_baseline_reads_its_words() -> None:
    texts = ["They signed a treaty.", "They attacked.", "Rain fell.", "It may fall."]
    assert evaluate.keyword_decisions(texts).argmax(axis=1).tolist() == [0, 1, 2, 3]
