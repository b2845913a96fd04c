"""The server may have enough files and connections open, whatever the system allows at first."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest
from streamlit import runtime

from pages.server import open_files
from pages.server.open_files import ENOUGH, WANTED, shortage, visits_at_once

RAISE = (
    "import resource, sys; from pages.server.open_files import raise_limit;"
    "resource.setrlimit(resource.RLIMIT_NOFILE, tuple(map(int, sys.argv[1:])));"
    "print(raise_limit(), *resource.getrlimit(resource.RLIMIT_NOFILE))"
)


def limits_after(soft: int, hard: int) -> list[int]:
    """What a process that was started with these limits says that it may open, and its limits then."""
    command = [sys.executable, "-c", RAISE, str(soft), str(hard)]
    return [int(number) for number in subprocess.run(command, capture_output=True, check=True).stdout.split()]


@pytest.mark.slow
@pytest.mark.parametrize(("hard", "allowed"), [(4096, 4096), (300, 300)])
def test_the_limit_is_raised_as_far_as_the_system_lets_it(hard, allowed):
    assert limits_after(256, hard) == [allowed, allowed, hard]


def test_of_visits_that_have_ended_the_newest_are_kept(monkeypatch):
    """A browser that comes back a moment later finds its visit again."""
    closed: list[str] = []
    ended = [SimpleNamespace(session=SimpleNamespace(id=name)) for name in ("oldest", "older", "new", "newest")]
    storage = SimpleNamespace(_cache=SimpleNamespace(expire=list), list=lambda: ended)
    running = SimpleNamespace(_session_mgr=SimpleNamespace(_session_storage=storage), close_session=closed.append)
    monkeypatch.setattr(runtime, "get_instance", lambda: running)
    open_files._forget(3)
    assert closed == ["oldest"]


def test_what_is_too_few_is_said_with_what_to_type():
    assert "only 256 files and connections at a time, enough for about 26 visitors" in shortage(256)
    assert f"ulimit -n {ENOUGH}" in shortage(256)
    assert shortage(ENOUGH) == ""


@pytest.mark.parametrize("limit", [1, 64, 256, ENOUGH, WANTED])
def test_some_visits_always_may_go_on_and_no_more_than_there_are_files_for(limit):
    assert visits_at_once(limit) >= 1
    assert limit < 150 or 2 * 3 * visits_at_once(limit) < limit - 50
