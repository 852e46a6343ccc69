"""Batch scoring: folders of articles -> rows of articles and paragraphs."""

from stance.batch.engine import score_folder
from stance.batch.summary import Summary, render_summary
from stance.batch.table import score_table
from stance.batch.walk import Selection, iter_files, name_of, plain_name
from stance.batch.work import Settings
from stance.batch.writers import neutralise, restore

__all__ = [
    "Selection",
    "Settings",
    "Summary",
    "iter_files",
    "name_of",
    "neutralise",
    "plain_name",
    "render_summary",
    "restore",
    "score_folder",
    "score_table",
]
