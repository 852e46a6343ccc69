"""A comparison -> tables for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def render_comparison(found: Mapping[str, Any]) -> str:
    """Return a comparison as text."""
    return "\n".join(line.rstrip() for line in _iter_lines(found))


def _iter_lines(found: Mapping[str, Any]) -> Iterator[str]:
    width = max(11, *map(len, found["labels"]))
    for i, name in enumerate("ab"):
        yield (
            f"{name.upper()}: {found[name]}, {found['n_paragraphs'][i]:,} paragraphs of"
            f" {found['n_articles'][i]:,} articles"
        )
    yield ""
    yield from _changes(found["changes"], width)
    yield f"by chance p = {found['p_value']:.3f}"
    for part, one in found["parts"].items():
        if len(found["parts"]) > 1:
            yield ""
            yield f"{part}: by chance p = {one['p_value']:.3f}"
            yield from _changes(one["changes"], width)
    yield ""
    distance = found["certainty_distance"]
    yield f"certainty: the distributions of the largest probability are {distance:.2f} apart"
    if found["kind"] == "paired":
        yield from _moves(found, width)
    if found["notes"]:
        yield ""
    yield from (f"note: {note}" for note in found["notes"])


def _changes(changes: Sequence[Mapping[str, Any]], width: int) -> Iterator[str]:
    yield f"{'share':{width}}      A      B   B - A in points (95 %)"
    for one in changes:
        low, high = one["change_95"]
        yield (
            f"{one['label']:{width}} {one['a']:6.1%} {one['b']:6.1%}   {100 * one['change']:+.1f}"
            f" ({100 * low:+.1f} to {100 * high:+.1f})"
        )


def _moves(found: Mapping[str, Any], width: int) -> Iterator[str]:
    total = found["n_paragraphs"][0]
    yield ""
    yield f"{found['n_moved']:,} of {total:,} paragraphs moved ({found['n_moved'] / total:.1%})"
    yield f"{'A in rows':{width}} " + " ".join(f"{label[:6]:>6}" for label in found["labels"])
    for label, row in zip(found["labels"], found["moves"], strict=True):
        yield f"{label:{width}} " + " ".join(f"{count:6}" for count in row)
    if found["articles"]:
        yield ""
        yield "most moved"
    for one in found["articles"]:
        yield f"  {one['n_moved']:4} in {one['article']}"
    if found["paragraphs"]:
        yield ""
        yield "moved furthest"
    for one in found["paragraphs"]:
        text = " ".join(one["text"].split())
        yield f"  {one['from']} to {one['to']}: {text[:60]}{' ...' if len(text) > 60 else ''}"
