"""Training repeats to the byte."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
def test_training_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        code = (
            "import sys; from pathlib import Path; from train import corpora\n"
            "corpora.find_mirror = lambda explicit: None\n"
            "from train.cli import run_fit\n"
            f"sys.exit(run_fit(None, 'all', Path({str(tmp_path / seed)!r}), True))"
        )
        environment = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=environment)
    for name in ("model.json", "keys.bin", "idf.bin", "weights.bin", "vocabulary.txt"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
