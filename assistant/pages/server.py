"""The server around the screens: it opens the index when it starts, and says whether it is well."""

from __future__ import annotations

import asyncio
import ctypes
import platform
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose
from streamlit.starlette import App

from assistant.operation import logs
from assistant.operation.health import unable
from assistant.pages.serving import warm
from assistant.places import home_folder, seeds_folder
from index.store import current_generation

# Even if something foreign got onto a page, the browser would fetch nothing from elsewhere and send
# nothing there. Streamlit writes styles and small scripts into its pages, and its charts compile
# their expressions, which is what the three "unsafe" words allow.
_CONTENT = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
M_ARENA_MAX = -8
"""Of glibc's <malloc.h>."""
HEADERS = {
    "Content-Security-Policy": _CONTENT,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # An address may hold a question; nobody else is told where a visitor came from.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guarded:
    """Puts :data:`HEADERS` on what ``app`` answers, and keeps other sites' pages away from it.

    Streamlit refuses those too, but asks a server on the internet for this machine's address first.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, as ASGI wants it."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if scope["type"] in ("http", "websocket") and _from_elsewhere(Headers(scope=scope)):
            logs.event("visitor refused", reason="origin")
            if scope["type"] == "websocket":
                await WebSocketClose()(scope, receive, send)
            else:
                await PlainTextResponse("Forbidden", 403)(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)


def _from_elsewhere(headers: Headers) -> bool:
    """Whether a page of another site has sent this: browsers say which one did."""
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host")


@asynccontextmanager
async def opening(server: App) -> AsyncIterator[None]:
    """Open the index before the server is up, so that the first visitor needn't wait for it."""
    del server
    _share_heaps()
    logs.set_up()
    logs.event(
        "server started",
        host=st.get_option("server.address"),
        port=st.get_option("server.port"),
        version=version("renkei"),
    )
    await asyncio.to_thread(warm)
    yield
    logs.event("server stopped")


def _share_heaps() -> None:
    """Let all threads share two heaps: one each grew by 120 MB with 50 visitors at once."""
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def healthz(request: Request) -> JSONResponse:
    """200 with the index's generation, or 503 with the reason why questions can't be answered."""
    del request
    home = home_folder()
    reason = unable(seeds_folder(), home)
    if reason:
        told = {"server": "renkei", "status": "unable", "reason": reason}
        return JSONResponse(told, status_code=503)
    generation = current_generation(home).name
    return JSONResponse({"server": "renkei", "status": "ok", "generation": generation})


ROUTES = (Route("/healthz", healthz),)
MIDDLEWARE = (Middleware(Guarded),)
