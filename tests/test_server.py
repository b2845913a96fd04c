"""What every answer of the server says and refuses: the names under which it is reached, and headers for browsers."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from typing import Any, NamedTuple

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from pages.server import hosts
from pages.server.headers import HEADERS, script_hashes, unexpected
from pages.server.middleware import middleware
from scripts.preflight import EVERY_ADDRESS
from scripts.running_app import RunningApp, running_app

PATHS = [
    *("/", "/train", "/evaluate?run=1", "/favicon.png", "/static/js/missing.js", "/media/missing.png"),
    *(
        "/_stcore/health",
        "/_stcore/host-config",
        "/plotly.min.js",
        "/news/1",
        "/component/x/y",
        "/..%2f..%2fetc/passwd",
    ),
]
"""Of Streamlit's pages, files and routes, of our routes, and of errors."""
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
"""What asks for a WebSocket, with the key of RFC 6455."""
FEW_FILES = 128
"""macOS starts programs with 256."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The app without workers, which nothing here needs, started by a shell that allows few open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FEW_FILES, hard))
    try:
        with running_app(tmp_path_factory.mktemp("server"), workers=0) as app:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            yield app
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def ask(server: RunningApp, path: str, headers: Mapping[str, str] = {}, method: str = "GET") -> Answer:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request(method, path, headers=dict(headers))
        answer = connection.getresponse()
        body = b"" if answer.status == 101 else answer.read()
        return Answer(answer.status, dict(answer.getheaders()), body.decode(errors="replace"))
    finally:
        connection.close()


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_forbids_what_no_page_here_needs(server, path):
    answer = ask(server, path)
    assert said(answer) == HEADERS


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["evil.example:8501", "127.0.0.1.evil.example", "", "localhost@evil.example"])
def test_under_another_name_nothing_is_answered_but_what_to_type(server, path, host):
    answer = ask(server, path, {"Host": host})
    assert answer.status == 400
    assert "HOST=" in answer.text
    assert {name.lower(): value for name, value in answer.headers.items()}[
        "content-type"
    ] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "HEAD"])
def test_under_another_name_nothing_is_changed_either(server, method):
    answer = ask(server, "/_stcore/upload_file/session/file", {"Host": "evil.example"}, method)
    assert answer.status == 400


def test_the_refusal_of_a_name_says_how_to_allow_it(server):
    answer = ask(server, "/", {"Host": "Digits.School.org:8501"})
    assert answer.text == (
        "The app does not answer under the name digits.school.org. Open it as localhost or 127.0.0.1, or let whoever "
        "runs it stop it and type: make run HOST=digits.school.org\n"
    )


def test_a_server_that_lets_the_network_in_is_started_so_again(monkeypatch):
    options = {"server.address": EVERY_ADDRESS, "server.allowedHosts": ["192.168.1.5"]}
    monkeypatch.setattr(st, "get_option", options.__getitem__)
    assert "make run LAN=1 HOST=digits.school.org" in hosts.refusal("digits.school.org")


def test_a_name_that_is_none_is_not_repeated():
    assert "type: make run HOST=that.name" in hosts.refusal("<script>alert(1)</script>")


@pytest.mark.parametrize("host", ["localhost:8501", "LOCALHOST", "127.0.0.1", "localhost."])
def test_under_its_own_names_the_app_answers(server, host):
    assert ask(server, "/", {"Host": host}).status == 200


def test_a_websocket_is_opened_under_its_own_names_and_refused_with_the_same_sentence_under_others(server):
    own = {"Host": "localhost", "Origin": "http://localhost"}
    assert ask(server, "/_stcore/stream", HANDSHAKE | own).status == 101
    answer = ask(server, "/_stcore/stream", HANDSHAKE | {"Host": "evil.example", "Origin": "http://evil.example"})
    assert answer.status == 400
    assert "HOST=evil.example" in answer.text
    assert said(answer) == HEADERS


def test_a_page_that_is_reloaded_again_and_again_does_not_use_up_the_open_files(server):
    own = HANDSHAKE | {"Host": "localhost", "Origin": "http://localhost"}
    assert [ask(server, "/_stcore/stream", own).status for _ in range(FEW_FILES)] == [101] * FEW_FILES
    assert ask(server, "/").status == 200


def test_an_error_of_a_route_is_a_sentence_with_the_same_headers():
    def fail(_request: Request) -> None:
        raise RuntimeError("a fault")

    routes, handlers = [Route("/", fail)], {Exception: unexpected}
    status, headers, text = answer_of(Starlette(routes=routes, middleware=middleware(), exception_handlers=handlers))
    assert status == 500
    assert text.startswith("Something went wrong in the app.")
    assert headers.items() >= {name.lower(): value for name, value in HEADERS.items()}.items()


def test_only_scripts_of_streamlits_own_page_may_stand_in_a_page():
    policy = HEADERS["Content-Security-Policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe" not in scripts
    assert "'sha256-" in scripts
    assert "http" not in policy


def test_a_hash_is_what_browsers_compute():
    """The example of the W3C's recommendation, CSP level 3, section 8.2."""
    assert script_hashes("<p><script>alert('Hello, world.');</script>") == [
        "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    ]


# -- helpers -------------------------------------------------------------------------------------


def said(answer: Answer) -> dict[str, str]:
    """What of `HEADERS` an answer says; HTTP does not care for capitals."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return {name: headers.get(name.lower(), "") for name in HEADERS}


def answer_of(app: Starlette) -> Answer:
    """Ask an app for / within this process. What it raises once it has answered is for the server's log."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"host", b"localhost")]}
    with pytest.raises(RuntimeError, match="a fault"):
        asyncio.run(app(scope, receive, send))
    start, body = sent
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], headers, body["body"].decode())
