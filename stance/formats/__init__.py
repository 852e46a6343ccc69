"""Files of every usual kind -> the articles in them.

:func:`iter_documents` is the one door: it names the kind of a file by its content and its ending,
reads it, and gives a :class:`Document` for each article and a :class:`Failure` for each thing that
was not scored. The readers of HTML, PDF and so on are the ``formats`` extra, imported at use.
"""

from stance.formats.reading import iter_documents, iter_json_lines
from stance.formats.records import Document, Failure, ReadOptions

__all__ = ["Document", "Failure", "ReadOptions", "iter_documents", "iter_json_lines"]
