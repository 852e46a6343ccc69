"""Text -> text whose control characters can be seen and steer nothing."""

import re
from typing import Final
from urllib.parse import urlsplit

_BIDI: Final = "\u202a-\u202e\u2066-\u2069"
_CONTROL: Final = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff{_BIDI}]")


def visible(text: str) -> str:
    r"""Write control characters, lone surrogates and marks that turn the text as pictures or codes.

    >>> visible("a\x00b"), visible("a\u202eb")
    ('a␀b', 'a[U+202E]b')
    """
    return _CONTROL.sub(_picture, text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else f"[U+{code:04X}]"


def web_address(text: str | None) -> str | None:
    """Return an address that a page may link to: http and https with a host, nothing else.

    >>> web_address("https://example.org/a"), web_address("javascript:alert(1)")
    ('https://example.org/a', None)
    """
    if text is None or _CONTROL.search(text) or any(c.isspace() for c in text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.netloc else None
