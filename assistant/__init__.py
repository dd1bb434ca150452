"""Questions in, cited answers out.

``question`` understands, ``retrieval`` finds, ``citations`` proves, ``answers`` puts it into words;
``cli`` and ``pages`` only show. Everything here reads the index that :mod:`index.build` made.
"""
