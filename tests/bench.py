"""Measure the kernel and its peers: ``python tests/bench.py`` writes docs/benchmarks/.

Every measurement is a fresh process on one pinned core, the programs take turns (A B C, A B C),
and time is CPU time, so that a busy machine disturbs all alike. Models of words and pairs are
trained here on the labels of the shipped model: speed is what is measured, not accuracy.
"""

import argparse
import json
import os
import pickle
import platform
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "benchmarks"
SHORT = "The ministers signed the pact and agreed to work together."
N_PARAGRAPHS = 50_000
MAX_TERMS = 200_000
SIZES = (10, 100, 1_000, 10_000, 100_000, 1_000_000)
# How many paragraphs each program is given: the slow ones fewer.
PROGRAMS = {
    "stance": N_PARAGRAPHS,
    "stance, words and pairs": N_PARAGRAPHS,
    "stance, Python twin": 5_000,
    "scikit-learn, words and pairs": 10_000,
    "scikit-learn, terms of stance": 2_000,
    "fastText, dim 16, 200k buckets": N_PARAGRAPHS,
}


def read_paragraphs(n_paragraphs: int) -> list[str]:
    """Return paragraphs of State releases; those in the mirror are repeated if need be."""
    mirror = Path(os.environ.get("MIRROR") or ROOT.parent / "shared" / "datasets")
    path = mirror / "state_press_releases" / "state_press_releases.jsonl"
    with path.open(encoding="utf-8") as lines:
        found = [text for line in lines for text in json.loads(line)["paragraphs"]]
    return list(islice(cycle(found), n_paragraphs))


def prepare(folder: Path) -> None:
    """Train the models of words and pairs into `folder`."""
    import fasttext
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline

    import stance
    from stance import artefact
    from stance.features import family_of, terms
    from train.fit import to_artefact

    def words_and_pairs(text: str) -> list[str]:
        return [term for term in terms(text) if family_of(term) in ("word", "pair")]

    texts = list(dict.fromkeys(read_paragraphs(N_PARAGRAPHS)))
    labels = stance.predict(texts)
    y = np.array([stance.LABELS.index(label) for label in labels])
    forms: dict[str, dict[str, Any]] = {
        "sklearn.pickle": {"ngram_range": (1, 2)},
        "stance": {"analyzer": words_and_pairs},
    }
    for name, form in forms.items():
        vectorizer = TfidfVectorizer(sublinear_tf=True, max_features=MAX_TERMS, **form)
        model = LogisticRegression(max_iter=15)
        pipeline = Pipeline([("tfidf", vectorizer), ("model", model)]).fit(texts, y)
        if name == "stance":
            artefact.write(folder / name, *to_artefact(pipeline, 1.0, 0.5, {}))
        else:
            (folder / name).write_bytes(pickle.dumps(pipeline))
    lines = [
        f"__label__{label} {' '.join(t.split())}\n" for label, t in zip(labels, texts, strict=True)
    ]
    (folder / "fasttext.txt").write_text("".join(lines), encoding="utf-8")
    model = fasttext.train_supervised(
        str(folder / "fasttext.txt"), dim=16, bucket=200_000, wordNgrams=2, epoch=1, verbose=0
    )
    model.save_model(str(folder / "fasttext.bin"))


def load(program: str, folder: Path) -> Callable[[list[str]], Any]:
    """Return the function that labels a list of paragraphs with probabilities."""
    if program.startswith("stance"):
        from stance import Classifier

        words = program == "stance, words and pairs"
        return Classifier.load(folder / "stance" if words else None).predict_proba
    if program == "scikit-learn, words and pairs":
        return pickle.loads((folder / "sklearn.pickle").read_bytes()).predict_proba  # type: ignore[no-any-return]
    if program.startswith("scikit-learn"):
        from stance import artefact
        from train.fit import from_artefact

        path = ROOT / "model"
        vocabulary = (path / "vocabulary.txt").read_text(encoding="utf-8").splitlines()
        return from_artefact(artefact.read(path), vocabulary).predict_proba  # type: ignore[no-any-return]
    import fasttext

    model = fasttext.load_model(str(folder / "fasttext.bin"))
    return lambda texts: model.predict([" ".join(text.split()) for text in texts], k=4)


def _cpu_s(task: Callable[[], Any], n_times: int = 1) -> float:
    started = time.process_time()
    for _ in range(n_times):
        task()
    return time.process_time() - started


