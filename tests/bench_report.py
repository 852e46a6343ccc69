"""Write the figures of tests/bench.py as JSON, as a table in Markdown and as a plot in SVG."""

import json
import math
import statistics
from collections.abc import Sequence
from pathlib import Path

Found = dict[str, dict[str, list[float]]]

_COLUMNS = {
    "paragraphs_per_s": "paragraphs/CPU-s",
    "mb_per_s": "MB/CPU-s",
    "call_us": "one call, µs",
    "load_s": "import, load, first answer, CPU-s",
    "resident_mb": "resident, MB",
}
_ROWS = {
    "kernel_call_us": "a short paragraph, in the kernel call, µs",
    "predict_call_us": "a short paragraph, through `stance.predict`, µs",
    "explanations_per_s": "explanations/CPU-s",
    "threads_2": "speed with two threads, one thread = 1 (wall clock)",
    "start_cpu_s": "process start to first answer and exit, CPU-s",
    "start_resident_mb": "resident after the first answer, MB",
}


def show(values: Sequence[float]) -> str:
    """Return the median with minimum and maximum, three digits each."""
    numbers = (statistics.median(values), min(values), max(values))
    middle, low, high = (f"{float(f'{number:.3g}'):,.6g}" for number in numbers)
    return f"{middle} ({low}–{high})"


def render_table(machine: dict[str, str], found: Found, sizes: Sequence[int]) -> str:
    """Return the report as Markdown."""
    facts = ", ".join(f"{name} {value}" for name, value in machine.items())
    lines = [
        "# Speed",
        "",
        "Written by `make bench`. Medians with minimum and maximum over fresh processes that take"
        f" turns, CPU seconds on one pinned core. {facts[0].upper()}{facts[1:]}.",
        "Text: paragraphs of State Department releases, repeated up to the number needed.",
        "",
        f"| program | {' | '.join(_COLUMNS.values())} | stance is faster by |",
        f"| --- |{' --- |' * (len(_COLUMNS) + 1)}",
    ]
    for program, figures in found.items():
        if "paragraphs_per_s" not in figures:
            continue
        words = program.endswith("pairs") or program.startswith("fast")
        ours = found["stance, words and pairs" if words else "stance"]["paragraphs_per_s"]
        ratios = [a / b for a, b in zip(ours, figures["paragraphs_per_s"], strict=True)]
        cells = [show(figures[name]) for name in _COLUMNS]
        lines.append(f"| {program} | {' | '.join(cells)} | {show(ratios)} |")
    lines += [
        "",
        "Programs of words and pairs, and fastText, are compared with stance's model of words and"
        " pairs, the others with the shipped model.",
        "",
        "| stance alone | |",
        "| --- | --- |",
    ]
    alone = found["calls"] | found["start"]
    lines += [f"| {text} | {show(alone[name])} |" for name, text in _ROWS.items()]
    lines += ["", "| paragraphs at once | paragraphs/CPU-s |", "| --- | --- |"]
    lines += [f"| {n:,} | {show(alone[f'paragraphs_per_s_of_{n}'])} |" for n in sizes]
    return "\n".join([*lines, "", "![seconds against paragraphs](speed.svg)"]) + "\n"


def render_plot(found: Found, sizes: Sequence[int]) -> str:
    """Return an SVG: paragraphs a second against paragraphs at once, the first axis by tens."""
    speeds = [statistics.median(found["calls"][f"paragraphs_per_s_of_{n}"]) for n in sizes]
    top = math.ceil(max(speeds) / 1e5) * 1e5
    xs = [70 + 500 * math.log10(n / sizes[0]) / math.log10(sizes[-1] / sizes[0]) for n in sizes]
    ys = [260 - 230 * speed / top for speed in speeds]
    marks = [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/><text x="{x:.1f}" y="280">{n:,}</text>'
        for n, x, y in zip(sizes, xs, ys, strict=True)
    ]
    for speed in range(0, int(top) + 1, 100_000):
        y = 260 - 230 * speed / top
        marks.append(f'<line x1="70" x2="570" y1="{y:.1f}" y2="{y:.1f}" stroke="#ccc"/>')
        marks.append(f'<text x="40" y="{y + 4:.1f}">{speed // 1000}k</text>')
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 620 310" font-family="sans-serif"'
        ' font-size="11" text-anchor="middle">\n<title>paragraphs per CPU second against paragraphs'
        f' at once</title>\n<polyline points="{points}" fill="none" stroke="#06c"/>\n'
        + "\n".join(marks)
        + '\n<text x="320" y="302">paragraphs at once</text>\n'
        '<text x="110" y="20">paragraphs per CPU second</text>\n</svg>\n'
    )


def render_summary(found: Found) -> str:
    """Return the lines that the README quotes."""
    speeds = {
        program: figures["paragraphs_per_s"]
        for program, figures in found.items()
        if "paragraphs_per_s" in figures
    }
    words = speeds["stance, words and pairs"]
    peers = ("scikit-learn, words and pairs", "fastText, dim 16, 200k buckets")
    times = [
        statistics.median(a / b for a, b in zip(words, speeds[peer], strict=True)) for peer in peers
    ]
    ours, twin = (statistics.median(speeds[name]) for name in ("stance", "stance, Python twin"))
    call_us = statistics.median(found["calls"]["predict_call_us"])
    return (
        f"On one core it labels {ours:,.0f} paragraphs a CPU second"
        f" ({statistics.median(found['stance']['mb_per_s']):.0f} MB) with the shipped model, and"
        f" {statistics.median(words):,.0f} with words and pairs alone, {times[0]:.0f} times as many"
        f" as scikit-learn and {times[1]:.1f} times as many as fastText. One short paragraph takes"
        f" {call_us:.1f} µs. The twin in Python is {ours / twin:.0f} times slower.\n"
    )


def write_report(
    folder: Path, machine: dict[str, str], found: Found, sizes: Sequence[int], readme: Path
) -> None:
    """Write speed.json, speed.md and speed.svg, and the lines that the README quotes."""
    folder.mkdir(parents=True, exist_ok=True)
    data = json.dumps({"machine": machine, "found": found}, indent=1) + "\n"
    (folder / "speed.json").write_text(data, encoding="utf-8")
    (folder / "speed.md").write_text(render_table(machine, found, sizes), encoding="utf-8")
    (folder / "speed.svg").write_text(render_plot(found, sizes), encoding="utf-8")
    text = readme.read_text(encoding="utf-8")
    before, rest = text.split("<!-- speed -->\n")
    after = rest.split("<!-- /speed -->\n")[1]
    marked = f"<!-- speed -->\n{render_summary(found)}<!-- /speed -->\n"
    readme.write_text(before + marked + after, encoding="utf-8")
