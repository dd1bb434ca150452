"""Visitors without browsers: they speak the page's own protocol, so that only the server works."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

MAX_BYTES = 50_000_000


@dataclass
class Visitor:
    """One open page. Made by :func:`arrive`."""

    connection: ClientConnection

    async def ask(self, *questions: str) -> tuple[float, str]:
        """Open the link of a conversation.

        Returns:
            Seconds until the page is drawn, and all of its markup.
        """
        began = time.perf_counter()
        message = BackMsg()
        message.rerun_script.query_string = urlencode({"q": questions}, doseq=True)
        await self.connection.send(message.SerializeToString())
        shown: list[str] = []
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(await self.connection.recv(decode=False))
            kind = answer.WhichOneof("type")
            if kind == "delta" and answer.delta.new_element.HasField("html"):
                shown.append(answer.delta.new_element.html.body)
            if kind == "script_finished":
                return time.perf_counter() - began, "".join(shown)

    async def leave(self) -> None:
        """Close the page."""
        await self.connection.close()


async def arrive(address: str) -> Visitor:
    """Open the page at ``address`` (http://…)."""
    stream = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    connection = await connect(stream, subprotocols=["streamlit"], max_size=MAX_BYTES)
    return Visitor(connection)
