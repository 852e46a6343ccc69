"""The commands of a round of labelling: ``stance sample``, ``agree``, ``evaluate``, ``compare``."""

import argparse
import csv
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stance.classifier import Classifier

DONE = 0
SHIPPED = "shipped"
COLUMNS = ("text", "label", "id", "group", "annotator")


def add_rounds(commands: Any) -> None:
    """Add the commands to a parser's subcommands."""
    sample = commands.add_parser("sample", help="choose paragraphs of a scored folder to label")
    sample.add_argument("folder", metavar="DIR", help="folder that `stance score` wrote")
    sample.add_argument("-n", type=_positive, default=200, metavar="N", help="how many (200)")
    sample.add_argument(
        "--by", choices=("uncertain", "diverse", "random", "disagree"), default="uncertain"
    )
    sample.add_argument("--out", required=True, metavar="FILE", help="file for the tasks")
    sample.add_argument(
        "--format", choices=("label-studio", "potato", "csv"),
        help="default by the ending of FILE: .json, .jsonl, .csv",
    )  # fmt: skip
    sample.add_argument("--labels", metavar="TOML", help="the labels to choose from")
    sample.add_argument(
        "--other", metavar="DIR", help="the same articles, scored with another model"
    )
    sample.add_argument(
        "--skip", action="append", default=[], metavar="FILE",
        help="labels that there are already; may be given again",
    )  # fmt: skip
    sample.add_argument("--seed", type=int, default=0, metavar="N", help="of what is random (0)")
    sample.set_defaults(run=run_sample)
    evaluate = commands.add_parser("evaluate", help="measure a model on labels that are right")
    evaluate.add_argument("model", metavar="MODEL", help=f"model folder, or {SHIPPED!r}")
    evaluate.add_argument("--data", required=True, metavar="FILE", help="labels that are right")
    _add_columns(evaluate, ("text", "label", "group"))
    evaluate.add_argument("--old", metavar="DIR", help="an older model of the same labels")
    evaluate.add_argument("--labels", metavar="TOML", help="label set with keywords, a baseline")
    evaluate.add_argument("--html", metavar="FILE", help="write one self-contained page")
    evaluate.add_argument("--json", action="store_true", help="print one JSON object")
    evaluate.set_defaults(run=run_evaluate)
    compare = commands.add_parser("compare", help="two models, scored folders or periods")
    compare.add_argument(
        "a", metavar="A", help="a model folder, a scored folder, or FOLDER@FROM..TO of one"
    )
    compare.add_argument("b", metavar="B", help="another one")
    compare.add_argument(
        "--data", metavar="PATH", help="paragraphs for two models: a scored folder, or a table"
    )
    _add_columns(compare, ("text", "group"))
    compare.add_argument("--json", action="store_true", help="print one JSON object")
    compare.set_defaults(run=run_compare)
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


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, found {number}")
    return number


def run_sample(options: argparse.Namespace) -> int:
    """Write tasks; say on stderr what they are."""
    from stance.rounds.codebook import codebook_of, read_codebook
    from stance.rounds.labelled import read_labelled
    from stance.rounds.sampling import choose
    from stance.rounds.scored import open_scored
    from stance.rounds.tasks import format_of, write_tasks

    format_name = format_of(options.out, options.format)
    folder = open_scored(options.folder)
    codebook = read_codebook(options.labels) if options.labels else codebook_of(folder.labels)
    other = open_scored(options.other) if options.other else None
    done = {row.text for path in options.skip for row in read_labelled(path).rows}
    chosen = choose(folder, options.n, options.by, other, done, options.seed)
    model = f"stance {folder.model[:12]}"
    files = write_tasks(options.out, chosen, codebook, model, format_name, folder.labels)
    n_articles = len({one.paragraph.article for one in chosen})
    print(
        f"{len(chosen)} paragraphs of {n_articles} articles, {options.by}:"
        f" {', '.join(map(str, files))}",
        file=sys.stderr,
    )
    if len(chosen) < options.n:
        print(f"{options.n} were asked for; no more are different enough", file=sys.stderr)
    return DONE


def load_model(name: str) -> "Classifier":
    """Load a model folder, or the shipped one by its name."""
    from stance.classifier import Classifier

    return Classifier.load(None if name == SHIPPED else name)


def run_evaluate(options: argparse.Namespace) -> int:
    """Print how good a model is."""
    from stance.rounds.cells import Columns
    from stance.rounds.codebook import codebook_of, read_codebook
    from stance.rounds.gold import evaluate_model
    from stance.rounds.gold_text import render_evaluation
    from stance.rounds.labelled import BadRow, render_bad

    classifier = load_model(options.model)
    old = load_model(options.old) if options.old else None
    labels = classifier.labels
    codebook = read_codebook(options.labels) if options.labels else codebook_of(labels)
    columns = Columns(options.text_column, options.label_column, group=options.group_column)
    found = evaluate_model(classifier, options.data, codebook, columns, old, options.model)
    bad = [BadRow(**row) for row in found["left_out"]]
    if bad:
        print(render_bad(options.data, bad), file=sys.stderr)
    if options.html:
        from stance.report import write_page
        from stance.rounds.evaluation_page import render_page

        write_page(options.html, render_page(found))
    print(json.dumps(found) if options.json else render_evaluation(found))
    return DONE


def run_compare(options: argparse.Namespace) -> int:
    """Print what differs."""
    from stance.errors import DataError
    from stance.rounds.cells import Columns
    from stance.rounds.comparison import compare_folders, compare_models, read_texts
    from stance.rounds.comparison_text import render_comparison
    from stance.rounds.periods import is_model, parse_side

    names = (options.a, options.b)
    are_models = [name == SHIPPED or is_model(name) for name in names]
    if all(are_models):
        if options.data is None:
            raise DataError("two models: no paragraphs to compare them on; give some with --data")
        columns = Columns(options.text_column, group=options.group_column)
        texts = read_texts(options.data, columns)
        found = compare_models(load_model(options.a), load_model(options.b), texts, names)
    elif any(are_models):
        raise DataError(f"{options.a}, {options.b}: a model and a folder; give two of one kind")
    else:
        found = compare_folders(parse_side(options.a), parse_side(options.b))
    print(json.dumps(found) if options.json else render_comparison(found))
    return DONE


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
