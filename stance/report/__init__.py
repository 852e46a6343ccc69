"""Pages that show the framing: one self-contained HTML file each (docs/report.md)."""

from stance.report.article_page import ArticlePage, article_page
from stance.report.markup import render_article_page, write_page

__all__ = ["ArticlePage", "article_page", "render_article_page", "write_page"]
