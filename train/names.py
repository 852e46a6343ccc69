"""Names in the training texts: words that stand with a capital wherever they occur.

Words, pairs and stems with a name in them are no part of a model, so that who acts hardly decides
how it is labelled (``train/bias.py`` measures it). Skips keep theirs: to drop these too cost
accuracy, for few labels more that a swapped name leaves alone.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final

from stance.features import DEFAULT_SETTINGS, HEDGES, family_of, tokenize

LEAST_CAPITALISED: Final = 0.9  # share of the occurrences within a sentence
LEAST_TIMES: Final = 3
_SENTENCE_ENDS: Final = frozenset(".!?:;\"'“”‘’([-–—")


class Nameless:
    """An analyzer that leaves out the terms that have a name in them.

    Parameters
    ----------
    analyzer : callable
        From a text to its terms.
    texts : iterable of str
        Where names are looked for.
    """

    def __init__(self, analyzer: Callable[[str], Iterable[str]], texts: Iterable[str]) -> None:
        self._analyzer = analyzer
        self.names, others = find_names(texts)
        cut = DEFAULT_SETTINGS.stem_chars
        self._stems = {name[:cut] for name in self.names} - {word[:cut] for word in others}
        self._verdicts: dict[str, bool] = {}

    def __call__(self, text: str) -> list[str]:
        """Return the terms of a text without a name."""
        found = []
        for term in self._analyzer(text):
            verdict = self._verdicts.get(term)
            if verdict is None:
                verdict = self._verdicts[term] = self.keeps(term)
            if verdict:
                found.append(term)
        return found

    def keeps(self, term: str) -> bool:
        """Say whether a term is kept, as far as its cut form tells."""
        family = family_of(term)
        if family in ("hedge", "skip"):
            return True
        if family in ("stem", "zone", "after"):
            return term.strip("^?*") not in self._stems
        return self.names.isdisjoint(term.strip('"').split(" "))


def find_names(texts: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the tokens that are names and those that are not, lower case.

    The first word of a sentence says nothing, nor does a text in capitals.

    Examples
    --------
    >>> names, others = find_names(["The visit of Norland ended."] * 3)
    >>> sorted(names), sorted(others)
    (['norland'], ['ended', 'of', 'visit'])
    """
    seen, capitalised = Counter[str](), Counter[str]()
    for text in texts:
        tokens, capitals = _inner_tokens(text)
        seen.update(tokens)
        capitalised.update(capitals)
    names = frozenset(
        token
        for token, n in seen.items()
        if n >= LEAST_TIMES and capitalised[token] >= LEAST_CAPITALISED * n and token not in HEDGES
    )
    return names, frozenset(seen.keys() - names)


@cache
def _inner_tokens(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the tokens within sentences, and those of them with a capital."""
    if text.isupper():
        return (), ()
    inner = [
        token
        for token in tokenize(text)
        if token.start and token.text[0] != "0" and not _opens(text, token.start)
    ]
    return (
        tuple(token.text for token in inner),
        tuple(token.text for token in inner if text[token.start].isupper()),
    )


def _opens(text: str, start: int) -> bool:
    """Say whether a token stands at the start of a sentence."""
    before = start - 1
    while before > 0 and text[before] == " ":
        before -= 1
    return text[before] in _SENTENCE_ENDS
