"""The suite's own rules: what is left out where, what is slow, and what runs first."""

from __future__ import annotations

import pytest

from mnist_core.training import trainer  # noqa: F401  # before pytester, which forgets what was loaded meanwhile
from tests.support import markers

pytest_plugins = ["pytester"]

BROWSER = """
import pytest

@pytest.fixture
def browser():
    return "a browser"

@pytest.fixture
def page(browser):
    return "a page"

def test_page(page):
    pass

def test_without():
    pass
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Run pytest by the suite's rules, on tests that are given, where Chromium is at a path, or nowhere."""

    def run(*options: str, chromium: str = "", **modules: str) -> pytest.RunResult:
        monkeypatch.setenv("CHROMIUM", chromium)
        pytester.makepyfile(**modules)
        options = ("-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(pytester.path), *options)
        return pytester.runpytest_inprocess(
            "-c", "/dev/null", "-o", "markers=slow\nbrowser", *options, plugins=[markers]
        )

    return run


def test_without_chromium_all_but_the_browser_tests_run_and_the_run_fails(run):
    result = run(test_pages=BROWSER)
    result.assert_outcomes(passed=1, skipped=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*browser were left out: 1.*install Chromium*", "*ARGS=\"-m 'not browser'\""])


def test_without_chromium_a_run_passes_that_was_asked_to_leave_the_browser_out(run):
    result = run("-m", "not browser", test_pages=BROWSER)
    result.assert_outcomes(passed=1, deselected=1)
    assert result.ret == pytest.ExitCode.OK
    assert "left out" not in result.stdout.str()


@pytest.mark.slow
def test_with_chromium_the_browser_tests_run(run):
    result = run(chromium="/here/chromium", test_pages=BROWSER)
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.OK


def test_nothing_is_started_for_a_browser_test_that_is_left_out(run):
    server = "import pytest\n@pytest.fixture(scope='session')\ndef shared_server(): raise AssertionError\n"
    run(test_pages=server + BROWSER.replace("(page)", "(shared_server, page)")).assert_outcomes(passed=1, skipped=1)


@pytest.mark.slow
@pytest.mark.parametrize("fixture", ["browser", "server", "shared_server", "postgresql_server"])
def test_what_uses_a_fixture_that_starts_processes_is_slow(run, fixture: str):
    code = BROWSER.replace("browser", fixture)
    run("-m", "not slow", chromium="/here/chromium", test_pages=code).assert_outcomes(passed=1, deselected=1)


def test_what_asks_for_a_server_by_a_parameter_is_slow(run):
    code = (
        "import pytest\n@pytest.mark.parametrize('database', ['sqlite', 'postgresql'])\ndef test_store(database): pass"
    )
    run("-m", "not slow", test_store=code).assert_outcomes(passed=1, deselected=1)


STARTS = "subprocess.run(['true'])"
ASKS = "subprocess.check_output(['true'])"
SPAWNS = "p = multiprocessing.get_context('spawn').Process(target=print); p.start(); p.join()"
IN_A_THREAD = "t = threading.Thread(target=subprocess.run, args=(['true'],)); t.start(); t.join()"
TRAINS = "Trainer(TrainConfig(hidden_units=8), load_dataset())"
IMPORTS = """
import multiprocessing, subprocess, threading, pytest
from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.training import Trainer
"""


@pytest.mark.slow
@pytest.mark.parametrize("deed", [STARTS, ASKS, SPAWNS, IN_A_THREAD, TRAINS])
def test_an_unmarked_test_that_is_slow_fails_and_says_how_to_mark_it(run, deed: str):
    result = run(test_deed=f"{IMPORTS}\ndef test_deed(): {deed}")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*This test * mark it with @pytest.mark.slow*"])


@pytest.mark.slow
def test_a_marked_test_may_start_a_process(run):
    run(test_deed=f"{IMPORTS}\n@pytest.mark.slow\ndef test_deed(): {STARTS}").assert_outcomes(passed=1)


@pytest.mark.slow
def test_modules_with_most_slow_tests_come_first_and_the_others_as_they_were(run):
    slow, fast = "@pytest.mark.slow\ndef test_slow_{0}(): pass\n", "def test_fast_{0}(): pass\n"
    modules = {
        "test_a": fast.format(1),
        "test_b": slow.format(1) + fast.format(1) + fast.format(2),
        "test_c": slow.format(1) + slow.format(2),
        "test_d": fast.format(1),
    }
    lines = run("-q", "--collect-only", **{name: "import pytest\n" + code for name, code in modules.items()}).outlines
    assert list(dict.fromkeys(line.partition(".py")[0] for line in lines if "::" in line)) == [
        "test_c",
        "test_b",
        "test_a",
        "test_d",
    ]
