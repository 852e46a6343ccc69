"""Rounds of labelling: choose paragraphs, read labels back, measure agreement, models and drift."""
