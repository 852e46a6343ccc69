"""The numbers of one text under every Python and numpy that can be had: ``python tests/matrix.py``.

Writes docs/benchmarks/matrix.*. Nothing is downloaded but packages: a Python that is not on this
machine is listed as missing.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from measured import keep

ROOT: Final = Path(__file__).resolve().parent.parent
CASES: Final = (
    ("3.11", "numpy==1.26.*"), ("3.11", "numpy>=2"), ("3.12", "numpy==1.26.*"),
    ("3.12", "numpy>=2"), ("3.13", "numpy>=2"), ("3.14", "numpy>=2"),
)  # fmt: skip
WITHIN: Final = 1e-12  # the twin adds in another order than the kernel
_CODE: Final = """
import json, pathlib, sys
import numpy, stance
articles = [stance.read_article(p) for p in sorted(pathlib.Path(sys.argv[1]).glob("*.txt"))]
proba = [stance.predict_proba(p.scored_text for p in a.paragraphs).ravel().tolist()
         for a in articles]
shares = [x for a in articles for x in stance.framing_mix(a).whole.estimated]
print(json.dumps([numpy.__version__, sum(proba, []) + shares]))
"""


def main() -> int:
    """Compare; return 1 if two surroundings give different numbers."""
    rows: list[dict[str, Any]] = []
    first: list[float] | None = None
    with tempfile.TemporaryDirectory() as folder:
        for python, numpy in CASES:
            place = Path(folder, f"{python}-{len(rows)}")
            if not make(place, python, numpy):
                rows.append({"python": python, "numpy": numpy, "kernel": "", "difference": None})
                continue
            for kernel in ("native", "python"):
                version, found = numbers(place, kernel)
                first = found if first is None else first
                pairs = zip(first, found, strict=True)
                difference = max(abs(one - other) for one, other in pairs)
                rows.append({"python": python, "numpy": version, "kernel": kernel,
                             "difference": difference})  # fmt: skip
    return report(rows, len(first or ()))


def make(place: Path, python: str, numpy: str) -> bool:
    """Make an environment; return False where this machine has no such Python."""
    uv = [str(Path(sys.executable).parent / "uv")]
    command = [*uv, "venv", "--quiet", "--no-python-downloads", "--python", python, str(place)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        return False
    interpreter = str(place / "bin" / "python")
    subprocess.run([*uv, "pip", "install", "--quiet", "--python", interpreter, numpy, str(ROOT)],
                   check=True)  # fmt: skip
    return True


def numbers(place: Path, kernel: str) -> tuple[str, list[float]]:
    """Return the version of numpy and all numbers of the examples."""
    command = [str(place / "bin" / "python"), "-c", _CODE, str(ROOT / "examples")]
    environment = {**os.environ, "STANCE_KERNEL": kernel}
    done = subprocess.run(command, cwd=place, env=environment, check=True, stdout=subprocess.PIPE)
    version, found = json.loads(done.stdout)
    return version, found


def report(rows: list[dict[str, Any]], n: int) -> int:
    """Print and write the table."""
    lines = "".join(
        f"| {row['python']} | {row['numpy']} | {row['kernel']} | {_shown(row['difference'])} |\n"
        for row in rows
    )
    text = (
        f"# The same numbers everywhere\n\nWritten by `make matrix`: {n} probabilities and shares"
        " of the examples, and their largest difference from the first row.\n\n"
        f"| Python | numpy | kernel | difference |\n| --- | --- | --- | --- |\n{lines}"
    )
    keep("matrix", rows, text)
    print(text)
    return int(any((row["difference"] or 0.0) > WITHIN for row in rows))


def _shown(difference: float | None) -> str:
    return "not on this machine" if difference is None else f"{difference:.1e}"


if __name__ == "__main__":
    sys.exit(main())
