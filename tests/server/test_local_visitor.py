"""Who counts as the person at the server: only a browser on that machine, with no proxy in between."""

from __future__ import annotations

import pytest
import streamlit as st

from mnist_core.errors import UserError
from pages.server.local_visitor import SETTING, is_at_server, setting
from scripts.launch import streamlit_command
from scripts.preflight import EVERY_ADDRESS

BROWSER = {"Host": "127.0.0.1:8501", "Origin": "http://127.0.0.1:8501", "User-Agent": "a browser"}


@pytest.fixture(autouse=True)
def usual_hosts(monkeypatch):
    monkeypatch.delenv(SETTING, raising=False)
    allow(monkeypatch, "localhost", "127.0.0.1")


def allow(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    options = {"server.allowedHosts": list(names)}
    monkeypatch.setattr(st, "get_option", options.__getitem__)


@pytest.mark.parametrize(
    ("address", "host"), [("127.0.0.1", "127.0.0.1:8501"), ("::1", "[::1]:8501"), ("127.0.0.1", "localhost:8501")]
)
def test_a_browser_on_the_machine_itself_is_at_the_server(address, host):
    assert is_at_server(address, BROWSER | {"Host": host, "Origin": f"http://{host}"})


@pytest.mark.parametrize("address", ["192.168.1.7", "10.0.0.5", "172.17.0.1", "fe80::1", "", None])
def test_another_machine_is_not(address):
    assert not is_at_server(address, BROWSER)


@pytest.mark.parametrize(
    "header",
    [
        *("X-Forwarded-For", "x-forwarded-proto", "X-Forwarded-Host", "X-FORWARDED-SERVER", "Forwarded", "X-Real-IP"),
        *("Via", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP", "Tailscale-User-Login", "X-Envoy-Peer-Metadata"),
    ],
)
def test_whoever_comes_through_a_proxy_that_says_so_is_not(header):
    assert not is_at_server("127.0.0.1", BROWSER | {header: "127.0.0.1"})


@pytest.mark.parametrize(
    "changes",
    [
        {"Host": "digits.school.org"},  # the proxy passes on what was typed
        {"Origin": "https://digits.school.org"},  # nginx as it comes: Host is the address behind it
        {"Origin": "https://localhost.school.org"},
        {"Origin": "null"},
        {"Origin": "http://[broken"},
        {"Origin": ""},  # taken away, so that Streamlit lets it pass
        {"Host": ""},
    ],
)
def test_a_proxy_without_a_word_is_known_by_the_name_that_was_typed(changes):
    assert not is_at_server("127.0.0.1", BROWSER | changes)


@pytest.mark.parametrize("names", [("localhost", "digits.school.org"), ("*.school.org", "127.0.0.1"), ("*",), ()])
def test_with_a_further_name_nobody_is_unless_the_setting_says_so(monkeypatch, names):
    """A proxy may change Host and Origin as well, and what comes through it cannot be told from a browser here."""
    allow(monkeypatch, *names)
    assert not is_at_server("127.0.0.1", BROWSER)
    monkeypatch.setenv(SETTING, " Local ")
    assert is_at_server("127.0.0.1", BROWSER)
    assert not is_at_server("127.0.0.1", BROWSER | {"X-Forwarded-For": "127.0.0.1"})
    assert not is_at_server("192.168.1.7", BROWSER)


def test_the_machines_own_names_are_no_further_ones_however_they_are_written(monkeypatch):
    allow(monkeypatch, " LOCALHOST.", "127.0.0.1", "::1", "192.168.1.5")
    assert is_at_server("127.0.0.1", BROWSER)


def test_a_teacher_at_the_machine_that_lets_the_local_network_in_still_is(monkeypatch):
    command = streamlit_command(EVERY_ADDRESS, "192.168.1.5", 8501, [])
    allow(monkeypatch, *(part.split("=")[1] for part in command if part.startswith("--server.allowedHosts=")))
    assert is_at_server("127.0.0.1", BROWSER)


def test_the_setting_can_keep_everybody_from_being_at_the_server(monkeypatch):
    monkeypatch.setenv(SETTING, "Never")
    assert not is_at_server("127.0.0.1", BROWSER)


def test_a_setting_that_makes_no_sense_lets_nobody_be_at_the_server_and_is_said(monkeypatch):
    monkeypatch.setenv(SETTING, "yes")
    assert not is_at_server("127.0.0.1", BROWSER)
    with pytest.raises(UserError, match=r"MNIST_AT_SERVER must be never .* or local .*, not 'yes'"):
        setting()
