"""A mail (.eml): its text, or its HTML where it has no text; the subject is the title."""

import email
import email.policy
from collections.abc import Iterator
from email.message import MIMEPart

from stance.encoding import decode
from stance.formats.html import is_html, read_markup
from stance.formats.nexis import split_export
from stance.formats.records import Found, ReadError, ReadOptions
from stance.formats.streams import Input, read_whole


def read_mail(source: Input, options: ReadOptions) -> Iterator[Found]:
    """Read the body of a mail; attachments are not read."""
    data = read_whole(source, options.max_bytes)
    message = email.message_from_bytes(data, policy=email.policy.default)
    body = message.get_body(("plain", "html"))
    if body is None:
        raise ReadError("read", "the mail has no text", "save its attachments as files")
    text, encoding = _content(body)
    html = body.get_content_type() == "text/html" and is_html(text)
    fields = {name: str(message[name]) if message[name] else None
              for name in ("message-id", "subject", "from")}  # fmt: skip
    date = message["date"]
    found = [Found(read_markup(text).text)] if html else list(split_export(text, encoding))
    for one in found:
        yield Found(
            one.text, one.member, one.key or fields["message-id"],
            one.title or fields["subject"], one.date or _date(date), one.url,
            one.source or fields["from"], encoding,
        )  # fmt: skip


def _content(body: MIMEPart) -> tuple[str, str]:
    payload = body.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = body.get_content_charset()
    if charset:
        try:
            return data.decode(charset), charset
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def _date(header: object) -> str | None:
    moment = getattr(header, "datetime", None)
    return moment.isoformat() if moment else str(header) if header else None
