"""HTML read as a browser would read it, to see what a screen really shows."""

from __future__ import annotations

import html.parser


class Reader(html.parser.HTMLParser):
    """Reads HTML as a browser would: its elements, and its text by element."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open = [""]
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self._open[-1], data))

    def text(self, tag: str | None = None) -> str:
        return "".join(text for name, text in self.texts if tag in (None, name))
