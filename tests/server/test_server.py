"""What every answer of the server says and refuses: the names under which it is reached, and headers for browsers."""

from __future__ import annotations

import asyncio
import gzip
import os
import re
import resource
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from http.client import HTTPConnection
from typing import Any, NamedTuple
from unittest.mock import Mock

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.RootContainer_pb2 import RootContainer
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed
from websockets.sync.client import ClientConnection

from mnist_core.errors import UserError
from pages.server import hosts
from pages.server.compressed_files import STREAMLIT_FILES, CompressedStreamlitFiles, file_response
from pages.server.headers import HEADERS, INDEX_PAGE, internal_error, script_hashes
from pages.server.icon_font import FONT_OF_ALL_ICONS
from pages.server.middleware import middleware
from scripts.preflight import EVERY_ADDRESS
from scripts.running_app import RunningApp, wait_until
from tests.support.websocket import connected, heard

PATHS = [
    *("/", "/train", "/style.css", "/evaluate?run=1", "/favicon.png", "/static/js/missing.js", "/media/missing.png"),
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
SETTINGS = {
    "MNIST_LESSONS_DIR": "no such folder",
    "MNIST_UPLOAD_LIMIT": "10 MB",
    "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "1",
}
MEGABYTE = 1_000_000
NOTHING = nullcontext()


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The app without workers, which nothing here needs, started by a shell that allows few open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FEW_FILES, hard))
    try:
        with pytest.MonkeyPatch.context() as environment:
            for name, value in SETTINGS.items():
                environment.setenv(name, value)
            app = RunningApp(tmp_path_factory.mktemp("server"), workers=0)
            app.start()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        yield app
        app.stop()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def ask(
    server: RunningApp,
    path: str,
    headers: Mapping[str, str] = {},
    method: str = "GET",
    body: bytes | Iterator[bytes] | None = None,
) -> Answer:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        body = b"" if answer.status == 101 else answer.read()
        return Answer(answer.status, dict(answer.getheaders()), body)
    finally:
        connection.close()


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_forbids_what_no_page_here_needs(server, path):
    answer = ask(server, path)
    assert said(answer) == HEADERS


def test_lessons_that_cannot_be_read_are_reported_at_the_start(server):
    assert "MNIST_LESSONS_DIR must be a folder with lesson files, not “no such folder”" in server.log.read_text()


@pytest.mark.parametrize("named", ["/static/js/index.", "/static/css/index.", "/plotly.min.js"])
def test_scripts_and_styles_are_compressed_for_browsers_that_take_it(server, named):
    """Together they have 2.3 MB as they are, and 0.7 MB so, for each of forty people on one wireless network."""
    page = ask(server, "/").text + 'src="./plotly.min.js"'
    path = next(found for found in re.findall(r'(?:src|href)="\.(/[^"]+)"', page) if found.startswith(named))
    plain = ask(server, path, {"Accept-Encoding": "identity"})
    compressed = ask(server, path, {"Accept-Encoding": "gzip, deflate, br"})
    assert compressed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(compressed.body).decode() == plain.text
    assert len(compressed.body) < len(plain.body) / 2.5
    assert "content-encoding" not in plain.headers
    assert all("Accept-Encoding" in answer.headers["vary"] for answer in (plain, compressed))
    for headers in ({"Accept-Encoding": "gzip"}, {}):
        again = ask(server, path, headers | {"If-None-Match": compressed.headers["etag"]})
        assert again.status == (304 if headers else 200), "the other form is not what this browser has"


@pytest.mark.parametrize("path", ["/", "/draw", "/class"])
def test_a_page_has_its_layout_before_any_element(server, path):
    """Streamlit writes rules into the head, also later: those of a link before them would not count."""
    page = ask(server, path)
    head, body = page.text.split("</head>")
    link = '<link rel="stylesheet" href="./style.css">'
    assert body.index(link) < body.index('id="root"')
    assert f"{head}</head>{body.replace(link, '')}" == INDEX_PAGE.read_text(encoding="utf-8")
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["cache-control"] == "no-cache"
    assert ask(server, path, {"If-None-Match": page.headers["etag"]}).status == 304


