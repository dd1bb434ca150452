"""Answers from the texts beside the table: articles and slides (``documents``), ``roles``."""
