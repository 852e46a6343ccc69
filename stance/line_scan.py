"""One look at each line of a text, in Python; ``_lines.c`` does the same for the native kernel.

Most lines of an article have no mark before them and nothing in them that any pattern of the
parser could match. The bits of this look say so, once, in place of a dozen patterns.
"""

import re
from typing import Final

Scanned = tuple[int, int, int, str, str, tuple[int, int], bool, int, bool, int, int]

PLAIN: Final = 1  # begins with a letter and two more characters of ASCII; ends in no bracket
CLEAN: Final = 2  # what is scored is the text as it stands
LED: Final = 4  # a colon within the first 61 characters
COLON: Final = 8  # a colon anywhere
BARRED: Final = 16  # a bar or a dot between tags

STOPS: Final = ".!?…。"
CLOSERS: Final = "\"'”’“»›)]*_ \t\xa0"
TAIL_CHARS: Final = 80
LED_CHARS: Final = 61
_INVISIBLE: Final = re.compile("[\x00\u200b\u200c\u200d\u2060\ufeff]")
_UNCLEAN: Final = re.compile("[\\[<&*_`\u0370-\u04ff]|  |[^\x00-\x7f]{2}")
_BAR: Final = re.compile("[·•|]")


def scan_lines(source: str) -> list[Scanned] | None:
    """Return the lines that have text, in the order of the fields of ``stance.lines.Line``.

    None where the text has characters that are invisible and no white space: they belong to the
    ends of lines, which only ``stance.lines`` sees to. A line's number of words and whether it is
    a sentence hold only if it is PLAIN.
    """
    if _INVISIBLE.search(source):
        return None
    found: list[Scanned] = []
    start, gap = 0, False
    for number, raw in enumerate(source.splitlines(keepends=True), 1):
        text = raw.strip()
        if text:
            begin = start + len(raw) - len(raw.lstrip())
            span = (begin, begin + len(text))
            tail = text[-TAIL_CHARS:].rstrip(CLOSERS)
            is_sentence = tail != "" and tail[-1] in STOPS
            n_words = len(text.split())
            found.append((number, *span, text, "", span, gap, n_words, is_sentence, 0, _look(text)))
        gap = not text
        start += len(raw)
    return found


def _look(text: str) -> int:
    head = text[:3]
    is_plain = head[0].isalpha() and head.isascii() and text.rstrip("*_ \t\xa0")[-1:] != "]"
    looks = PLAIN if is_plain else 0
    if text.isprintable() and not _UNCLEAN.search(text):
        looks |= CLEAN
    if ":" in text:
        looks |= COLON | (LED if ":" in text[:LED_CHARS] else 0)
    return looks | (BARRED if _BAR.search(text) else 0)