def test_the_layout_is_that_of_all_pages_and_is_not_sent_again(server):
    sheet = ask(server, "/style.css")
    assert sheet.headers["content-type"].startswith("text/css")
    for rule in (".stMainBlockContainer {", ".st-key-start h1", ".st-key-train h1", ".st-key-draw_box", ".answer {"):
        assert rule in sheet.text
    assert ask(server, "/style.css", {"If-None-Match": sheet.headers["etag"]}).status == 304


def test_the_font_of_icons_is_the_small_one_and_is_not_kept_without_a_question(server):
    address = f"/static/media/{FONT_OF_ALL_ICONS.name}"
    font = ask(server, address)
    assert font.headers["content-type"] == "font/woff2"
    assert int(font.headers["content-length"]) < FONT_OF_ALL_ICONS.stat().st_size / 10
    assert font.headers["cache-control"] == "no-cache", "its address stays when the icons change"
    assert ask(server, address, {"If-None-Match": font.headers["etag"]}).status == 304


@pytest.mark.parametrize(("base_path", "prefix"), [("", "/static/"), ("/digits/", "/digits/static/")])
def test_scripts_are_compressed_under_the_base_path_of_the_app(monkeypatch, base_path, prefix):
    monkeypatch.setattr(st, "get_option", lambda _name: base_path)
    script = next((STREAMLIT_FILES / "js").glob("index.*.js"))
    answer = answer_of(CompressedStreamlitFiles(Starlette()), f"{prefix}js/{script.name}")
    assert gzip.decompress(answer.body) == script.read_bytes()


def test_a_file_is_compressed_once_for_all_browsers_and_again_when_it_has_changed(monkeypatch, tmp_path):
    compressions = Mock(wraps=gzip.compress)
    monkeypatch.setattr(gzip, "compress", compressions)
    request = Request({"type": "http", "headers": [(b"accept-encoding", b"gzip")]})
    script = tmp_path / "script.js"
    for count, code in enumerate((b"let a;", b"let b;"), start=1):
        script.write_bytes(code)
        os.utime(script, (count, count))
        answers = [file_response(request, script, "text/javascript", "") for _ in range(3)]
        assert [gzip.decompress(bytes(answer.body)) for answer in answers] == [code] * 3
        assert compressions.call_count == count


def test_a_script_that_there_is_not_is_left_to_streamlit(server):
    assert ask(server, "/static/js/missing.js").headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("form", ["{}", "W/{}", '"an older one", {}'])
def test_plotly_is_not_sent_again_to_a_browser_that_has_it(server, form):
    """It has 4.8 MB, and forty people ask for it in the same minute. Proxies that compress make its tag a weak one."""
    first = ask(server, "/plotly.min.js")
    again = ask(server, "/plotly.min.js", {"If-None-Match": form.format(first.headers["etag"])})
    assert (first.status, again.status, again.text) == (200, 304, "")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == first.headers["cache-control"] == "public, max-age=86400"
    assert said(again) == HEADERS


def test_plotly_is_sent_again_to_a_browser_that_has_another_version(server):
    answer = ask(server, "/plotly.min.js", {"If-None-Match": '"an older one"'})
    assert (answer.status, len(answer.text) > 1_000_000) == (200, True)


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
        "The app does not answer under the name digits.school.org. Open it as 127.0.0.1 or localhost, or ask whoever "
        "runs it to stop it and type: make run HOST=digits.school.org\n"
    )


def test_a_server_that_lets_the_network_in_is_started_so_again(monkeypatch):
    options = {"server.address": EVERY_ADDRESS, "server.allowedHosts": ["192.168.1.5"]}
    monkeypatch.setattr(st, "get_option", options.__getitem__)
    assert "make run LAN=1 HOST=digits.school.org" in hosts.refusal("digits.school.org")


@pytest.fixture
def allowed_hosts() -> Iterator[Callable[[list[str]], None]]:
    """Sets Streamlit's option for this test alone."""
    before = config.get_option("server.allowedHosts")
    yield lambda names: config.set_option("server.allowedHosts", names)
    config.set_option("server.allowedHosts", before)


