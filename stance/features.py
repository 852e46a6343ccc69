"""From text to terms: the one analyzer, shared by training, prediction and explanation.

A term is a short string. Its first or last mark names the family it belongs to:

========== ====================== ==========================================================
family     example                what it is
========== ====================== ==========================================================
word       ``signed``             a token: letters and digits, inner apostrophes, lower case
pair       ``signed a``           two tokens side by side
skip       ``signed _ pact``      two tokens with one between them
stem       ``minist*``            the first six characters of a longer token
zone       ``^minist``            a token (cut to six) among the first twelve of the paragraph
quoted     ``"signed``            a token inside quotation marks
hedge      ``#hedge``             once per hedge; ``#hedge>2`` density, ``#zone>1`` near the start
after      ``?minist``            a token (cut to six) among the four that follow a hedge
========== ====================== ==========================================================

Each term has a 64-bit key (``term_key``), made from the hashes of its tokens, so that a kernel can
look a term up without ever building its string. Tokens hold none of the marks, so two different
terms never share a spelling.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_MASK = (1 << 64) - 1
_M1, _M2, _M3 = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xFF51AFD7ED558CCD

FAMILIES = ("word", "pair", "skip", "stem", "zone", "quoted", "hedge", "after")

# Closed classes of English: modal verbs, adverbs and verbs of expectation and belief.
HEDGES = frozenset(
    """
    analysts anticipate anticipated anticipates appear appeared appears believe believes can
    consider considering considers could depend depends doubt doubts estimate estimated
    estimates eventually expect expectation expectations expected expecting expects fear
    feared fears forecast forecasts future hope hoped hopes if likely may might mulling
    outlook perhaps poised possible possibly potential potentially predict predicted
    predicts probable probably prospect prospects reportedly risk risks rumors rumours
    scenario seem seemed seems should soon speculation suggest suggested suggests uncertain
    uncertainty unclear unless unlikely weighing whether would
    """.split()
)


@dataclass(frozen=True)
class FeatureSettings:
    """The settings of the analyzer that an artefact was trained with.

    Attributes
    ----------
    stem_chars : int
        Characters kept by the families stem and zone.
    zone_tokens : int
        Tokens from the start of a paragraph that the family zone marks.
    hedge_zone_tokens : int
        Tokens from the start in which ``#zone>n`` counts hedges.
    hedge_reach_tokens : int
        Tokens behind a hedge that the family after marks.
    """

    stem_chars: int = 6
    zone_tokens: int = 12
    hedge_zone_tokens: int = 15
    hedge_reach_tokens: int = 4

    def as_dict(self) -> dict[str, int]:
        """Return the settings as plain data for model.json."""
        return asdict(self)


DEFAULT_SETTINGS = FeatureSettings()


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a paragraph: folded text, span in code points, and whether it is quoted."""

    text: str
    start: int
    end: int
    quoted: bool


def fold_case(text: str) -> str:
    """Lower each character on its own, keeping the length, so that spans stay those of the input.

    ``str.lower`` may lengthen a text (İ) or look at neighbours (final sigma).
    """
    lowered = text.lower()
    if len(lowered) != len(text) or "Σ" in text:
        lowered = "".join(c.lower()[:1] for c in text)
    return lowered.replace("\u2019", "'")


def tokenize(text: str) -> list[Token]:
    """Split a paragraph into tokens.

    A number becomes a run of zeros of its length: its size matters, its value does not. Straight
    quotation marks toggle, curly ones open and close.
    """
    folded = fold_case(text)
    tokens, quoted, last = [], False, 0
    for match in _TOKEN.finditer(folded):
        start, end = match.span()
        for mark in folded[last:start]:
            if mark == "“":
                quoted = True
            elif mark == "”":
                quoted = False
            elif mark == '"':
                quoted = not quoted
        word = match[0]
        tokens.append(Token("0" * len(word) if word.isdigit() else word, start, end, quoted))
        last = end
    return tokens


def count_words(text: str) -> int:
    """Return the number of tokens of a paragraph, without making them."""
    return len(_TOKEN.findall(text.replace("\u2019", "'")))


def iter_terms(
    tokens: list[Token], settings: FeatureSettings = DEFAULT_SETTINGS
) -> Iterator[tuple[str, int, int]]:
    """Yield every term with the span (in code points) of the text that it stands on."""
    stem = settings.stem_chars
    n_hedges = n_zone_hedges = n_reached = 0
    for i, token in enumerate(tokens):
        word, start, end = token.text, token.start, token.end
        yield word, start, end
        if i + 1 < len(tokens):
            yield f"{word} {tokens[i + 1].text}", start, tokens[i + 1].end
        if i + 2 < len(tokens):
            yield f"{word} _ {tokens[i + 2].text}", start, tokens[i + 2].end
        if len(word) > stem:
            yield f"{word[:stem]}*", start, end
        if i < settings.zone_tokens:
            yield f"^{word[:stem]}", start, end
        if token.quoted:
            yield f'"{word}', start, end
        if n_reached:
            n_reached -= 1
            yield f"?{word[:stem]}", start, end
        if word in HEDGES:
            n_reached = settings.hedge_reach_tokens
            n_hedges += 1
            n_zone_hedges += i < settings.hedge_zone_tokens
            yield "#hedge", start, end
    if tokens:
        yield f"#zone>{min(n_zone_hedges, 3)}", 0, 0
    if n_hedges:
        yield f"#hedge>{min(3, 30 * n_hedges // len(tokens))}", 0, 0


def terms(text: str, settings: FeatureSettings = DEFAULT_SETTINGS) -> list[str]:
    """Return the terms of a paragraph, repeated as often as they occur.

    Examples
    --------
    >>> terms("They may sign")
    ['they', 'they may', 'they _ sign', '^they', 'may', 'may sign', '^may', '#hedge', 'sign', \
'^sign', '?sign', '#zone>1', '#hedge>3']
    """
    return [term for term, _, _ in iter_terms(tokenize(text), settings)]


def token_hash(token: str) -> int:
    """Hash a token to 64 bits: its UTF-8 bytes eight at a time, little-endian, zero-padded.

    Its length need not be known beforehand, so that a kernel can hash while it reads: no token
    holds a zero byte that the padding could be taken for.
    """
    data = token.encode("utf-8", "surrogatepass")
    value = _M2
    for i in range(0, len(data), 8):
        value = ((value ^ int.from_bytes(data[i : i + 8], "little")) * _M1) & _MASK
        value ^= value >> 32
    return value


def combine(family: int, first: int, second: int = 0) -> int:
    """Mix a family's number (index in FAMILIES) and one or two token hashes into a key."""
    value = (first + ((second << 31 | second >> 33) & _MASK) * _M2 + (family + 1) * _M1) & _MASK
    value ^= value >> 33
    value = (value * _M3) & _MASK
    return value ^ (value >> 29)


def term_key(term: str) -> int:
    """Return the 64-bit key of a term from its spelling."""
    family = family_of(term)
    number = FAMILIES.index(family)
    if family in ("hedge", "zone", "quoted", "after"):
        return combine(number, token_hash(term[1:]))
    if family == "stem":
        return combine(number, token_hash(term[:-1]))
    first, *rest = term.split(" ")
    return combine(number, token_hash(first), token_hash(rest[-1]) if rest else 0)


def family_of(term: str) -> str:
    """Return the family of a term, of FAMILIES, from its spelling."""
    marks = {"#": "hedge", "^": "zone", '"': "quoted", "?": "after"}
    if term[0] in marks:
        return marks[term[0]]
    if term[-1] == "*":
        return "stem"
    return ("word", "pair", "skip")[term.count(" ")]
