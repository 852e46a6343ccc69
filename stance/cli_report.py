"""``stance article --html``: results -> one page that a browser opens."""

import argparse
import sys

from stance.classifier import Classifier
from stance.labelled import LabelledArticle


def check_page_options(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """End with a usage error where ``--html`` stands beside what it does not go with."""
    if options.json or options.part != "whole":
        parser.error("--html shows every part and no JSON; leave --json and --part out")
    if len(options.files) != 1:
        parser.error(
            f"--html makes the page of one article, found {len(options.files)} files; give one"
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
