"""A client for the app's own routes that needs no server."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.datastructures import Headers

from pages.routes import routes


class Response(NamedTuple):
    """What a browser gets."""

    status: int
    headers: Headers
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def get_route(address: str) -> Response:
    """Ask for what is at an address relative to the app's own. What a route does not answer itself fails the test."""
    return asyncio.run(_get_route(address))


async def _get_route(address: str) -> Response:
    path, _, query = f"/{address}".partition("?")
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": unquote(path), "raw_path": path.encode()}
    scope |= {"root_path": "", "query_string": query.encode(), "headers": [(b"host", b"localhost")]}
    said: list[Any] = []

    async def receive() -> dict[str, Any]:
        return await asyncio.get_running_loop().create_future()  # a browser that stays, and has no more to say

    async def send(message: Any) -> None:
        said.append(message)

    await Starlette(routes=routes())(scope, receive, send)
    headers = Headers(raw=said[0]["headers"])
    return Response(said[0]["status"], headers, b"".join(message.get("body", b"") for message in said[1:]))
