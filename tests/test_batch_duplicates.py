"""Copies are found with whatever editors do to them; other articles on the matter are not."""

import random

import numpy as np

from stance.batch.duplicates import DuplicateTable, signatures
from stance.batch.language import language_of

WORDS = [f"{a}{b}{c}" for a in ("ka", "mo", "tri") for b in ("len", "ba", "su") for c in "rdnst"]


def sentences(seed: int, n: int = 12) -> list[str]:
    generator = random.Random(seed)
    return [" ".join(generator.choices(WORDS, k=14)).capitalize() + "." for _ in range(n)]


def groups(*texts: str, capacity: int = 64) -> list[int]:
    return DuplicateTable(capacity).add(signatures(texts))


def test_an_exact_copy_joins_the_first() -> None:
    a, b = "\n".join(sentences(1)), "\n".join(sentences(2))
    assert groups(a, b, a, b) == [0, 1, 0, 1]


def test_case_spaces_and_quotes_make_no_difference() -> None:
    text = " ".join(sentences(3))
    assert groups(text, f"“{text.upper()}”".replace(" ", "\n")) == [0, 0]


def test_a_cut_end_or_a_new_head_is_still_a_copy() -> None:
    lines = sentences(4, 20)
    cut, headed = lines[:-2], ["By our own staff.", *lines]
    assert groups(*map("\n".join, (lines, cut, headed))) == [0, 0, 0]


def test_an_article_that_shares_a_third_is_another_one() -> None:
    lines = sentences(5)
    assert groups("\n".join(lines), "\n".join(lines[:4] + sentences(6, 8))) == [0, 1]


def test_articles_without_a_letter_are_no_copies() -> None:
    assert groups("", "", "!!!", "42", "42") == [0, 1, 2, 3, 3]


def test_letters_of_any_script_count() -> None:
    a, b = "Δύο υπουργοί υπέγραψαν τη συμφωνία", "Три министра подписали договор вчера"
    assert groups(a, b, a) == [0, 1, 0]


def test_batches_make_no_difference() -> None:
    texts = ["\n".join(sentences(i % 30)) for i in range(100)]
    table = DuplicateTable(64)
    apart = [group for i in range(0, 100, 7) for group in table.add(signatures(texts[i : i + 7]))]
    assert apart == groups(*texts) == [i % 30 for i in range(100)]
    assert (signatures(texts)[:30] == np.concatenate([signatures([t]) for t in texts[:30]])).all()


def test_what_is_older_than_the_capacity_is_forgotten() -> None:
    texts = ["\n".join(sentences(i)) for i in range(9)]
    assert groups(texts[0], *texts, capacity=8) == [0, 0, 2, 3, 4, 5, 6, 7, 8, 9][:10]
    assert groups(*texts, texts[0], capacity=8)[-1] == 9


def test_recall_and_false_alarms_on_generated_copies() -> None:
    """Of 200 articles with a tenth of their sentences replaced nearly all are found."""
    table, found, wrong = DuplicateTable(512), 0, 0
    for i in range(200):
        lines = sentences(i, 20)
        copy = lines[:5] + sentences(1000 + i, 2) + lines[7:]
        first, second = table.add(signatures(["\n".join(lines), "\n".join(copy)]))
        wrong += first != 2 * i
        found += second == first
    assert wrong == 0
    assert found >= 190


def test_english_and_not() -> None:
    english = "The ministers said on Monday that they would meet again and that it was a good day. "
    german = "Die Minister sagten am Montag, dass sie sich wieder treffen und es ein Tag war. "
    assert language_of(english * 3) == "en"
    assert language_of(german * 3) == "other"
    assert language_of("Too short.") == "unknown"
    assert language_of("部长们星期一表示他们将再次会面" * 20) == "other"
