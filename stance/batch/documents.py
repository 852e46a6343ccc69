"""Files of plain text and markdown -> documents."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stance.article import Article, read_article
from stance.errors import ArticleError


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How files are read."""

    markers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One article of a file, and what its container says about it."""

    member: str
    article: Article
    key: str | None = None
    title: str | None = None
    date: str | None = None
    url: str | None = None
    source: str | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A file, or a member of it, that could not be read."""

    member: str
    stage: str
    reason: str
    advice: str


def iter_documents(path: Path, options: ReadOptions) -> Iterator[Document | Failure]:
    """Yield the articles of a file."""
    if path.suffix.lower() not in (".txt", ".md"):
        yield Failure("", "type", f"unsupported type {path.suffix!r}", "give .txt or .md")
        return
    try:
        article = read_article(path, markers=options.markers)
    except ArticleError as error:
        yield Failure("", "read", str(error), "look at the file")
        return
    yield Document("", article, title=article.title, encoding=article.encoding)