def measure(program: str, folder: Path) -> dict[str, float]:
    """Measure one program in this process."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    started = time.process_time()
    predict = load(program, folder)
    predict([SHORT])
    load_s = time.process_time() - started
    memory = _resident_mb()
    texts = read_paragraphs(PROGRAMS[program])
    n_bytes = sum(len(text.encode()) for text in texts)
    spent = min(_cpu_s(lambda: predict(texts)) for _ in range(2))
    n_calls = 2000 if program.startswith(("stance", "fast")) else 100
    call_s = _cpu_s(lambda: predict([SHORT]), n_calls) / n_calls
    return {
        "paragraphs_per_s": len(texts) / spent,
        "mb_per_s": n_bytes / spent / 1e6,
        "call_us": call_s * 1e6,
        "load_s": load_s,
        "resident_mb": memory,
    }


def measure_calls() -> dict[str, float]:
    """Measure what only stance has: the kernel call, explanations, threads, sizes, the start."""
    import numpy as np

    import stance
    from stance.classifier import default_classifier

    cores = os.sched_getaffinity(0)
    texts = read_paragraphs(N_PARAGRAPHS)
    halves = [texts[: N_PARAGRAPHS // 2], texts[N_PARAGRAPHS // 2 :]]
    classifier = default_classifier()
    kernel, out, one = classifier._scorer._kernel, np.empty((1, 4)), [SHORT]
    outs = [np.empty((len(half), 4)) for half in halves]

    def in_threads() -> None:
        jobs = list(zip(halves, outs, strict=True))
        threads = [threading.Thread(target=kernel.decision_values, args=job) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def in_turn() -> None:
        for half, rows in zip(halves, outs, strict=True):
            kernel.decision_values(half, rows)

    walls = [(_wall_s(in_turn), _wall_s(in_threads)) for _ in range(7)]
    found = {
        "threads_2": min(a for a, _ in walls) / min(b for _, b in walls),
    }
    os.sched_setaffinity(0, {max(cores)})
    n_calls = 20_000
    calls: dict[str, Callable[[], Any]] = {
        "kernel_call_us": partial(kernel.decision_values, one, out),
        "predict_call_us": partial(stance.predict, SHORT),
    }
    found |= {name: _cpu_s(task, n_calls) / n_calls * 1e6 for name, task in calls.items()}
    found["explanations_per_s"] = 10_000 / _cpu_s(
        lambda: [classifier.explain(text) for text in texts[:10_000]]
    )
    for size in SIZES:
        sized = list(islice(cycle(texts), size))
        repeats = max(1, 10_000 // size)
        spent = _cpu_s(partial(classifier.predict_proba, sized), repeats)
        found[f"paragraphs_per_s_of_{size}"] = size * repeats / spent
    return found


def measure_start() -> dict[str, float]:
    """Measure the whole life of a process that gives one answer."""
    code = "import stance; stance.predict('x'); print(open('/proc/self/statm').read().split()[1])"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, env=environment
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"start_cpu_s": spent, "start_resident_mb": int(done.stdout) * 4096 / 1e6}


def _wall_s(task: Callable[[], Any]) -> float:
    started = time.perf_counter()
    task()
    return time.perf_counter() - started


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def run_all(folder: Path, n_rounds: int) -> dict[str, dict[str, list[float]]]:
    """Run every program in turn, `n_rounds` times; return lists of values by program and figure."""
    found: dict[str, dict[str, list[float]]] = {}
    for _ in range(n_rounds):
        for program in [*PROGRAMS, "calls", "start"]:
            kernel = "python" if program.endswith("twin") else "native"
            environment = os.environ | {"STANCE_KERNEL": kernel, "PYTHONPATH": str(ROOT)}
            command = [sys.executable, __file__, "--folder", str(folder), "--program", program]
            done = subprocess.run(command, check=True, capture_output=True, env=environment)
            for name, value in json.loads(done.stdout).items():
                found.setdefault(program, {}).setdefault(name, []).append(value)
    return found


def machine() -> dict[str, str]:
    """Name the machine by its features only."""
    cpu = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        lines = info.read_text().splitlines()
        cpu = next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), cpu)
    packages = {name: version(name) for name in ("numpy", "scikit-learn", "fasttext-numpy2-wheel")}
    cores = str(len(os.sched_getaffinity(0)))
    return {"cpu": cpu, "cores": cores, "python": platform.python_version(), **packages}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark, or one program of it for the run that started this one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--program", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.program == "prepare":
        prepare(options.folder)
    elif options.program == "calls":
        print(json.dumps(measure_calls()))
    elif options.program == "start":
        print(json.dumps(measure_start()))
    elif options.program:
        print(json.dumps(measure(options.program, options.folder)))
    else:
        from bench_report import write_report

        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-W", "ignore", __file__, "--folder", folder]
            environment = os.environ | {"PYTHONPATH": str(ROOT)}
            subprocess.run([*command, "--program", "prepare"], check=True, env=environment)
            found = run_all(Path(folder), options.rounds)
        write_report(OUT, machine(), found, SIZES, ROOT / "README.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
