"""Visitors without browsers: they speak the page's own protocol, so that only the server works."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

MAX_BYTES = 50_000_000
# The protocol, no token (nobody signs in), and the session that is taken up again.
_NO_TOKEN = "none"  # noqa: S105 - stands where a token might
_AGAIN = ForwardMsg.FINISHED_EARLY_FOR_RERUN


@dataclass(frozen=True)
class Drawn:
    """A page as the server sent it.

    Attributes:
        seconds: from the request until the page was drawn.
        parts: the markup of its parts, from top to bottom.
        whole: whether the script came to its end.
    """

    seconds: float
    parts: tuple[str, ...]
    whole: bool


@dataclass
class Visitor:
    """One open page. Made by :func:`arrive`.

    Attributes:
        connection: the open websocket.
        address: the server's address.
        query: what stands behind the ``?`` of the page's address now: its link.
        session: the id of the visitor's session, empty before anything was drawn.
    """

    connection: ClientConnection
    address: str
    query: str = ""
    session: str = ""
    _field: str = field(default="", repr=False)

    async def ask(self, *questions: str) -> tuple[float, str]:
        """Open the link of a conversation.

        Returns:
            Seconds until the page is drawn, and all of its markup.
        """
        drawn = await self.open(urlencode({"q": questions}, doseq=True))
        return drawn.seconds, "".join(drawn.parts)

    async def open(self, query: str) -> Drawn:
        """Open the page with ``query`` behind the ``?`` of its address, in the same session."""
        self.query = query
        return await self._run(BackMsg())

    async def type(self, question: str) -> Drawn:
        """Type a question into the field of the page and send it.

        Raises:
            RuntimeError: if no field has been drawn yet.
        """
        if not self._field:
            raise RuntimeError("質問の欄がまだありません")
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add(id=self._field)
        state.chat_input_value.data = question
        return await self._run(message)

    async def reconnect(self) -> Drawn:
        """Take the session up again after the connection was lost, and draw the page anew."""
        self.connection = await _connect(self.address, self.session)
        return await self.open(self.query)

    def lose(self) -> None:
        """Break the connection off, as a network does."""
        self.connection.transport.abort()

    async def leave(self) -> None:
        """Close the page."""
        await self.connection.close()

    async def _run(self, message: BackMsg) -> Drawn:
        """Let the server draw the page, and read what it sends until the end of that run."""
        began = time.perf_counter()
        message.rerun_script.query_string = self.query
        await self.connection.send(message.SerializeToString())
        parts: list[str] = []
        while True:
            sent = ForwardMsg()
            sent.ParseFromString(await self.connection.recv(decode=False))
            kind = sent.WhichOneof("type")
            if kind == "new_session":
                self.session = sent.new_session.initialize.session_id
                parts = []
            elif kind == "page_info_changed":
                self.query = sent.page_info_changed.query_string
            elif kind == "delta":
                element = sent.delta.new_element
                if element.HasField("html"):
                    parts.append(element.html.body)
                elif element.HasField("chat_input"):
                    self._field = element.chat_input.id
            elif kind == "script_finished" and sent.script_finished != _AGAIN:
                whole = sent.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
                return Drawn(time.perf_counter() - began, tuple(parts), whole)


async def arrive(address: str) -> Visitor:
    """Open the page at ``address`` (http://…)."""
    return Visitor(await _connect(address), address)


async def _connect(address: str, session: str = "") -> ClientConnection:
    stream = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    protocols = ["streamlit", _NO_TOKEN, session] if session else ["streamlit"]
    return await connect(stream, subprotocols=protocols, max_size=MAX_BYTES)
