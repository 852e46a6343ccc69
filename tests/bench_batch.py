"""Measure batches: ``python tests/bench_batch.py`` writes docs/benchmarks/batch.md.

``speed`` is CPU time of one process on one core, the best of some rounds, without the start of the
process; ``cores`` is the wall's clock of whole commands with one and two workers, in turn;
``memory`` is the peak of the parent and of a worker while the input grows, ``long`` that for one
file of 2 GB. A part that is left out keeps the figures of its last run in batch.json.
"""

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import Any

from measured import BENCHMARKS, keep

ROOT = Path(__file__).resolve().parent.parent
MEMORY_SIZES = (1_000, 10_000, 100_000)
LONG_BYTES = 2_000_000_000
Figures = dict[str, float]
_PEAK = """
import resource, sys
from stance.batch import Settings, score_folder
from joblib.externals.loky import get_reusable_executor
found = score_folder(sys.argv[1], sys.argv[2], jobs=2, settings=Settings("parquet", text=False))
get_reusable_executor().shutdown(wait=True)
print(found.n_articles)
for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
    print(resource.getrusage(who).ru_maxrss / 1024)
"""


def releases() -> list[dict[str, Any]]:
    """Return the State releases of the mirror."""
    mirror = Path(os.environ.get("MIRROR") or ROOT.parent / "shared" / "datasets")
    path = mirror / "state_press_releases" / "state_press_releases.jsonl"
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def pages() -> list[bytes]:
    """Return the HTML pages of the mirror."""
    mirror = Path(os.environ.get("MIRROR") or ROOT.parent / "shared" / "datasets")
    paths = sorted(mirror.glob("html_*/**/*.html*"))
    return [gzip.decompress(p.read_bytes()) if p.suffix == ".gz" else p.read_bytes() for p in paths]


def write_texts(folder: Path) -> None:
    """Write each release as a text file."""
    folder.mkdir()
    for i, release in enumerate(releases()):
        text = "\n\n".join([release["title"] or "", *release["paragraphs"]])
        (folder / f"{i:05}.txt").write_text(text, encoding="utf-8")


def write_lines(path: Path, times: int) -> None:
    """Write the releases as JSON lines, several times over."""
    with path.open("w", encoding="utf-8") as file:
        for n in range(times):
            for i, release in enumerate(releases()):
                text = "\n\n".join(release["paragraphs"])
                row = {"id": f"{n}-{i}", "title": release["title"], "text": text}
                file.write(json.dumps(row) + "\n")


def measure_speed(source: Path, name: str, everything: bool, rounds: int) -> Figures:
    """Score a source in this process, and time the steps of it; microseconds a paragraph."""
    from stance import Classifier
    from stance.batch import Selection, Settings, iter_files
    from stance.batch.assemble import assemble
    from stance.batch.plan import iter_tasks
    from stance.batch.work import run_task

    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    classifier = Classifier.load()
    settings = Settings("parquet", duplicates=everything, language=everything)
    best: Figures = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as made:
            work, out = Path(made, "work"), Path(made, "out")
            work.mkdir()
            out.mkdir()
            started = time.process_time()
            tasks = list(iter_tasks(iter_files([source], Selection(), out)))
            planned = time.process_time()
            done = [run_task(task, settings, str(work), classifier)[1] for task in tasks]
            worked = time.process_time()
            assemble(work, out, len(tasks), settings, classifier.labels)
            ended = time.process_time()
        n = sum(counts.n_paragraphs for counts in done)
        spent = {"find": planned - started, "tasks": worked - planned, "assemble": ended - worked}
        if not best or ended - started < best["seconds"]:
            best = {"seconds": ended - started, "paragraphs_per_s": n / (ended - started)}
            best |= {step: seconds / n * 1e6 for step, seconds in spent.items()}
    return {f"{name}, {'all on' if everything else 'no copies, no language'}: {k}": v
            for k, v in best.items()}  # fmt: skip


