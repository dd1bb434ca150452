"""Evaluation: labelled questions in, a report of how well they were answered out.

``labels`` reads questions, ``run`` asks them, ``scoring`` judges answers, ``metrics`` measures
rankings, ``reports`` adds up, ``report_text`` shows.
"""

from assistant.evaluation.report_text import compare, difference_text, markdown, text
from assistant.evaluation.reports import Difference, Outcome, Report, diff, load, save
from assistant.evaluation.run import Subject, evaluate

__all__ = [
    "Difference",
    "Outcome",
    "Report",
    "Subject",
    "compare",
    "diff",
    "difference_text",
    "evaluate",
    "load",
    "markdown",
    "save",
    "text",
]
