"""Run every example of docs/scale.md and write the rates there: ``python tests/scale.py``.

Each is a fresh process on articles made of State releases, once on a few and once on many; the
rate is that of the difference, so that the start of an engine is told apart. A day of crawled news
is priced by what reading a WARC of real pages costs.
"""

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "scale.md"
N_FEW, N_MANY, N_PAGES = 512, 8192, 300
PAGES_A_DAY = (100_000, 500_000, 1_000_000)
EXAMPLE = re.compile(r"^## (\w+)\n+```python\n(.*?)^```", re.M | re.S)
RATES = re.compile(r"(?<=<!-- rates -->\n).*(?=<!-- /rates -->)", re.S)


def mirror() -> Path:
    """Return the folder of the public corpora."""
    return Path(os.environ.get("MIRROR") or ROOT.parent / "shared" / "datasets")


def write_articles(path: Path, n_articles: int) -> int:
    """Write a table of articles; return its number of paragraphs."""
    import pyarrow as pa
    import pyarrow.parquet

    source = mirror() / "state_press_releases" / "state_press_releases.jsonl"
    with source.open(encoding="utf-8") as lines:
        releases = [json.loads(line) for line in lines]
    chosen = list(islice(cycle(releases), n_articles))
    table = pa.table(
        {
            "id": [str(i) for i in range(n_articles)],
            "title": [release["title"] for release in chosen],
            "text": ["\n\n".join(release["paragraphs"]) for release in chosen],
        }
    )
    pyarrow.parquet.write_table(table, path, row_group_size=1024)
    return sum(len(release["paragraphs"]) for release in chosen)


def write_pages(path: Path, n_pages: int) -> None:
    """Write a WARC of the HTML pages in the mirror, repeated up to a number."""
    import gzip
    import io

    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    pages = [gzip.decompress(p.read_bytes()) for p in sorted(mirror().glob("html_*/**/*.html.gz"))]
    pages += [p.read_bytes() for p in sorted(mirror().glob("html_*/**/*.html"))]
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for i, page in enumerate(islice(cycle(pages), n_pages)):
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], "HTTP/1.1")
            address = f"https://news.example/{i}"
            writer.write_record(
                writer.create_warc_record(
                    address, "response", io.BytesIO(page), http_headers=headers
                )
            )


def run(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Run a command; return its seconds by the wall's clock and by the processor's."""
    environment = os.environ | {
        "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1",
        "RAY_USAGE_STATS_ENABLED": "0",
    }  # fmt: skip
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{command}: {done.stderr[-3000:]}")
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, spent


def n_rows(folder: Path, name: str) -> int:
    """Count the rows that an example has written."""
    from pyarrow.parquet import ParquetFile

    paths = [folder / f"{name}.parquet", *(folder / name).glob("*.parquet")]
    return sum(ParquetFile(path).metadata.num_rows for path in paths if path.exists())


def measure_engine(name: str, code: str) -> tuple[float, float]:
    """Run an example on few and on many articles; return seconds of start, articles a second."""
    seconds: dict[int, float] = {}
    for n_articles in (N_FEW, N_MANY, N_FEW, N_MANY):  # the faster of two, as others disturb
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            write_articles(folder / "articles.parquet", n_articles)
            (folder / "example.py").write_text(code, encoding="utf-8")
            spent = run([sys.executable, "example.py"], folder)[0]
            seconds[n_articles] = min(spent, seconds.get(n_articles, spent))
            found = n_rows(folder, name.lower())
            if found != n_articles:
                raise SystemExit(f"{name}: expected {n_articles} rows, found {found}")
    if seconds[N_MANY] <= seconds[N_FEW]:
        raise SystemExit(f"{name}: {seconds} seconds; the machine is too busy to measure")
    rate = (N_MANY - N_FEW) / (seconds[N_MANY] - seconds[N_FEW])
    return max(0.0, seconds[N_FEW] - N_FEW / rate), rate


def measure_pages() -> float:
    """Return how many crawled pages are read and scored in a CPU-second."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_pages(folder / "pages.warc.gz", N_PAGES)
        command = [sys.executable, "-m", "stance", "score", "pages.warc.gz", "--out", "out",
                   "--format", "parquet", "--jobs", "1"]  # fmt: skip
        return N_PAGES / run(command, folder)[1]


def render(rates: dict[str, tuple[float, float]], pages: float, load: float) -> str:
    """Return the table of rates and the price of a day as Markdown."""
    cores = len(os.sched_getaffinity(0))
    lines = [
        "",
        f"{cores} cores, wall clock, {N_MANY:,} articles; others used the machine too (load"
        f" {load:.1f} at the end). Spark and Ray take longer to start than to score so few, and"
        " their rates are rough on a busy machine.",
        "",
        "| engine | start, s | articles/s |",
        "| --- | --- | --- |",
        *(f"| {name} | {start:.1f} | {rate:,.0f} |" for name, (start, rate) in rates.items()),
        "",
        "## What a day of crawled news costs",
        "",
        f"A WARC of {N_PAGES} real pages is read, extracted and scored at {pages:.0f} pages a"
        " CPU-second, nearly all of it the extraction from HTML. Common Crawl News publishes WARC"
        " files of such pages through the day; how many pages they hold changes, so take the row"
        " that is nearest to the index of your day:",
        "",
        "| pages a day | core-hours |",
        "| --- | --- |",
        *(f"| {n:,} | {n / pages / 3600:.1f} |" for n in PAGES_A_DAY),
        "",
        "Reading from the network is not counted.",
        "",
    ]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the examples named, or all; write the rates if all were run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="*")
    options = parser.parse_args(argv)
    text = PAGE.read_text(encoding="utf-8")
    rates = {}
    for name, code in EXAMPLE.findall(text):
        if not options.engines or name in options.engines:
            rates[name] = measure_engine(name, code)
            print(name, rates[name], file=sys.stderr)
    if not options.engines:
        made = render(rates, measure_pages(), os.getloadavg()[0])
        PAGE.write_text(RATES.sub(lambda _: made, text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