def measure_parts(folder: Path, rounds: int) -> Figures:
    """Time what tasks are made of, on text files; microseconds a paragraph."""
    from stance import Classifier, parse_article
    from stance.batch.duplicates import DuplicateTable, signatures
    from stance.batch.language import language_of
    from stance.batch.rows import Read, paragraph_columns, score_documents
    from stance.batch.writers import arrow_batch
    from stance.classifier import scored_texts
    from stance.formats import Document, iter_documents

    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    classifier, columns = Classifier.load(), None
    columns = paragraph_columns(classifier.labels)
    best: Figures = {}

    def timed(name: str, step: Callable[..., Any], *arguments: Any) -> Any:
        started = time.process_time()
        result = step(*arguments)
        best[name] = min(time.process_time() - started, best.get(name, 1e9))
        return result

    def each(step: Callable[..., Any]) -> Callable[[list[Any]], list[Any]]:
        return lambda items: [step(item) for item in items]

    def rows_of(reads: list[Read]) -> Any:
        return score_documents(classifier, reads, with_text=True, with_language=False)

    paths = sorted(folder.iterdir())
    sources = [path.read_text(encoding="utf-8") for path in paths]
    for _ in range(rounds):
        articles = timed("parse", each(parse_article), sources)
        texts = [text for article in articles for text in scored_texts(article)]
        found = timed("read", each(lambda path: list(iter_documents(path))), paths)
        timed("kernel", classifier.predict_proba, texts)
        items = [item for some in found for item in some if isinstance(item, Document)]
        reads = [Read(str(i), "", item) for i, item in enumerate(items)]
        groups = [reads[i : i + 125] for i in range(0, len(reads), 125)]
        scored = timed("score", each(rows_of), groups)
        timed("language", each(language_of), [text for some in scored for text in some.texts])
        minima = timed("copies", each(signatures), [some.texts for some in scored])
        timed("groups", each(DuplicateTable().add), minima)
        paragraphs = [some.paragraphs for some in scored]
        timed("arrow", each(partial(arrow_batch, columns)), paragraphs)
    n = len(texts)
    best["read"] -= best["parse"]
    best["score"] -= best["kernel"]
    return {f"part: {name}": seconds / n * 1e6 for name, seconds in best.items()}


def measure_cores(folder: Path, rounds: int) -> Figures:
    """Run commands with one and with two workers in turn; return the speed-up of the fastest."""
    write_lines(folder / "text.jsonl", 12)
    (folder / "html").mkdir()
    for n in range(8):
        for i, page in enumerate(pages()):
            (folder / "html" / f"{n}-{i}.html").write_bytes(page)
    found: Figures = {}
    for name, source in (("text", "text.jsonl"), ("html", "html")):
        seconds: dict[int, list[float]] = {1: [], 2: []}
        for _ in range(rounds):
            for jobs, spent in seconds.items():
                shutil.rmtree(folder / "out", ignore_errors=True)
                command = [sys.executable, "-m", "stance", "score", source, "--out", "out",
                           "--format", "parquet", "--jobs", str(jobs)]  # fmt: skip
                started = time.perf_counter()
                subprocess.run(command, cwd=folder, capture_output=True, check=False)
                spent.append(time.perf_counter() - started)
        found[f"cores: {name}, one worker, s"] = min(seconds[1])
        found[f"cores: {name}, two workers, s"] = min(seconds[2])
        found[f"cores: {name}, faster by"] = min(seconds[1]) / min(seconds[2])
    found["cores: load of the machine"] = os.getloadavg()[0]
    return found


def iter_rows(max_chars: int) -> Iterator[str]:
    """Yield lines of JSON without end: beginnings of releases, each with a number of its own."""
    texts = ["\n\n".join(release["paragraphs"]) for release in releases()]
    for i in count():
        yield json.dumps({"id": i, "text": f"{i} {texts[i % len(texts)][:max_chars]}"}) + "\n"


def write_bytes(path: Path, n_bytes: int) -> None:
    """Write whole releases as JSON lines up to a size."""
    with path.open("w", encoding="utf-8") as file:
        for row in iter_rows(100_000):
            file.write(row)
            if file.tell() > n_bytes:
                return


