"""What a question says: its words read into names, times, conditions and wishes.

* times: ``period_points`` (single expressions), ``half_years``, ``periods`` (stretches)
* parties: ``party_words``, ``party_context``, ``strangers``, ``mentions``, ``name_spelling``,
  ``row_texts``, ``said_names``, ``names``, ``noted_names``
* conditions: ``row_conditions``, ``text_conditions``, ``named_conditions``, ``stated_figures``,
  ``named_numbers``, ``topic_rows``, ``topic_words`` (what is left), ``scope`` (how they belong
  together), ``exceptions``
* wishes: ``intents``, ``rankings``, ``group_counts``, ``quantities``
* the way of asking: ``preambles``, ``framing``, ``kana_words``, ``kana_names``, ``readings``,
  ``noun_phrases``, ``english_questions``

:mod:`assistant.question` puts them together.
"""
