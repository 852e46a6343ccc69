"""Memory does not grow with the number of articles."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

_MEASURE = """
import resource, sys
from stance.batch import score_folder
from joblib.externals.loky import get_reusable_executor
score_folder(sys.argv[1], sys.argv[2], jobs=2)
get_reusable_executor().shutdown(wait=True)
for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
    print(resource.getrusage(who).ru_maxrss)
"""


def make(path: Path, n: int) -> Path:
    generator = random.Random(n)
    words = [
        f"{a}{b}" for a in ("ka", "mo", "tri", "se", "lu") for b in ("len", "ba", "sur", "dot")
    ]
    with path.open("w") as file:
        for i in range(n):
            lines = (" ".join(generator.choices(words, k=30)).capitalize() for _ in range(12))
            file.write(json.dumps({"id": i, "text": ".\n\n".join(lines)}) + "\n")
    return path


@pytest.mark.slow
def test_twenty_thousand_articles_take_the_memory_of_two_thousand(tmp_path: Path) -> None:
    peaks = []
    for n in (2_000, 20_000):
        source = make(tmp_path / f"{n}.jsonl", n)
        done = subprocess.run(
            [sys.executable, "-c", _MEASURE, str(source), str(tmp_path / f"out{n}")],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        peaks.append([int(kilobytes) for kilobytes in done.stdout.split()])
        assert len((tmp_path / f"out{n}" / "articles.jsonl").read_bytes().splitlines()) == n
    (parent, worker), (parent_of_many, worker_of_many) = peaks
    assert parent_of_many <= 1.2 * parent
    assert worker_of_many <= 1.2 * worker
