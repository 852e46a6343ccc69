"""Event factuality scores of a parsed sentence -> speculative, asserted or unclear.

A sentence's spine is its root and all that is reached from it over ``ccomp``, ``parataxis`` or
verbal ``conj``. Scores run from -3 (certainly did or will not happen) to +3 (certainly did, or
will).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

MIN_TOKENS: Final = 4

_OUTLOOK: Final = frozenset(
    "expect plan hope consider intend appear seem believe predict estimate forecast anticipate"
    " think suggest worry fear threaten promise vow pledge schedule propose doubt suspect speculate"
    " rumor warn project likely".split()
)
_FINITE: Final = frozenset({"ROOT", "ccomp", "conj", "parataxis", "relcl", "advcl"})
_SUBJECTS: Final = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})
_FUTURE: Final = frozenset({"will", "'ll", "shall"})


@dataclass(frozen=True)
class Token:
    """One word: its score is None where it is no event; the root is its own head."""

    index: int
    form: str
    score: float | None
    tag: str
    head: int
    relation: str
    lemma: str


def parse_sentences(text: str) -> Iterator[list[Token]]:
    """Yield the sentences of a file of seven tab-separated columns a token."""
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        rows = [line.split("\t") for line in block.split("\n")]
        yield [
            Token(int(i), form, None if s == "_" else float(s), tag, int(head), relation, lemma)
            for i, form, s, tag, head, relation, lemma in rows
        ]


def detokenise(tokens: Sequence[Token]) -> str:
    """Join words to running text, with usual quotation marks."""
    text = " ".join(token.form for token in tokens)
    text = re.sub(r"`` ?| ?''", '"', text)
    text = re.sub(r" ([.,;:!?%)\]]|n't\b|'(?:s|re|ve|ll|d|m)?\b|'(?= ))", r"\1", text)
    return re.sub(r"([$(\[]) ", r"\1", text).replace(" - ", "-")


def code_of(tokens: Sequence[Token]) -> str:
    """Return "speculative", "asserted" or "unclear"."""
    by_index = {token.index: token for token in tokens}
    spine = find_spine(tokens)
    scored = [(token, token.score) for token in tokens if token.score is not None]
    for token, score in scored:
        head = by_index.get(token.head)
        foretold = (
            token.tag.startswith("V")
            and token.relation in {"xcomp", "ccomp"}
            and head is not None
            and head.index in spine
            and head.lemma.lower() in _OUTLOOK
        )
        if (
            (0 <= score <= 1.7 and is_finite(token, tokens))
            or (0 <= score <= 1.9 and token.index in spine)
            or (0 <= score <= 2.1 and foretold)
        ):
            return "speculative"
    on_spine = [score for token, score in scored if token.index in spine]
    certain = bool(on_spine) and min(map(abs, on_spine)) >= 2.4
    certain = certain and all(abs(score) >= 2.0 for _, score in scored)
    future = any(token.form.lower() in _FUTURE for token in tokens)
    return "asserted" if certain and not future else "unclear"


def find_spine(tokens: Sequence[Token]) -> frozenset[int]:
    """Return the numbers of the words on the spine."""
    spine = {token.index for token in tokens if token.relation == "ROOT"}
    n_before = -1
    while len(spine) > n_before:
        n_before = len(spine)
        spine |= {
            token.index
            for token in tokens
            if token.head in spine
            and (
                token.relation in {"ccomp", "parataxis"}
                or (token.relation == "conj" and token.tag.startswith("V"))
            )
        }
    return frozenset(spine)


def is_finite(token: Token, tokens: Sequence[Token]) -> bool:
    """Say whether a word heads a finite clause."""
    if not token.tag.startswith("V") or token.relation not in _FINITE:
        return False
    below = [t for t in tokens if t.head == token.index and t.index != token.index]
    relations = {t.relation for t in below}
    if any(t.form.lower() == "to" and t.relation in {"aux", "mark"} for t in below):
        return False
    if token.tag == "VBG" and not relations & {"aux", "auxpass"}:
        return False
    return token.relation == "conj" or bool(relations & _SUBJECTS)
