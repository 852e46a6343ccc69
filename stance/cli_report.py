"""``stance report`` and ``stance article --html``: results -> one page that a browser opens."""

import argparse
import sys
from typing import Any

from stance.classifier import Classifier
from stance.errors import StanceError
from stance.labelled import LabelledArticle

DONE, INPUT_FAILED = 0, 1


def add_report(commands: Any) -> None:
    """Add the command to a parser's subcommands."""
    report = commands.add_parser("report", help="make one page of a scored folder")
    report.add_argument("folder", metavar="DIR", help="what `stance score --out` wrote")
    report.add_argument("--html", required=True, metavar="PAGE", help="the page to write")
    report.add_argument(
        "--model", metavar="DIR",
        help="folder of the model that scored it, for its card (default: the shipped one)",
    )  # fmt: skip
    report.set_defaults(run=run_report)


def run_report(options: argparse.Namespace) -> int:
    """Write the page of a scored folder, and say on stderr where it is."""
    from stance.report import folder_page, read_folder, render_folder, write_page

    try:
        scored = read_folder(options.folder)
        page = folder_page(scored, Classifier.load(options.model), options.model)
        write_page(options.html, render_folder(page))
    except StanceError as error:
        print(f"stance: {error}", file=sys.stderr)
        return INPUT_FAILED
    print(f"wrote {options.html}", file=sys.stderr)
    return DONE


def check_page_options(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """End with a usage error where ``--html`` stands beside what it does not go with."""
    if options.json or options.part != "whole":
        parser.error("--html shows every part and no JSON; leave --json and --part out")
    if len(options.files) != 1:
        parser.error(
            f"--html makes the page of one article, found {len(options.files)} files; for more,"
            " `stance score` them and make a `stance report`"
        )


def write_article_page(classifier: Classifier, found: LabelledArticle, path: str) -> None:
    """Write the page of an article, and say on stderr where it is.

    Raises
    ------
    ReportError
        If jinja2 is not installed, or the page cannot be written.
    """
    from stance.report import article_page, render_article_page, write_page

    write_page(path, render_article_page(article_page(classifier, found)))
    print(f"wrote {path}", file=sys.stderr)
