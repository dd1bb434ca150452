"""Keeping the page running: ``launching``, ``access``, ``health`` with ``installed``, ``logs``.

``feedback`` keeps what visitors think of answers.
"""
