"""The commands of a round of labelling: ``stance sample``, ``agree``, ``evaluate``, ``compare``."""

import argparse
import csv
import json
import sys
from typing import Any

DONE = 0
COLUMNS = ("text", "label", "id", "group", "annotator")


def add_rounds(commands: Any) -> None:
    """Add the commands to a parser's subcommands."""
    agree = commands.add_parser("agree", help="agreement between annotators")
    agree.add_argument("files", nargs="+", metavar="FILE", help="labels: one file an annotator")
    _add_columns(agree, COLUMNS)
    agree.add_argument("--disputes", metavar="FILE", help="write the disputed paragraphs as CSV")
    agree.add_argument("--json", action="store_true", help="print one JSON object")
    agree.set_defaults(run=run_agree)


def _add_columns(command: argparse.ArgumentParser, names: tuple[str, ...]) -> None:
    for name in names:
        command.add_argument(
            f"--{name}-column", default="", metavar="NAME",
            help=f"column or key that holds the {name} (default: by usual names)",
        )  # fmt: skip


def run_agree(options: argparse.Namespace) -> int:
    """Print how far annotators agree."""
    from stance.rounds.annotators import (
        agreement_object,
        compare_annotators,
        render_agreement,
    )
    from stance.rounds.cells import Columns
    from stance.rounds.labelled import render_bad

    columns = Columns(**{name: getattr(options, f"{name}_column") for name in COLUMNS})
    found = compare_annotators(options.files, columns)
    for path, bad in found.bad:
        print(render_bad(path, bad), file=sys.stderr)
    if options.disputes:
        _write_disputes(options.disputes, found)
    print(json.dumps(agreement_object(found)) if options.json else render_agreement(found))
    return DONE


def _write_disputes(path: str, found: Any) -> None:
    from stance.batch import neutralise
    from stance.errors import DataError

    try:
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "text", *map(neutralise, found.agreement.annotators), "label"])
            for dispute in found.disputes:
                labels = [label or "" for label in dispute.labels]
                writer.writerow([neutralise(dispute.id), neutralise(dispute.text), *labels, ""])
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; give another place") from error
