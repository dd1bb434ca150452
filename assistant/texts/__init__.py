"""Answers from the texts beside the table.

``documents`` knows which are named and who signed them, ``passages`` answers from articles and
slides, ``roles`` from what the parties of compacts do.
"""
