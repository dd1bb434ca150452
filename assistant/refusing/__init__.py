"""What can't be answered as asked: told by the rows, with the reason and the nearest there is.

``premises``, ``compact_premises`` and ``claimed_counts`` check what a question takes for granted,
``missing_columns`` and ``focus`` what the table doesn't hold, ``articles`` what an agreement's text
doesn't, ``outsiders`` who isn't in either; ``refusals`` says no.
"""
