"""The error of the training side."""

from stance.errors import StanceError


class CorpusError(StanceError, ValueError):
    """A corpus that is missing, altered or not as its record says."""
