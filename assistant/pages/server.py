"""The server around the screens: it opens the index when it starts, and says whether it is well."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit.starlette import App

from assistant.pages.serving import warm
from assistant.places import home_folder
from index.errors import RenkeiError
from index.store import current_generation


@asynccontextmanager
async def opening(server: App) -> AsyncIterator[None]:
    """Open the index before the server is up, so that the first visitor needn't wait for it."""
    del server
    await asyncio.to_thread(warm)
    yield


def healthz(request: Request) -> JSONResponse:
    """200 with the index's generation, or 503 with the reason why questions can't be answered."""
    del request
    try:
        generation = current_generation(home_folder()).name
    except RenkeiError as error:
        return JSONResponse({"status": "no index", "reason": str(error)}, status_code=503)
    return JSONResponse({"status": "ok", "generation": generation})


ROUTES = (Route("/healthz", healthz),)
