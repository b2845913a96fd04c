"""The reverse proxy of docs/server.md, started as it stands there, and what visitors who come through it may do."""

from __future__ import annotations

import re
import ssl
import subprocess
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Cookie, Page, expect

from mnist_core.config import TrainConfig
from scripts.ports import free_port
from scripts.running_app import RunningApp, chromium, wait_until
from tests.support.journeys import type_number
from tests.support.programs import make_certificate, needed
from tests.support.visits import SOMEBODY_ELSE, Visitor

PROJECT = Path(__file__).parents[2]
NAME = "digits.localhost"
"""Leads every browser to its own machine (RFC 6761), and is not what the app takes for the machine itself."""
WATCHED = "This is somebody else's run: you can watch it, but only they can control it."


class Proxy:
    """A running nginx: its ports, and the number of a run of somebody else in the app behind it."""

    def __init__(self, app: RunningApp, run: int) -> None:
        self.app, self.run = app, run
        self.https, self.http = free_port(), free_port()
        self.url = f"https://{NAME}:{self.https}"

    def configuration(self, folder: Path) -> str:
        """The example of the documentation, with the ports, name and certificate of this test."""
        found = re.search(r"```nginx\n(.*?)```", PROJECT.joinpath("docs", "server.md").read_text(), flags=re.DOTALL)
        assert found is not None
        text = found[1].replace("digits.school.org", NAME)
        for theirs, ours in {
            "listen 443 ssl;": f"listen 127.0.0.1:{self.https} ssl;",
            "listen 80;": f"listen 127.0.0.1:{self.http};",
            "http://127.0.0.1:8501;": f"http://127.0.0.1:{self.app.port};",
            f"/etc/ssl/certs/{NAME}.pem": str(folder / "certificate.pem"),
            f"/etc/ssl/private/{NAME}.key": str(folder / "key.pem"),
        }.items():
            assert text.count(theirs) == 1, theirs
            text = text.replace(theirs, ours)
        folders = "".join(
            f"{kind}_temp_path {folder / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        return f"pid {folder}/pid; events {{}} http {{ access_log off; {folders}\n{text}\n}}"


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    nginx = needed("nginx", "nginx-light")
    folder = tmp_path_factory.mktemp("proxy")
    make_certificate(folder, NAME)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MNIST_AT_SERVER", "local")  # the proxy is told by its header alone
        app = RunningApp(folder, workers=0, names=[NAME])
        app.start()
    run = app.store.submit(TrainConfig(), owner=SOMEBODY_ELSE)
    proxy = Proxy(app, run)
    folder.joinpath("nginx.conf").write_text(proxy.configuration(folder))
    command = [nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "error.log")]
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        wait_until(lambda: process.poll() is not None or redirected(proxy), "nginx answers")
        assert process.poll() is None, folder.joinpath("error.log").read_text()
        yield proxy
    finally:
        process.terminate()
        process.wait()
        app.stop()


def redirected(proxy: Proxy) -> str:
    """Where plain HTTP leads; nowhere, while nobody answers."""
    connection = HTTPConnection("127.0.0.1", proxy.http, timeout=5)
    try:
        connection.request("GET", "/train", headers={"Host": NAME})
        return connection.getresponse().headers["Location"]
    except ConnectionError:
        return ""
    finally:
        connection.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium that takes any certificate. A context that does so tries each request again, and gives some up."""
    with chromium("--ignore-certificate-errors") as browser:
        yield browser


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    visitor = Visitor(browser.new_context().new_page())
    yield visitor
    visitor.check()
    visitor.page.context.close()


def look_at_the_run(page: Page, url: str, run: int) -> None:
    page.goto(f"{url}/train?run={run}")
    expect(page.get_by_role("heading", name=f"Run {run}: 256 units")).to_be_visible()


@pytest.mark.browser
def test_a_page_lives_behind_the_documented_proxy_and_its_visitor_is_not_at_the_server(proxy, visitor):
    page = visitor.page
    look_at_the_run(page, proxy.url, proxy.run)
    expect(page.get_by_text(WATCHED)).to_be_visible()
    type_number(page, "Hidden units", 77)
    expect(page.get_by_role("button", name="61,225 parameters")).to_be_visible()  # 784 × 77 + 77 + 77 × 10 + 10
    wait_until(lambda: cookies_of(page, "mnist_browser"), "the browser is remembered")
    (cookie,) = cookies_of(page, "mnist_browser")
    assert (cookie["secure"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")
    assert cookie["expires"] > time.time() + 300 * 24 * 3600, "it is known for a year"


def cookies_of(page: Page, name: str) -> list[Cookie]:
    return [cookie for cookie in page.context.cookies() if cookie["name"] == name]


@pytest.mark.browser
def test_a_browser_that_reaches_the_same_app_directly_is(proxy, visitor):
    look_at_the_run(visitor.page, proxy.app.url, proxy.run)
    expect(visitor.page.get_by_role("button", name="Pause")).to_be_visible()
    expect(visitor.page.get_by_text(WATCHED)).not_to_be_visible()


@pytest.mark.slow
def test_plain_http_leads_to_https(proxy):
    assert redirected(proxy) == f"https://{NAME}/train"


@pytest.mark.slow
def test_through_the_proxy_another_name_is_refused_as_well(proxy):
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    connection = HTTPSConnection("127.0.0.1", proxy.https, context=trusting, timeout=20)
    connection.request("GET", "/news/1", headers={"Host": "evil.example"})
    answer = connection.getresponse()
    assert answer.status == 400
    assert b"make run HOST=evil.example" in answer.read()
    connection.close()
