"""Questions in, cited answers out.

A question is understood (``question``, with ``understanding``), its topic found (``retrieval``,
with ``searching``), its rows counted (``aggregates``), and answered: from the ``table``, the
``survey`` or the ``texts``, as one of the ``follow_ups`` of what was said before, or by
``refusing``. ``citations`` and ``proof`` hold each answer to the documents. ``answers`` chooses the
way, ``engine`` is the whole as one object; ``cli`` and ``pages`` only show, ``operation`` keeps the
page running. Everything here reads the index that :mod:`index.build` made.
"""
