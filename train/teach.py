"""``python -m train teach``: one teacher, its figure on the fold it never saw, its soft labels."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from stance.errors import StanceError
from stance.labels import LABELS
from train import corpora, fit
from train.soft import N_FOLDS, fold_of, near_groups, read_soft, write_soft
from train.units import sha_of

FIGURES = corpora.DATA / "soft_labels.json"


def teach(mirror: str | None, fold: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Fine-tune a teacher without a fold, and add its column to the soft labels.

    Returns
    -------
    dict
        Its macro-F1 and F1 by label on the fold's labels by hand.

    Raises
    ------
    StanceError
        If there is no mirror, no such fold, or the group ``teacher`` is not installed.
    """
    folder = corpora.find_mirror(mirror)
    if folder is None or fold not in range(N_FOLDS):
        raise StanceError(f"teach: expected a mirror and a fold below {N_FOLDS}, found fold {fold}")
    try:
        from train import teacher
    except ModuleNotFoundError as error:
        raise StanceError(f"teach: {error}; pip install --group teacher") from error
    data = corpora.load_labelled(folder)
    texts, groups = list(data["text"]), list(data["group"])
    paragraphs = near_groups(corpora.iter_teachable(folder), texts, groups)
    labelled = teacher.Labelled(
        texts,
        teacher.targets_of(data["label"], data["second"], data["weight"]),
        np.array(data["weight"]),
    )
    folds = np.array([fold_of(group) for group in groups])
    taught = teacher.fine_tune(labelled.take(np.flatnonzero(folds != fold)), fold, say)
    by_hand = np.array([split == "train" for split in data["split"]])
    test = np.flatnonzero((folds == fold) & by_hand)
    figures = fit.figures(
        teacher.predict_proba(taught, [texts[i] for i in test]),
        np.array([LABELS.index(data["label"][i]) for i in test]),
    )
    say(f"fold {fold}: macro-F1 {figures['macro_f1']:.3f} on {len(test)} labels by hand")
    if corpora.SOFT_LABELS.is_file():  # columns of one file are of the same paragraphs
        known = read_soft(corpora.SOFT_LABELS, paragraphs)
        by_fold, soft_texts = dict(known.by_fold), known.texts
    else:
        by_fold, soft_texts = {}, [text for _, text, _ in paragraphs]
    by_fold[fold] = teacher.predict_proba(taught, soft_texts)
    write_soft(corpora.SOFT_LABELS, [sha_of(text) for text in soft_texts], by_fold)
    _write_figures(fold, {"n": len(test), **figures})
    return figures


def _write_figures(fold: int, figures: dict[str, Any]) -> None:
    known = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.is_file() else {}
    known[f"without_fold_{fold}"] = figures
    FIGURES.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
