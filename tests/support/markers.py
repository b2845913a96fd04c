"""Markers of tests (browser, slow), and the order in which processes get the test modules.

*Slow* is what uses a fixture that starts a process, and what is marked so. Every other test that starts a
process or trains fails, so that `make test-fast` stays fast, whatever is added.
"""

from __future__ import annotations

import multiprocessing.util
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scripts.find_chromium import NO_CHROMIUM, find_chromium

STARTING_PROCESSES = {"browser", "server", "shared_server", "quiet_server", "postgresql_server"}
"""Fixtures; whoever uses one of them, if only by way of another, is slow."""
MARK_IT = "mark it with @pytest.mark.slow, and it is left out of make test-fast"
ON_PURPOSE = """Tests in a browser were left out: {0}. So this run counts as failed. {1}
To leave them out on purpose: make test ARGS="-m 'not browser'"
"""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests, and put the modules with most slow ones first: what is left for the end is short."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "browser" in fixtures:
            item.add_marker("browser")
        if fixtures & STARTING_PROCESSES or _is_on_postgresql(item):
            item.add_marker("slow")
    slow_ones = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow_ones[item.path])


def _is_on_postgresql(item: pytest.Item) -> bool:
    """Tell whether the test's fixture `store` starts a server, which it does for a parameter."""
    callspec = getattr(item, "callspec", None)
    parameters = callspec.params.values() if callspec else ()
    return any(isinstance(value, str) and value == "postgresql" for value in parameters)


# -- tests in a browser --------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what needs a browser where there is none, before anything else is started for it."""
    if item.get_closest_marker("browser") and not _chromium():
        pytest.skip(NO_CHROMIUM)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a run fail that left something out without having been asked to."""
    if _left_out(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if count := _left_out(config):
        terminalreporter.section("no browser", red=True)
        terminalreporter.write(ON_PURPOSE.format(count, NO_CHROMIUM))


def _left_out(config: pytest.Config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")  # none in the processes of xdist
    skipped = reporter.stats.get("skipped", ()) if reporter else ()
    return sum(NO_CHROMIUM in str(report.longrepr) for report in skipped)


def _chromium() -> str:
    """Return the path of the browser; nothing, if `make` or we have looked for one in vain."""
    if "CHROMIUM" not in os.environ:
        os.environ["CHROMIUM"] = find_chromium() or ""
    return os.environ["CHROMIUM"]


# -- slow tests ----------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def only_slow_tests_start_processes_and_train(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Fail a test that is slow without being marked."""
    done: set[str] = set()
    if request.node.get_closest_marker("slow") is None:
        _note(done, monkeypatch)
    yield
    if done:
        pytest.fail(f"This test {' and '.join(sorted(done))}: {MARK_IT}.")


def _note(done: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Note what a test does, and let it: it may wait for it, in another thread."""

    def noted(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            done.add(what)
            return function(*arguments, **options)

        return call

    starters: list[tuple[Any, str]] = [(subprocess.Popen, "__init__"), (multiprocessing.util, "spawnv_passfds")]
    for owner, name in starters:
        monkeypatch.setattr(owner, name, noted("starts a process", getattr(owner, name)))
    if training := sys.modules.get("mnist_core.training.trainer"):
        monkeypatch.setattr(training.Trainer, "__init__", noted("trains a network", training.Trainer.__init__))
