"""Whole articles become the units that the labels were given to."""

from pathlib import Path

import pytest

from train.units import Unit, fold, iter_usable, iter_voa, pack, sha_of, text_key

WORDS = "one two three four five six seven eight nine ten"


def unit(text: str) -> Unit:
    return Unit("wikinews", "an article", 0, 0, text, "open")


def test_fold_makes_one_space_of_any_white_space() -> None:
    assert fold(" a\u00a0\n b\t") == "a b"


def test_fold_composes_characters() -> None:
    assert fold("e\u0301") == "\u00e9"


def test_pack_joins_sentences_to_thirty_words() -> None:
    packed = list(pack((i, WORDS) for i in range(4)))
    assert [(first, last) for first, last, _ in packed] == [(0, 2), (3, 3)]
    assert packed[1][2] == f"{WORDS}."


def test_pack_skips_empty_sentences_and_keeps_final_marks() -> None:
    assert list(pack([(3, " "), (4, "Who?"), (7, "“Me.”")])) == [(4, 7, "Who? “Me.”")]


def test_sha_is_the_start_of_the_digest_of_the_text() -> None:
    assert sha_of("abc") == "ba7816bf8f01cfea"


def test_key_ignores_case_and_punctuation() -> None:
    assert text_key("The U.S. said, “No.”") == text_key("the us said no")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("word " * 11, False),
        ("word " * 12, True),
        ("word " * 170, True),
        ("word " * 171, False),
        (f"{WORDS} see www.example.org for more", False),
    ],
)
def test_usable_units_have_12_to_170_words_and_no_web_address(text: str, kept: bool) -> None:
    assert bool(list(iter_usable([unit(text)]))) is kept


def test_a_text_that_occurs_twice_is_kept_once() -> None:
    first, again = unit(f"{WORDS} eleven twelve."), unit(f"{WORDS}, eleven, TWELVE")
    assert list(iter_usable([first, again])) == [first]


def test_voa_articles_that_name_an_agency_are_research(mirror: Path) -> None:
    by_class: dict[str, set[str]] = {"open": set(), "research": set()}
    for found in iter_voa(mirror):
        by_class[found.licence_class].add(found.article)
    assert not by_class["open"] & by_class["research"]
    assert len(by_class["open"] | by_class["research"]) == 224
    assert len(by_class["research"]) == 51 + 5
