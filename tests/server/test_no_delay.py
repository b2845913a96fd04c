"""What the server sends leaves at once."""

from __future__ import annotations

import asyncio
import socket
from asyncio import base_events

import pytest
from streamlit.web.server.starlette.starlette_server import _bind_socket

from pages.server.no_delay import send_at_once


@pytest.fixture(autouse=True)
def sending_at_once(monkeypatch):
    monkeypatch.setattr(base_events, "_set_nodelay", vars(base_events)["_set_nodelay"])  # to be put back
    send_at_once()


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_connections_to_the_socket_that_streamlit_listens_with_wait_for_no_confirmation(address):
    if address == "::1" and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")

    async def delays() -> bool:
        accepted: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def note(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = writer.get_extra_info("socket")
            accepted.set_result(not connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with _bind_socket(address, 0, 1) as listening:
            async with await asyncio.start_server(note, sock=listening):
                _, writer = await asyncio.open_connection(*listening.getsockname()[:2])
                writer.close()
                return await accepted

    assert not asyncio.run(delays())


def test_connections_of_another_kind_stay_as_they_are():
    async def echo() -> bytes:
        here, there = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=here)
        there.sendall(b"there")
        there.close()
        content = await reader.read()
        writer.close()
        return content

    assert asyncio.run(echo()) == b"there"
