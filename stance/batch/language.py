"""Is a text English? Counted by its commonest words, since no more than yes or no is needed."""

from typing import Final

MAX_CHARS: Final = 1500
MIN_WORDS: Final = 20
MIN_SHARE: Final = 0.15
_ENGLISH: Final = frozenset(
    "the of and to in a is that for it was on as with be by at he from his this are had not they"
    " but have an has said which were will their or its been who would more about there when than"
    " after if up into out we she her you our can could what all no over also".split()
)


def language_of(text: str) -> str:
    """Return ``en``, ``other``, or ``unknown`` where there are too few words to tell.

    Looks at the first 1,500 characters.
    """
    words = text[:MAX_CHARS].lower().split()
    if len(words) < MIN_WORDS:
        # languages written without spaces have few words, and no English one
        return "other" if len(text) >= 200 and not text[:MAX_CHARS].isascii() else "unknown"
    n_english = sum(map(_ENGLISH.__contains__, words))
    return "en" if n_english >= MIN_SHARE * len(words) else "other"
