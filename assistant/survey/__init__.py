"""Answers from the survey's published figures, and how they agree with the rows counted.

``cells`` gives each figure its keys, ``words``, ``years`` and ``reading`` read a question into such
keys, ``published`` and ``published_orders`` answer, ``notes`` tells what the survey says of itself,
``reconciliation`` compares with the rows, ``wording`` puts figures into words.
"""
