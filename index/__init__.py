"""From public documents to a searchable index.

Data flows one way through the modules of this package::

    seeds -> parsing (one parser per document shape) -> passages -> tokens
          -> embedding -> vectors, keywords -> store

:mod:`index.build` runs them all; :mod:`index.records` holds the vocabulary they share.
"""
