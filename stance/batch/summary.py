"""What a run gave, and how far it is: for people, on stderr."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from stance.batch.plan import Task

_BAR: Final = 30
_MAX_REASONS: Final = 10


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run gave.

    Attributes
    ----------
    out : str
        The folder or the address of the rows.
    n_files : int
        Files found; each has a row in ``articles`` or in ``errors.jsonl``.
    n_duplicates : int
        Articles that repeat an earlier one.
    labels, statuses, errors : mapping of str to int
        Paragraphs by label, articles by status, error rows by stage and reason.
    seconds : float
        Of this run; an earlier one that it went on with is not counted.
    unlike : tuple of str
        In what the articles are unlike the model's training text.
    """

    out: str
    n_files: int
    n_articles: int
    n_paragraphs: int
    n_errors: int
    n_duplicates: int
    labels: Mapping[str, int]
    statuses: Mapping[str, int]
    errors: Mapping[str, int]
    seconds: float
    unlike: tuple[str, ...] = ()


def render_summary(summary: Summary) -> str:
    """Return the summary as lines for a terminal."""
    rate = summary.n_articles / max(summary.seconds, 1e-9)
    lines = [
        f"{summary.n_files:,} files: {summary.n_articles:,} articles"
        f" ({summary.n_duplicates:,} repeat an earlier one), {summary.n_paragraphs:,} paragraphs",
    ]
    width = max(12, *map(len, summary.labels))
    for label, count in summary.labels.items():
        share = count / max(summary.n_paragraphs, 1)
        lines.append(f"  {label:{width}} {share:6.1%}  {'#' * round(share * _BAR)}".rstrip())
    lines += [f"warning: unlike the training text: {problem}" for problem in summary.unlike]
    odd = {name: n for name, n in summary.statuses.items() if name != "ok"}
    lines += [f"  {n:,} articles are {name}" for name, n in odd.items()]
    if summary.n_errors:
        lines.append(f"{summary.n_errors:,} errors, see {summary.out}/errors.jsonl")
        reasons = sorted(summary.errors.items(), key=lambda item: -item[1])
        lines += [f"  {n:,} x {reason}" for reason, n in reasons[:_MAX_REASONS]]
    lines.append(f"{summary.seconds:.1f} s, {rate:,.0f} articles/s; rows in {summary.out}")
    return "\n".join(lines)


class Progress:
    """A bar of bytes read, with articles a second and the time left, on a terminal only."""

    def __init__(self, n_bytes: int, *, show: bool) -> None:
        from tqdm import tqdm  # a few hundredths of a second, needed by batches only

        self._n_articles = 0
        self._bar: Any = tqdm(
            total=n_bytes,
            disable=None if show else True,
            file=sys.stderr,
            bar_format="{percentage:3.0f}% |{bar}| {postfix} [{elapsed}, {remaining} left]",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()

    def add(self, task: Task, n_articles: int) -> None:
        """Count a task as done."""
        self._n_articles += n_articles
        if not self._bar.disable:
            rate = self._n_articles / max(self._bar.format_dict["elapsed"], 1e-9)
            self._bar.set_postfix_str(f"{rate:,.0f} articles/s", refresh=False)
        self._bar.update(sum(piece.n_bytes for piece in task.pieces))

    def skip(self, task: Task) -> None:
        """Count a task as done by an earlier run."""
        self._bar.update(sum(piece.n_bytes for piece in task.pieces))
