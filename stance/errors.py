"""The errors that stance raises.

StanceError
├── ArticleError   a text or file that cannot be read as an article
└── ModelError     a model folder that is wrong, cut, edited, newer or foreign
"""


class StanceError(Exception):
    """Root of every error that this package raises on purpose."""


class ArticleError(StanceError, ValueError):
    """A text or file that cannot be read as an article."""


class ModelError(StanceError, ValueError):
    """A model folder that cannot be used."""
