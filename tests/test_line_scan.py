"""The one look at a line, and the looks at first letters, agree with the patterns they spare."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance import kinds, line_scan, scoring
from stance.cleaning import clean
from stance.headings import BOX_END
from stance.lines import ends_sentence

PIECES = st.sampled_from(
    ["The ministers met. ", "“Yes,” she said.”", "a: b", "x | y", "[1]", "**", "_", "&amp;", "<b>",
     "\n", "\r\n", "\r", "\x85", "\u2028", "\t", "  ", "\xa0", "\u200b", "é", "ßé", "Ж", "·",
     "• ", "…", "?)", "]", "1. ", "\x00", "\U0001f525", "\xad", " "]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=12).map("".join)


@given(TEXTS)
def test_a_scan_is_the_same_under_both_kernels(text: str) -> None:
    assert scoring.scan_lines(text) == line_scan.scan_lines(text)


@given(TEXTS)
def test_a_scan_keeps_its_promises(text: str) -> None:
    for _, start, end, line, _, _, _, n_words, is_sentence, _, looks in (
        line_scan.scan_lines(text) or []
    ):
        assert text[start:end] == line == line.strip()
        if looks & line_scan.PLAIN:
            assert (n_words, is_sentence) == (len(line.split()), ends_sentence(line))
        if looks & line_scan.CLEAN:
            assert clean(line) == (line, ())
        assert bool(looks & line_scan.LED) == (":" in line[: line_scan.LED_CHARS])


def test_lines_of_text_are_numbered_with_the_blank_ones() -> None:
    found = line_scan.scan_lines("Norland.\r\n\r\n  The ferries sail.\n")
    assert found is not None
    assert [(line[0], line[3], line[6]) for line in found] == [
        (1, "Norland.", False),
        (3, "The ferries sail.", True),
    ]


GUARDED = [
    (kinds.READ_ALSO, kinds.is_read_also),
    (kinds.SOURCE, kinds.is_source),
    (kinds.CAPTION, kinds.is_caption),
    (kinds.FURNITURE, kinds.is_furniture),
    (kinds.DATE, kinds.is_date),
    (kinds.BYLINE, kinds.is_byline),
]


@pytest.mark.parametrize(("pattern", "guarded"), GUARDED, ids=lambda x: getattr(x, "__name__", ""))
def test_a_look_at_first_letters_spares_no_match(
    pattern: re.Pattern[str], guarded: Callable[[str], bool]
) -> None:
    @settings(max_examples=40)
    @given(st.from_regex(pattern).map(str.strip).filter(bool))
    def check(text: str) -> None:
        matches = pattern.match(text) is not None
        assert guarded(text) == matches
        if matches and pattern not in (kinds.BYLINE, kinds.CAPTION):
            assert kinds.opens_oddly(text)

    check()


@pytest.mark.parametrize(
    ("pattern", "n_words"), [(kinds.END_MARK, 4), (kinds.SOURCE_HEADING, 3), (BOX_END, 5)]
)
def test_marks_of_few_words_have_no_more(pattern: re.Pattern[str], n_words: int) -> None:
    @settings(max_examples=40)
    @given(st.from_regex(pattern).map(str.strip))
    def check(text: str) -> None:
        assert not pattern.match(text) or len(text.split()) <= n_words

    check()
