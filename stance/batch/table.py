"""A table of articles in memory -> the rows of articles: the one function for other engines."""

from collections.abc import Mapping
from typing import Any

from stance.batch.rows import Read, article_columns, score_documents
from stance.batch.writers import arrow_batch
from stance.classifier import Classifier, default_classifier
from stance.errors import ArticleError, BatchError
from stance.formats.fields import find_names, make_found
from stance.formats.records import Document, ReadOptions, make_document


def score_table(
    table: Any, *, classifier: Classifier | None = None, options: ReadOptions | None = None
) -> Any:
    """Score each row of a table as an article.

    Pure, and depends on no other row: Spark's ``mapInArrow``, Ray's ``map_batches``, polars'
    ``map_batches`` and DuckDB call it on whatever part of a table they hold.

    Parameters
    ----------
    table : pyarrow.Table or pyarrow.RecordBatch
        Has a column of texts (str, list of str, or HTML), found by the usual names or named in
        `options`; id, title, date, url and source are taken along where they are found.
    classifier : Classifier or None
        None: the shipped model.

    Returns
    -------
    pyarrow.RecordBatch
        One row a row of `table`, in its order, with the article columns of docs/batch.md. ``id``
        is that of the table, or the row's number from 1; ``path``, ``member`` and
        ``duplicate_group`` are null. A row without a text has the status ``no_article``.

    Raises
    ------
    BatchError
        If no column holds texts, or a column named in `options` is not there.
    """
    options, classifier = options or ReadOptions(), classifier or default_classifier()
    try:
        names = find_names(table.schema.names, options)
    except ArticleError as error:
        raise BatchError(f"table: {error}; name it in `options`") from error
    cells = table.select(list(dict.fromkeys(names.values()))).to_pylist()
    reads = [_read(i, row, names, options) for i, row in enumerate(cells, 1)]
    columns = article_columns(classifier.labels)
    scored = score_documents(classifier, reads, with_text=False, with_language=True)
    nothing = dict.fromkeys(("path", "duplicate_group"), [None] * len(reads))
    return arrow_batch(columns, {**scored.articles, **nothing})


def _read(
    number: int, row: Mapping[str, Any], names: Mapping[str, str], options: ReadOptions
) -> Read:
    document: Document = make_document(make_found(row, names, "", None), options)
    return Read(document.key or str(number), "", document)
