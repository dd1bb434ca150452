"""What a question says: its words read into names, times, conditions and wishes.

Times: ``period_points`` (single expressions), ``half_years``, ``periods`` (stretches). Parties:
``party_words``, ``party_context``, ``strangers``, ``mentions``, ``name_spelling``, ``said_names``,
``names``. Conditions: ``row_conditions``, ``text_conditions``, ``named_numbers``, ``topic_rows``,
``topic_words`` (what is left), ``scope`` (how they belong together), ``exceptions``. Wishes:
``intents``, ``rankings``, ``group_counts``, ``quantities``. The way of asking: ``preambles``,
``framing``, ``kana_words``, ``kana_names``, ``readings``, ``noun_phrases``, ``english_questions``.
:mod:`assistant.question` puts them together.
"""
