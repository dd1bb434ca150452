"""What finds a topic: words nobody knows, how well passages meet the rest, and whether it suffices.

``lexicon``, ``kana`` and ``variants`` guess at unknown words, ``matching`` scores passages,
``reranking`` reorders them, ``similarity`` compares agreements, ``figures`` and ``relevance`` judge
whether a hit can answer. :mod:`assistant.retrieval` puts them together.
"""
