"""HTML in which texts from documents and users are only ever text.

Everything the page shows goes through :func:`element`, which escapes whatever it didn't make
itself. Streamlit's Markdown is not used for such texts at all: its directives (``:red[…]``,
``:material/…:``, ``$…$``) act even on escaped text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from urllib.parse import quote, urlencode

# Acts on the display and can't be seen: control characters, and marks that turn the direction of
# the text that follows. Tabs and line breaks stay.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


class Html(str):
    """Markup that :func:`element` made; any other string is plain text."""

    __slots__ = ()


def escaped(text: str) -> Html:
    """``text`` as HTML that shows it as it was typed, and does nothing else."""
    return Html(html.escape(_SURROGATE.sub("\ufffd", _UNSEEN.sub("", text))))


def plain(text: str) -> str:
    """``text`` for a widget's label, where Streamlit's Markdown would act on it."""
    seen = _SURROGATE.sub("\ufffd", _UNSEEN.sub("", text))
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$:])", r"\\\1", seen)


def joined(parts: Iterable[str], separator: str = "") -> Html:
    """``parts`` one after the other; those that aren't markup are escaped."""
    return Html(
        escaped(separator).join(part if isinstance(part, Html) else escaped(part) for part in parts)
    )


def element(name: str, *content: str, css: str = "", **attributes: str | int | bool) -> Html:
    """``<name class="css" attributes>content</name>``; content that isn't markup is escaped.

    Underscores in attributes' names stand for hyphens; ``True`` gives an attribute without a value,
    ``False`` leaves it out.
    """
    values: dict[str, str | int | bool] = {"class": css or False, **attributes}
    written = "".join(
        f" {key.replace('_', '-')}" + ("" if value is True else f'="{escaped(str(value))}"')
        for key, value in values.items()
        if value is not False
    )
    return Html(f"<{name}{written}>{joined(content)}</{name}>")


def fold(summary: str, *content: str, css: str = "", is_open: bool = False) -> Html:
    """A part that opens and closes by mouse, touch or keyboard, without asking the server."""
    return element("details", element("summary", summary), *content, css=css, open=is_open)


def terms(rows: Iterable[tuple[str, str]]) -> Html:
    """A list of names and what they stand for; rows without a value are left out."""
    return element(
        "dl",
        *(
            element("div", element("dt", name), element("dd", value))
            for name, value in rows
            if value
        ),
    )


def notice(text: str, *, urgent: bool = False) -> Html:
    """A sentence that the reader should notice; ``urgent`` ones are read out at once."""
    mark = element("strong", "ご注意：" if urgent else "お知らせ：")
    return element("p", mark, text, css="notice", role="alert" if urgent else "status")


def link(address: str, text: str) -> Html:
    """A link within the page. ``address`` is made by :func:`address_of` or :func:`record_address`.

    Raises:
        ValueError: if the address leads elsewhere.
    """
    if not re.match(r"[a-z]+(\?|$)", address):
        raise ValueError(f"not an address within the page: {address!r}")
    return element("a", text, href=address)


def address_of(page: str, **parameters: str | int) -> str:
    """A page's address with parameters, relative to any other page's."""
    return f"{page}?{urlencode(parameters, quote_via=quote)}" if parameters else page


def record_address(record: str) -> str:
    """The permanent address of a record, by its id."""
    return f"agreement?id={quote(record, safe='/')}"
