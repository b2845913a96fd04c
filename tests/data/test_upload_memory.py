"""How much may be uploaded into the server's memory: asked as a server asks, with files that are kept elsewhere."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import runtime

from pages.server import uploads
from pages.server.uploads import BoundedUploads, upload_limit

MEGABYTE = 1_000_000


class Sized:
    """What a kept file holds: so many bytes, none of which are there."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __len__(self) -> int:
        return self.size


class Server:
    """The middleware before an app that takes every file; `kept` are sizes of files by visit."""

    def __init__(self) -> None:
        self.kept: dict[str, list[int]] = {}
        self.taken: list[str] = []
        self.read = 0
        self.uploads = BoundedUploads(self._take)
        self.finish = asyncio.Event()
        self.finish.set()

    async def _take(self, scope: Any, _receive: Any, send: Any) -> None:
        await self.finish.wait()
        self.taken.append(scope["path"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def put(self, size: int | None, visit: str = "me", method: str = "PUT", length: str = "") -> tuple[int, str]:
        said: list[Any] = []
        headers = [(b"content-length", (length or str(size)).encode())] if size is not None else []
        path = f"/_stcore/upload_file/{visit}/file"
        scope = {"type": "http", "method": method, "path": path, "headers": headers}

        async def receive() -> dict[str, Any]:
            self.read += 1
            return {"type": "http.request", "body": b"x" * 100, "more_body": self.read % 3 != 0}

        async def send(message: Any) -> None:
            said.append(message)

        await self.uploads(scope, receive, send)
        return said[0]["status"], said[1]["body"].decode()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.delenv("MNIST_UPLOAD_LIMIT", raising=False)
    server = Server()

    def storage() -> SimpleNamespace:
        files = {
            visit: {str(at): SimpleNamespace(data=Sized(size)) for at, size in enumerate(sizes)}
            for visit, sizes in server.kept.items()
        }
        return SimpleNamespace(uploaded_file_mgr=SimpleNamespace(file_storage=files), get_client=lambda _visit: None)

    monkeypatch.setattr(runtime, "get_instance", storage)
    return server


def put(server: Server, size: int | None, **options: Any) -> tuple[int, str]:
    return asyncio.run(server.put(size, **options))


@pytest.mark.parametrize("kept", [[], [100 * MEGABYTE], [100 * MEGABYTE, 49 * MEGABYTE]])
def test_a_visit_holds_a_quarter_of_a_gigabyte_and_not_a_byte_more(server: Server, kept: list[int]) -> None:
    server.kept = {"me": kept}
    left = 250 * MEGABYTE - sum(kept)
    status, reason = put(server, left + 1)
    assert status == 413
    assert reason.startswith("Not accepted: a visit holds at most 250 MB of uploads. Remove some")
    assert not server.taken
    assert put(server, left)[0] == 204


def test_all_visits_hold_a_gigabyte_and_not_a_byte_more(server: Server) -> None:
    server.kept = {str(visit): [200 * MEGABYTE] for visit in range(4)}
    status, reason = put(server, 200 * MEGABYTE + 1)
    assert status == 429
    assert "everybody's uploads fill the 1,000 MB that the server has for them" in reason
    assert put(server, 200 * MEGABYTE)[0] == 204


def test_a_visit_holds_200_files_and_not_one_more(server: Server) -> None:
    server.kept = {"me": [1] * 199, "somebody": [1] * 500}
    assert put(server, 1)[0] == 204
    server.kept["me"].append(1)
    status, reason = put(server, 1)
    assert status == 429
    assert "a visit holds at most 200 files" in reason


def test_files_on_their_way_count_until_they_have_come(server: Server) -> None:
    async def at_once() -> list[tuple[int, str]]:
        server.finish = asyncio.Event()
        first = asyncio.ensure_future(server.put(200 * MEGABYTE))
        others = [asyncio.ensure_future(server.put(240 * MEGABYTE, f"{visit}")) for visit in range(3)]
        await asyncio.sleep(0)
        late = (server.put(51 * MEGABYTE), server.put(100 * MEGABYTE, "late"))
        refused = [await asyncio.wait_for(it, 5) for it in late]
        server.finish.set()
        await asyncio.gather(first, *others)
        return [*refused, await server.put(250 * MEGABYTE), await server.put(100 * MEGABYTE, "late")]

    assert [status for status, _ in asyncio.run(at_once())] == [413, 429, 204, 204]


@pytest.mark.parametrize("length", [None, "", "many", "-5", "1" * 16, "1e3"])
def test_a_file_of_unknown_size_is_not_taken(server: Server, length: str | None) -> None:
    status, reason = put(server, None if length is None else 0, length=length or " ")
    assert status == 411
    assert "does not say how long it is" in reason
    assert not server.taken


def test_what_is_refused_is_read_to_its_end_and_kept_nowhere(server: Server) -> None:
    put(server, 251 * MEGABYTE)
    assert server.read == 3
    assert not server.taken


def test_what_is_refused_and_never_ends_is_not_read_for_ever(server: Server) -> None:
    """No more than the 200 MB that a file may have, and a little: 22 parts of ten million bytes."""
    parts: list[None] = []

    async def receive() -> dict[str, Any]:
        parts.append(None)
        assert len(parts) < 100
        return {"type": "http.request", "body": Sized(10 * MEGABYTE), "more_body": True}

    async def send(_message: Any) -> None: ...

    path = "/_stcore/upload_file/me/file"
    scope = {"type": "http", "method": "PUT", "path": path, "headers": [(b"content-length", b"999000000")]}
    asyncio.run(server.uploads(scope, receive, send))
    assert len(parts) == 22


def test_connections_that_are_no_requests_are_passed_on(server: Server) -> None:
    async def nothing(*_: Any) -> Any: ...

    asyncio.run(server.uploads({"type": "websocket", "path": "/_stcore/upload_file/me/file"}, nothing, nothing))
    assert server.taken


def test_a_limit_that_makes_no_sense_is_the_usual_one(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_UPLOAD_LIMIT", "a lot")
    assert put(server, 250 * MEGABYTE + 1)[0] == 413
    assert put(server, 250 * MEGABYTE)[0] == 204


@pytest.mark.parametrize("method", ["GET", "DELETE", "OPTIONS"])
def test_what_is_no_upload_is_passed_on(server: Server, method: str) -> None:
    server.kept = {"me": [1] * 200}
    assert put(server, None, method=method)[0] == 204


@pytest.mark.parametrize(("setting", "each"), [("10 MB", 2_500_000), ("4 GB", 1_000_000_000)])
def test_the_limit_is_a_setting(server: Server, monkeypatch: pytest.MonkeyPatch, setting: str, each: int) -> None:
    monkeypatch.setenv("MNIST_UPLOAD_LIMIT", setting)
    assert upload_limit() == 4 * each
    assert put(server, each + 1)[0] == 413
    assert put(server, each)[0] == 204


def test_a_limit_below_10_mb_is_refused_when_the_server_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_UPLOAD_LIMIT", "9.9 MB")
    with pytest.raises(Exception, match="MNIST_UPLOAD_LIMIT"):
        uploads.upload_limit()
