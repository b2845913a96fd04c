"""A client for the app's own routes that needs no server."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
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


def get_route(address: str, headers: Mapping[str, str] | None = None, client: str = "192.0.2.7") -> Response:
    """Ask for what is at an address relative to the app's own, from the machine `client`.

    What a route does not answer itself fails the test.
    """
    return asyncio.run(ask_route("GET", address, headers or {}, b"", client))


def post_route(address: str, body: bytes, headers: Mapping[str, str]) -> Response:
    """Send something there, likewise."""
    return asyncio.run(ask_route("POST", address, headers, body))


async def ask_route(
    method: str, address: str, headers: Mapping[str, str], body: bytes, client: str = "192.0.2.7"
) -> Response:
    """Ask or send likewise, in the event loop that runs."""
    path, _, query = f"/{address}".partition("?")
    scope: dict[str, Any] = {"type": "http", "method": method, "path": unquote(path), "raw_path": path.encode()}
    sent = [(name.lower().encode(), value.encode()) for name, value in {"host": "localhost", **headers}.items()]
    scope |= {"client": (client, 50000), "root_path": "", "query_string": query.encode(), "headers": sent}
    said: list[Any] = []
    to_say = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if to_say:
            return to_say.pop()
        return await asyncio.get_running_loop().create_future()  # a browser that stays, and has no more to say

    async def send(message: Any) -> None:
        said.append(message)

    await Starlette(routes=routes())(scope, receive, send)
    answered = Headers(raw=said[0]["headers"])
    return Response(said[0]["status"], answered, b"".join(message.get("body", b"") for message in said[1:]))
