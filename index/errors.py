"""Every error this project raises on purpose.

Messages are Japanese, because the people who read them are, and say what to do next::

    RenkeiError
    ├── SeedError      a source document is missing, changed, unreadable or wrongly declared
    ├── ParseError     a document's lines can't be read as records (names document and lines)
    ├── IndexStateError    the built index can't be used
    │   ├── IndexMissingError   there is none yet
    │   ├── IndexStaleError     built from other documents, rules or models than the present ones
    │   └── IndexDamagedError   a file of it is missing, changed or of a foreign version
    ├── CitationError  a quote doesn't stand at the lines it names, so it isn't given
    ├── ModelError     an embedding or re-ranking model can't be had
    └── RequestError   a question, number or option from outside that can't be served
"""

from __future__ import annotations


class RenkeiError(Exception):
    """Base of all errors raised on purpose; ``str(error)`` is a Japanese sentence for the user."""


class SeedError(RenkeiError):
    """A source document is missing, changed, unreadable or wrongly declared."""


class ParseError(RenkeiError):
    """Lines of a document that can't be read as records.

    Args:
        message: what is wrong and what to do, in Japanese.
        file: the document's file name in ``seeds/``.
        first_line: first line concerned, counted from 1.
        last_line: last line concerned; the first when left out.
    """

    def __init__(
        self, message: str, *, file: str, first_line: int, last_line: int | None = None
    ) -> None:
        last_line = first_line if last_line is None else last_line
        where = f"{first_line}行" if first_line == last_line else f"{first_line}~{last_line}行"
        super().__init__(f"{file} {where}: {message}")
        self.file = file
        self.first_line = first_line
        self.last_line = last_line


class IndexStateError(RenkeiError):
    """The built index can't be used."""


class IndexMissingError(IndexStateError):
    """No index has been built yet."""


class IndexStaleError(IndexStateError):
    """The index was built from other documents, rules or models than the present ones."""


class IndexDamagedError(IndexStateError):
    """A file of the index is missing, changed or of a foreign version."""


class CitationError(RenkeiError):
    """A quote doesn't stand at the lines it names, so it isn't given."""


class ModelError(RenkeiError):
    """An embedding or re-ranking model can't be had."""


class RequestError(RenkeiError):
    """A question, number or option from outside that can't be served."""
