"""Answers from the rows of the table: counts, lists, comparisons, orders and single agreements.

``counting`` counts and lists, ``comparing`` takes differences, shares and trends, ``groups`` tables
by department, party or year, ``orders`` ranks them, ``stated_orders`` what rows state in figures,
``lookups`` answers by number, topic or likeness; ``phrases`` says conditions in words.
"""
