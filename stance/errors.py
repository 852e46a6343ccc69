"""The errors that stance raises.

StanceError
├── ArticleError   a text or file that cannot be read as an article
├── BatchError     a batch that cannot start, go on or be written
├── DataError      a file of labels, or a scored folder, that cannot be used
├── KernelError    a kernel that was asked for and is not there, or is out of date
├── ModelError     a model folder that is wrong, cut, edited, newer or foreign
└── ReportError    a page that cannot be made or written
"""


class StanceError(Exception):
    """Root of every error that this package raises on purpose."""


class ArticleError(StanceError, ValueError):
    """A text or file that cannot be read as an article."""


class BatchError(StanceError, ValueError):
    """A batch that cannot start, cannot go on or cannot be written."""


class DataError(StanceError, ValueError):
    """A file of labelled paragraphs, or a scored folder, that cannot be used."""


class KernelError(StanceError, ImportError):
    """A kernel that cannot be used."""


class ModelError(StanceError, ValueError):
    """A model folder that cannot be used."""


class ReportError(StanceError, ValueError):
    """A page that cannot be made or cannot be written."""
