"""Pages that show the framing: one self-contained HTML file each (docs/report.md)."""

from stance.report.article_page import ArticlePage, article_page
from stance.report.folder_page import FolderPage, folder_page
from stance.report.markup import render_article_page, render_folder, write_page
from stance.report.reading import ScoredRows, read_folder

__all__ = [
    "ArticlePage",
    "FolderPage",
    "ScoredRows",
    "article_page",
    "folder_page",
    "read_folder",
    "render_article_page",
    "render_folder",
    "write_page",
]