def test_names_in_the_environment_are_allowed_beside_those_that_were_before(allowed_hosts, monkeypatch):
    allowed_hosts(["localhost"])
    monkeypatch.setenv("MNIST_HOST", "digits.school.org, *.hf.space")
    hosts.allow_further_names()
    asked = ("localhost:8501", "digits.school.org:443", "me-digits.hf.space", "school.org", "evil.example")
    assert [is_host_allowed(host) for host in asked] == [True, True, True, False, False]


@pytest.mark.parametrize("names", ["*", "https://digits.school.org", "digits.school.org:8501", "digits.school.org,a b"])
def test_what_is_no_name_is_refused_and_allows_nothing(allowed_hosts, monkeypatch, names):
    allowed_hosts(["localhost"])
    monkeypatch.setenv("MNIST_HOST", names)
    with pytest.raises(UserError, match="MNIST_HOST must be names such as digits"):
        hosts.allow_further_names()
    assert config.get_option("server.allowedHosts") == ["localhost"]


def test_where_every_name_is_allowed_a_further_one_shuts_none_out(allowed_hosts, monkeypatch):
    allowed_hosts([])
    monkeypatch.setenv("MNIST_HOST", "digits.school.org")
    hosts.allow_further_names()
    assert is_host_allowed("another.name")


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


# -- uploads into memory -------------------------------------------------------------------------


class Visit:
    """A visit at a browser, as far as uploads need it: its number, and what the server sends it."""

    def __init__(self, server: RunningApp, socket: ClientConnection) -> None:
        self.server, self.socket = server, socket
        self.uploaded: set[str] = set()
        self.socket.send(BackMsg(rerun_script=ClientState()).SerializeToString())
        self.number = self.wait_for("new_session").new_session.initialize.session_id
        cookie = ask(server, "/_stcore/health").headers["set-cookie"].split(";")[0]
        self.token = {"Cookie": cookie, "X-Xsrftoken": cookie.partition("=")[2]}

    def wait_for(self, kind: str) -> ForwardMsg:
        return next(message for message in heard(self.socket) if message.WhichOneof("type") == kind)

    def upload(self, size: int, file: str, headers: Mapping[str, str] = {}, in_chunks: bool = False) -> Answer:
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.npz"\r\n\r\n'
        form = head + b"0" * size + b"\r\n--x--\r\n"
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        path = f"/_stcore/upload_file/{self.number}/{file}"
        self.uploaded.add(file)
        return ask(self.server, path, self.token | kind | dict(headers), "PUT", iter([form]) if in_chunks else form)

    def remove(self, file: str) -> Answer:
        return ask(self.server, f"/_stcore/upload_file/{self.number}/{file}", self.token, "DELETE")

    def told(self) -> str:
        """What a message on the page says; none may come."""
        while True:
            message = self.wait_for("delta")
            if message.delta.new_element.WhichOneof("type") == "toast":
                assert message.metadata.delta_path[0] == RootContainer.EVENT
                return message.delta.new_element.toast.body


@contextmanager
def visiting(server: RunningApp, tidy: bool = True) -> Iterator[Visit]:
    """Open a page and leave it at once when the `with` ends, whatever the server still sends.

    Whoever is `tidy` removes first what was uploaded.
    """
    with connected(server) as socket:
        visit = Visit(server, socket)
        yield visit
        for file in visit.uploaded if tidy else ():
            visit.remove(file)


def test_one_visit_may_upload_a_quarter_and_is_told_why_no_more_is_taken(server):
    with visiting(server) as visit:
        assert visit.upload(2 * MEGABYTE, "first").status == 204
        refused = visit.upload(MEGABYTE, "second")
        assert refused.status == 413
        assert refused.text.startswith("Not accepted: a visit holds at most 2.5 MB of uploads. Remove some")
        assert visit.told() == refused.text
        assert visit.remove("first").status == 204
        assert visit.upload(MEGABYTE, "second").status == 204


