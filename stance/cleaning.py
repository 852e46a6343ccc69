"""What the model sees of a paragraph: no citations, no markup, damage to letters repaired."""

import html
import re
from typing import Final

_NUMBERS: Final = r"\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*"
_CITATION: Final = re.compile(rf"\s?\[{_NUMBERS}\](?!\()")
_LINK: Final = re.compile(r"!?\[([^\[\]]{1,300})\]\([^()\s]{1,500}\)")
_TAG: Final = re.compile(r"<\\?/?[a-z][a-z0-9]{0,10}(?:\s[^<>]{0,300})?\\?/?>", re.IGNORECASE)
_EMPHASIS: Final = re.compile(r"\*\*|__|`{1,3}|(?<!\w)\*(?=\w)|(?<=[\w.,!?])\*(?!\w)")
_HIDDEN: Final = re.compile("[\x00\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_NON_ASCII: Final = re.compile(r"[^\x00-\x7f]{2,200}")
_FOREIGN: Final = re.compile(r"[\u0370-\u04ff]")  # without one of them, nothing is mixed
_MIXED: Final = re.compile(r"\w*(?:[a-zA-Z][\u0370-\u04ff]|[\u0370-\u04ff][a-zA-Z])\w*")
# Cyrillic and Greek letters that look like Latin ones (D8), in pairs.
_LOOK_ALIKES: Final = str.maketrans(
    "АВЕКМНОРСТХУІЈЅаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαν", "ABEKMHOPCTXYIJSaeopcyxijsABEZHIKMNOPTYXoav"
)


def clean(text: str) -> tuple[str, tuple[str, ...]]:
    """Return what is scored of a text, and its citations in order.

    Citations such as ``[1]`` or ``[2, 3]`` go, brackets with words (``[their]``, ``[...]``) stay.

    >>> clean("The **fleet** shrank [1][2]. [They] &#39;pay&#39;")
    ("The fleet shrank. [They] 'pay'", ('[1]', '[2]'))
    """
    citations: tuple[str, ...] = ()
    if "[" in text:
        citations = tuple(match.strip() for match in _CITATION.findall(text))
        text = _CITATION.sub("", text)
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "&" in text:
        text = html.unescape(text)
    if "*" in text or "_" in text or "`" in text:
        text = _EMPHASIS.sub("", text)
    if not text.isascii():
        text = repair_letters(_HIDDEN.sub("", text))
    elif "\x00" in text:
        text = text.replace("\x00", "")
    return " ".join(text.split()), citations


def repair_letters(text: str) -> str:
    """Undo UTF-8 that was read as cp1252, up to twice over, and look-alike letters in words.

    >>> repair_letters("the unitâ€™s fleet")
    'the unit’s fleet'
    """
    for _ in range(2):
        repaired = _NON_ASCII.sub(_decoded_again, text)
        if repaired == text:
            break
        text = repaired
    if not _FOREIGN.search(text):
        return text
    return _MIXED.sub(lambda match: match.group().translate(_LOOK_ALIKES), text)


def _decoded_again(match: re.Match[str]) -> str:
    run = match.group()
    try:
        # cp1252 leaves five bytes undefined; readers pass them on as control characters.
        data = b"".join(
            char.encode("latin-1" if "\x80" <= char <= "\x9f" else "cp1252") for char in run
        )
        return data.decode("utf-8")
    except UnicodeError:
        return run
