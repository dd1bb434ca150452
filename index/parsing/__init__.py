"""From documents to records: one parser per document shape, and what they share.

* a table whose cells have run together: ``agreements``, with ``table_layout``, ``columns`` and
  ``parties``
* a survey summary: ``survey``, with ``survey_layout``, ``survey_tables``, ``crosstab`` and
  ``survey_checks``
* a compact of two municipalities: ``compact_table``; an agreement of many: ``agreement_text``; both
  with ``articles`` and ``annex``
* slides: ``slides``, with ``slide_entries`` and ``slide_titles``

``date_checks`` looks at the dates of every one of them.
"""
