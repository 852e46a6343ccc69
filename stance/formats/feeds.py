"""RSS and Atom through feedparser: one article an entry, its full text over its summary."""

import io
import re
from collections.abc import Iterator
from typing import Any, Final

from stance.formats.fields import read_cell
from stance.formats.records import Failure, Found, ReadError, ReadOptions, load
from stance.formats.streams import Input, read_whole

_END: Final = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)>\s*(?:<!--.*)?\Z", re.I | re.S)


def read_feed(source: Input, options: ReadOptions) -> Iterator[Found | Failure]:
    """Read the entries of a feed."""
    feedparser = load("feedparser", "RSS and Atom")
    data = read_whole(source, options.max_bytes)
    feed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    if not feed.entries:
        why = f": {feed.bozo_exception}" if feed.bozo else ""
        raise ReadError("read", f"the feed has no entry{why}", "check that it is complete")
    name = feed.feed.get("title")
    for n, entry in enumerate(feed.entries, 1):
        source_name = (entry.get("source") or {}).get("title") or name
        yield Found(
            read_cell(_text(entry)), f"#{n}", entry.get("id"), entry.get("title"),
            entry.get("published") or entry.get("updated"), entry.get("link"), source_name,
            feed.get("encoding"),
        )  # fmt: skip
    if not _END.search(data[-4096:]):
        reason = f"the feed is cut off after {len(feed.entries)} entries"
        yield Failure("", "read", reason, "fetch it again")


def _text(entry: Any) -> str:
    """Return the longest full text, else the summary; never both, which say the same."""
    contents = [content.get("value") or "" for content in entry.get("content", ())]
    return max(contents, key=len, default="") or entry.get("summary") or ""