def measure_peak(path: Path, name: str) -> Figures:
    """Score a file in a process of its own; megabytes of the parent and of the largest worker."""
    out = path.with_suffix(".out")
    started = time.perf_counter()
    command = [sys.executable, "-c", _PEAK, str(path), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    articles, parent, worker = map(float, done.stdout.split())
    shutil.rmtree(out)
    path.unlink()
    print(name, articles, parent, worker, file=sys.stderr)
    return {
        f"memory: {name}, articles": articles,
        f"memory: {name}, parent, MB": parent,
        f"memory: {name}, worker, MB": worker,
        f"memory: {name}, s": time.perf_counter() - started,
    }


def measure_memory(folder: Path) -> Figures:
    """Measure the peak for more and more articles of some paragraphs."""
    found: Figures = {}
    for n in MEMORY_SIZES:
        path = folder / "memory.jsonl"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(islice(iter_rows(1_000), n))
        found |= measure_peak(path, f"{n:,} articles")
    return found


def render(found: Figures) -> str:
    """Return the figures as Markdown."""

    def section(title: str, prefix: str) -> list[str]:
        rows = [
            f"| {name.removeprefix(prefix)} | {value:,.{0 if value >= 100 else 2}f} |"
            for name, value in found.items()
            if name.startswith(prefix)
        ]
        return [title, "", "| | |", "| --- | --- |", *rows, ""] if rows else []

    speeds = [name for name in found if name.endswith("paragraphs_per_s")]
    parts = {name.removeprefix("part: "): value for name, value in found.items()
             if name.startswith("part: ")}  # fmt: skip
    return "\n".join([
        "# Speed of batches",
        "",
        "Written by `make bench`. State releases to Parquet with zstd, one process on one core, CPU"
        " time without the start of the process, the best of some rounds; others used the machine"
        " at the same time.",
        "",
        "| input, settings | paragraphs/CPU-s | find, µs | tasks, µs | put together, µs |",
        "| --- | --- | --- | --- | --- |",
        *(f"| {name.rpartition(':')[0]} | {found[name]:,.0f} | "
          + " | ".join(f"{found[name.rpartition(':')[0] + ': ' + step]:.1f}"
                       for step in ("find", "tasks", "assemble")) + " |" for name in speeds),
        "",
        "Where the time of the tasks goes, text files, µs a paragraph: `parse` cuts a text into"
        " paragraphs, `read` is the rest of opening a file (kind, encoding, marks of exports),"
        " `score` is what rows and mixes cost beside the kernel, `copies` and `groups` find"
        " duplicates, `arrow` turns rows into Arrow.",
        "",
        f"| {' | '.join(parts)} |",
        f"|{' --- |' * len(parts)}",
        f"| {' | '.join(f'{value:.1f}' for value in parts.values())} |",
        "",
        *section("Whole commands by the wall's clock:", "cores: "),
        *section("Peak of resident memory, two workers:", "memory: "),
    ])  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Measure the parts named, or all, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="speed, cores, memory, long (default: all)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--long-bytes", type=int, default=LONG_BYTES)
    options = parser.parse_args(argv)
    parts = options.parts or ["speed", "cores", "memory", "long"]
    path = BENCHMARKS / "batch.json"
    found: Figures = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    cores = os.sched_getaffinity(0)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if "cores" in parts:
            found |= measure_cores(folder, min(options.rounds, 3))
        if "memory" in parts:
            found |= measure_memory(folder)
        if "long" in parts:
            write_bytes(folder / "long.jsonl", options.long_bytes)
            size = f"JSON lines of {options.long_bytes / 1e9:g} GB"
            found |= measure_peak(folder / "long.jsonl", size)
        if "speed" in parts:
            write_texts(folder / "texts")
            write_lines(folder / "lines.jsonl", 1)
            for everything in (True, False):
                for name, source in (("text files", "texts"), ("JSON lines", "lines.jsonl")):
                    found |= measure_speed(folder / source, name, everything, options.rounds)
            found |= measure_parts(folder / "texts", options.rounds)
    os.sched_setaffinity(0, cores)
    keep("batch", found, render(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
