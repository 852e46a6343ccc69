"""``python -m train COMMAND``: arguments in, exit code out."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits
from tqdm import tqdm

from stance.errors import DataError, StanceError
from stance.rounds.cells import Columns
from stance.rounds.codebook import read_codebook
from train import audit, build, corpora, evaluate, experiments, own, own_data, teach
from train.card import render_card
from train.figures import write_figures
from train.own_card import render_own_summary
from train.readme import render_readme


def main(argv: Sequence[str] | None = None) -> int:
    """Run the training command line; return 0 done, 1 failed, 2 usage."""
    options = _parser().parse_args(argv)
    try:
        # Sums that several threads share differ in their last digits, by the number of threads.
        with threadpool_limits(1, user_api="blas"):
            _run(options)
    except StanceError as error:
        print(f"train: {error}", file=sys.stderr)
        return 1
    return 0


def _run(options: argparse.Namespace) -> None:
    if options.command == "fetch":
        corpora.fetch(options.into, say=tqdm.write)
    elif options.command == "fit" and options.data:
        fit_own_labels(options)
    elif options.command == "fit":
        metrics = build.build(options.mirror, options.licences, options.out, options.force)
        print_summary(metrics)
    elif options.command == "audit":
        audit_labels(options)
    elif options.command == "evaluate":
        evaluate.evaluate(options.folder, options.mirror)
        print_mix(build.read_metrics(options.folder)["mix"])
    elif options.command == "teach":
        teach.teach(options.mirror, options.fold, say=print)
    elif options.command == "experiments":
        experiments.run(options.mirror, options.seeds)
    else:
        export(options.folder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m train", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("fetch", help="download the public corpora")
    command.add_argument("--into", type=Path, default=corpora.ROOT / ".mirror")
    mirror = argparse.ArgumentParser(add_help=False)
    mirror.add_argument("--mirror", help="folder with the public corpora")
    command = commands.add_parser("fit", parents=[mirror], help="train a model folder")
    command.add_argument("--licences", choices=("all", "open"), default="all")
    command.add_argument("--out", type=Path, help="model folder to write (default by corpora)")
    command.add_argument("--force", action="store_true", help="write even a worse model")
    labels = command.add_argument_group("labels of your own (docs/tutorial.md)")
    labels.add_argument("--data", type=Path, metavar="FILE", help="CSV, JSON lines or an export")
    add_columns(labels)
    labels.add_argument("--labels", type=Path, metavar="TOML", help="your label set")
    above = labels.add_mutually_exclusive_group()
    above.add_argument(
        "--base", type=Path, default=build.SHIPPED, metavar="DIR",
        help="model folder to train on top of (default: model)",
    )  # fmt: skip
    above.add_argument("--alone", action="store_true", help="train on these labels alone")
    command = commands.add_parser("audit", help="find what is likely wrong with labels")
    command.add_argument("--data", type=Path, required=True, metavar="FILE", help="labels")
    add_columns(command)
    command.add_argument("--labels", type=Path, metavar="TOML", help="your label set")
    command.add_argument("--out", type=Path, metavar="FILE", help="write likely errors as CSV")
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command = commands.add_parser(
        "teach", parents=[mirror], help="fine-tune a teacher and write its soft labels"
    )
    command.add_argument("--fold", type=int, required=True, help="fold it never sees, 0 to 4")
    command = commands.add_parser(
        "experiments", parents=[mirror], help="measure every lever and write docs/experiments.md"
    )
    command.add_argument("--seeds", type=int, default=5, help="divisions into folds")
    folder = argparse.ArgumentParser(add_help=False)
    folder.add_argument("folder", type=Path, nargs="?", default=build.SHIPPED)
    commands.add_parser(
        "evaluate", parents=[mirror, folder], help="add the slower figures to metrics.json"
    )
    commands.add_parser(
        "export", parents=[folder], help="write the card and the README's figures from metrics.json"
    )
    return parser


def add_columns(command: Any) -> None:
    """Add the options that name the columns of a file of labels."""
    for name in ("text", "label", "group"):
        command.add_argument(
            f"--{name}-column", default="", metavar="NAME",
            help=f"column that holds the {name} (default: by usual names)",
        )  # fmt: skip


def columns_of(options: argparse.Namespace) -> Columns:
    """Return the columns that the options name."""
    return Columns(options.text_column, options.label_column, group=options.group_column)


def fit_own_labels(options: argparse.Namespace) -> None:
    """Train on a file of labels, and print what came of it."""
    if options.out is None:
        raise DataError("fit --data: no folder for the model; give one with --out")
    codebook = read_codebook(options.labels) if options.labels else None
    base = None if options.alone else options.base
    request = own.Request(options.data, columns_of(options), codebook, base)
    metrics = own.fit_own(request, options.out, lambda note: print(note, file=sys.stderr))
    print(render_own_summary(metrics, str(options.out)))


def audit_labels(options: argparse.Namespace) -> None:
    """Print what is likely wrong with a file of labels."""
    labels = read_codebook(options.labels).labels if options.labels else None
    found = audit.audit(own_data.load_own(options.data, columns_of(options), labels))
    if options.out:
        audit.write_suspects(options.out, found)
    print(json.dumps(found) if options.json else audit.render_audit(found))


def export(folder: Path) -> None:
    """Write the card of a model folder from its metrics, and what the README shows of it."""
    metrics = build.read_metrics(folder)
    card = render_card(metrics)
    write_figures(folder, metrics)
    (folder / "README.md").write_text(card, encoding="utf-8")
    if folder.resolve() == build.SHIPPED:
        readme = corpora.ROOT / "README.md"
        text = render_readme(readme.read_text(encoding="utf-8"), metrics, corpora.ROOT)
        readme.write_text(text, encoding="utf-8")


def print_summary(metrics: dict[str, Any]) -> None:
    """Print rows by corpus and label, the figures and the time."""
    for name, count in metrics["rows"].items():
        print(f"{name:32} {count:6}")
    for name, count in metrics["rows_by_licence_class"].items():
        print(f"{'licence class ' + name:32} {count:6}")
    cv = metrics["cross_validation"]
    by_label = ", ".join(f"{label} {value:.3f}" for label, value in cv["f1"].items())
    print(f"macro-F1 {cv['macro_f1']:.3f} by grouped cross-validation ({by_label})")
    print(f"expected calibration error {metrics['calibration_error']:.3f}")
    print_mix(metrics["mix"])
    if "note" in metrics:
        stored = metrics["real_paragraphs"]
        print(f"{metrics['note']}: the figure above is on its own held-out articles and topics")
        print(f"on real paragraphs its macro-F1 is {stored['macro_f1']:.3f} (stored)")
    print(f"wrote {metrics['folder']}/ in {metrics['seconds']:.0f} s")


def print_mix(mix: dict[str, Any]) -> None:
    """Print the error of an article's shares by method, and what the intervals cover."""
    print(f"mean absolute error of the shares of {mix['n_articles']} articles:")
    for name, value in mix["mean_absolute_error"].items():
        print(f"  {name:30} {value:.4f}")
    print(f"90 % intervals of the estimate cover {mix['coverage']['estimated']:.1%}")
