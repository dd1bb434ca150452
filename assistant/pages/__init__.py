"""The page: one module for each screen, and what they share.

``markup`` escapes and builds HTML, ``source`` finds a quote in its document, ``cards`` draws
records and citations, ``layout`` writes to the screen, ``serving`` holds the one assistant that all
visitors share. Screens only show; what they show is found by :mod:`assistant.engine`.
"""