def test_all_visits_together_may_upload_so_much_and_what_ended_visits_had_is_forgotten(server):
    with visiting(server) as last:
        with ExitStack() as visits:
            four = [visits.enter_context(visiting(server, tidy=False)) for _ in range(4)]
            assert [visit.upload(2_400_000, "file").status for visit in four] == [204] * 4
            refused = last.upload(2_400_000, "file")
            assert refused.status == 429
            assert "everybody's uploads fill the 10 MB that the server has for them" in refused.text
        wait_until(lambda: last.upload(2_400_000, "file").status == 204, "what ended visits had is forgotten", 10)


def test_one_visit_may_have_200_files_and_not_one_more(server):
    with visiting(server) as visit:
        assert {visit.upload(1, f"file{number}").status for number in range(200)} == {204}
        refused = visit.upload(1, "another")
        assert refused.status == 429
        assert "at most 200 files" in refused.text


def test_an_upload_that_does_not_say_how_long_it_is_is_refused(server):
    with visiting(server) as visit:
        refused = visit.upload(1, "file", in_chunks=True)
        assert refused.status == 411


def test_what_fails_midway_keeps_no_room(server):
    with visiting(server) as visit:
        for _ in range(3):
            assert visit.upload(2 * MEGABYTE, "file", {"X-Xsrftoken": "wrong"}).status == 403
        assert visit.upload(2 * MEGABYTE, "file").status == 204


def test_an_error_of_a_route_is_a_sentence_with_the_same_headers():
    def fail(_request: Request) -> None:
        raise RuntimeError("a fault")

    routes, handlers = [Route("/", fail)], {Exception: internal_error}
    app = Starlette(routes=routes, middleware=middleware(), exception_handlers=handlers)
    answer = answer_of(app, raising=pytest.raises(RuntimeError, match="a fault"))
    assert answer.status == 500
    assert answer.text.startswith("Something went wrong in the app.")
    assert answer.headers.items() >= {name.lower(): value for name, value in HEADERS.items()}.items()


def test_only_scripts_of_streamlits_own_page_may_stand_in_a_page():
    policy = HEADERS["Content-Security-Policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe-inline" not in scripts
    assert "'sha256-" in scripts
    assert "http" not in policy


def test_a_hash_is_what_browsers_compute():
    """The example of the W3C's recommendation, CSP level 3, section 8.2."""
    assert script_hashes("<p><script>alert('Hello, world.');</script>") == [
        "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    ]


# -- live answers ----------------------------------------------------------------------------------


def test_a_picture_of_the_canvas_is_answered_to_a_page_of_the_app_alone(server):
    """What else the route refuses is in tests/pages/test_live_route.py."""
    origin = f"http://127.0.0.1:{server.port}"
    page = {"Origin": origin, "Cookie": f"mnist_browser={'a' * 32}", "Content-Type": "application/octet-stream"}

    def post(headers: Mapping[str, str], picture: bytes = bytes(140 * 140)) -> Answer:
        return ask(server, "/answers/starter/0?brush=18&chosen=0", headers, "POST", picture)

    answer = post(page)
    assert (answer.status, said(answer)) == (204, HEADERS)
    assert post(page | {"Host": "evil.example", "Origin": "http://evil.example"}).status == 400
    assert post(page | {"Origin": "http://evil.example"}).status == 403
    assert post({"Origin": origin}).status == 403
    assert post(page, bytes(2 * 140 * 140)).status == 413
    assert ask(server, "/answers/starter/0", page, "POST", iter([b"no", b" length"])).status == 400
    assert "Traceback" not in server.log.read_text()


# -- helpers -------------------------------------------------------------------------------------


def said(answer: Answer) -> dict[str, str]:
    """What of `HEADERS` an answer says; HTTP does not care for capitals."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return {name: headers.get(name.lower(), "") for name in HEADERS}


def answer_of(app: ASGIApp, path: str = "/", raising: AbstractContextManager[object] = NOTHING) -> Answer:
    """Ask an app for a path within this process, by a browser that takes gzip.

    What it raises once it has answered is for the server's log, and for `raising` here.
    """
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def ask_once() -> None:
        headers = [(b"host", b"localhost"), (b"accept-encoding", b"gzip")]
        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}
        await app(scope, receive, send)

    with raising:
        asyncio.run(ask_once())
    start, body = sent
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], headers, body["body"])
