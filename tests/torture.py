"""Real and mutated documents through every door: ``python tests/torture.py``.

Pages of the mirror, and PDF, Word, feeds, text and archives made from them, each as it is and cut,
flipped or spliced. Writes docs/benchmarks/torture.*.
"""

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from formats_data import make_pdf, make_zip, mutate
from hostile_data import make_docx, make_feed
from measured import keep

ROOT: Final = Path(__file__).resolve().parent.parent
HANG_S: Final = 900
_API: Final = """
import sys, json
import numpy as np
import stance
from stance.formats import Document, iter_documents
from pathlib import Path
for name in sys.argv[1:]:
    found = list(iter_documents(Path(name)))
    for item in found:
        if isinstance(item, Document):
            texts = [p.scored_text for p in item.article.paragraphs]
            assert np.isfinite(stance.predict_proba(texts)).all()
            stance.framing_mix(item.article)
    print(json.dumps([name, sum(isinstance(item, Document) for item in found), len(found)]))
"""


def iter_pages(mirror: Path | None) -> Iterator[bytes]:
    """Yield real pages, or those of the examples where there is no mirror."""
    folder = mirror or ROOT / "examples"
    for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.html.gz")]):
        data = path.read_bytes()
        yield gzip.decompress(data) if path.suffix == ".gz" else data


def write_documents(folder: Path, pages: list[bytes], n: int, seed: int) -> int:
    """Write at least `n` documents of eight kinds, four of five mutated; return how many."""
    from stance.formats.html import read_markup

    rng, number = random.Random(seed), 0
    while number < n:
        page = rng.choice(pages)
        text = read_markup(page.decode("utf-8", "replace")).text[:20_000]
        plain = "".join(c for c in text if c.isascii() and c not in "()\\<&>")
        kinds = {
            "html": page, "txt": text.encode(), "pdf": make_pdf([plain.split("\n")]),
            "docx": make_docx("", plain), "rss": make_feed("", plain),
            "zip": make_zip({"a.html": page, "b.txt": text.encode()}),
            "txt.gz": gzip.compress(text.encode()), "jsonl": json.dumps({"text": text}).encode(),
        }  # fmt: skip
        for ending, data in kinds.items():
            changed = data if rng.random() < 0.2 else mutate(data, rng)
            (folder / f"{number:05}.{ending}").write_bytes(changed)
            number += 1
    return number


def run_door(command: list[str], cwd: Path) -> tuple[str, int | None]:
    """Run a command; return its output and its status, None where it hung."""
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, timeout=HANG_S, check=False)
    except subprocess.TimeoutExpired:
        return "", None
    if done.returncode not in (0, 1) or b"Traceback" in done.stderr:
        print(done.stderr.decode()[-2000:], file=sys.stderr)
        return done.stdout.decode(), 99
    return done.stdout.decode(), done.returncode


def main() -> int:
    """Try all; return 1 if anything crashed or hung."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    mirror = Path(os.environ["MIRROR"]) if os.environ.get("MIRROR") else None
    started, rows = time.monotonic(), {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made, "in")
        folder.mkdir()
        n = write_documents(folder, list(iter_pages(mirror)), options.documents, options.seed)
        names = sorted(path.name for path in folder.iterdir())
        rows["API"] = through_chunks(names, folder, [sys.executable, "-c", _API])
        command = [sys.executable, "-m", "stance", "article", "--json"]
        rows["stance article"] = through_chunks(names, folder, command)
        rows["stance score"] = through_batch(folder, Path(made, "out"), n)
    return report(rows, n, round(time.monotonic() - started))


def through_chunks(names: list[str], folder: Path, command: list[str]) -> dict[str, int]:
    """Give the documents to processes, a hundred at a time; count by what they print."""
    row = dict.fromkeys(("tried", "scored", "reported", "crashed", "hung"), 0)
    for start in range(0, len(names), 100):
        chunk = names[start : start + 100]
        said, status = run_door([*command, *chunk], folder)
        row["tried"] += len(chunk)
        row["hung"] += status is None
        row["crashed"] += status == 99
        scored = {_name_in(line) for line in said.splitlines()} & set(chunk)
        row["scored"] += len(scored)
        row["reported"] += len(chunk) - len(scored)
    return row


def _name_in(line: str) -> str:
    found = json.loads(line)
    if isinstance(found, list):
        return str(found[0]) if found[1] else ""
    return str(found.get("file") or found.get("path") or found.get("name")).partition("#")[0]


def through_batch(folder: Path, out: Path, n: int) -> dict[str, int]:
    """Score the folder; each file has to be in one of the two accounts."""
    command = [sys.executable, "-m", "stance", "score", str(folder), "--out", str(out)]
    _, status = run_door(command, folder)
    row = {"tried": n, "scored": 0, "reported": 0, "crashed": int(status == 99), "hung": 0}
    if status is None:
        return row | {"hung": 1}
    found = {}
    for name in ("articles", "errors"):
        lines = (out / f"{name}.jsonl").read_text("utf-8").splitlines()
        found[name] = {json.loads(line)["id"].split("/")[1].partition("#")[0] for line in lines}
        if name == "errors":
            row["crashed"] += sum(json.loads(line)["stage"] == "crash" for line in lines)
    assert len(found["articles"] | found["errors"]) == n, "a file is in no account"
    return row | {"scored": len(found["articles"]), "reported": n - len(found["articles"])}


def report(rows: dict[str, dict[str, int]], n: int, seconds: int) -> int:
    """Print and write the table."""
    record = {"documents": n, "seconds": seconds, "doors": rows}
    lines = "".join(
        f"| {door} | {' | '.join(str(value) for value in row.values())} |\n"
        for door, row in rows.items()
    )
    text = (
        f"# Damaged documents\n\nWritten by `make torture`: {n} documents of eight kinds, four of"
        f" five mutated, {seconds} s.\n\n| door | tried | scored | reported | crashed | hung |\n"
        f"| --- | --- | --- | --- | --- | --- |\n{lines}"
    )
    keep("torture", record, text)
    print(text)
    return int(any(row["crashed"] or row["hung"] for row in rows.values()))


if __name__ == "__main__":
    sys.exit(main())
