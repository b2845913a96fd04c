"""What tests share: a store of their own, pages without a browser, and a running app with people looking at it."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import pytest
import sqlalchemy as sa
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import app_test, local_script_runner

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.evaluation.measurement import measure
from mnist_core.evaluation.metrics import Measurement
from mnist_core.network import Network
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import RunStore, State, WorkQueue, WrongState
from mnist_core.runs import clock as database_clock
from mnist_core.runs.open_database import file_of
from mnist_core.runs.schema import runs
from scripts.postgresql import NoPostgreSQL, PostgreSQL, postgresql_running
from scripts.running_app import DESKTOP, PHONE, RunningApp, Screen, chromium, running_app, wait_until
from tests.support.checked_figures import figures_are_checked  # noqa: F401  # a fixture for all tests
from tests.support.compiled_statements import statements_are_compiled_once  # noqa: F401  # a fixture for all tests
from tests.support.fake_trainer import FakeClock, FakeTrainer
from tests.support.markers import (  # noqa: F401  # hooks and a fixture for all tests
    only_slow_tests_start_processes_and_train,
    pytest_collection_modifyitems,
    pytest_runtest_setup,
    pytest_sessionfinish,
    pytest_terminal_summary,
)
from tests.support.visits import BROWSER_MILLISECONDS, ME, OpenPage, Tabs, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SMALL = TrainConfig(hidden_units=16, epochs=2, batch_size=512)
FAILED = pytest.StashKey[bool]()

Progress = list[tuple[ProgressPoint, Checkpoint]]


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name bytes by their parameter: packed files hold times and differ between the processes that share the tests."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect no garbage while the tests are imported, and never look for any among them: a fifth of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a database that is not there yet; what opens the default store opens this one.

    A SQLite file, or what `databases.both_databases` asks for.
    """
    url = f"sqlite:///{tmp_path / 'runs.sqlite'}"
    if getattr(request, "param", "sqlite") == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    monkeypatch.setenv("MNIST_DATABASE_URL", url)
    return url


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables of a run store: to copy one takes a third of the time that it takes to make one."""
    path = tmp_path_factory.mktemp("store") / "empty.sqlite"
    RunStore.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def store(database_url: str, empty_database: Path) -> Iterator[RunStore]:
    if (path := file_of(database_url)) is not None and not path.exists():
        shutil.copy(empty_database, path)
    with RunStore.open(database_url) as store:
        sa.event.listen(store.engine, "before_cursor_execute", _no_change_of_state_goes_unnoticed)
        yield store


@pytest.fixture
def queue(store: RunStore) -> WorkQueue:
    return WorkQueue(store)


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Put the database's clock forward, by seconds from the present time; it goes on a millisecond a look alone.

    So nothing runs out because the machine is busy.
    """
    now, looks = database_clock.now, count()
    begun: list[float] = []

    def set_clock(seconds: float) -> None:
        def clock(connection: sa.Connection) -> float:
            begun[:] = begun or [now(connection)]
            return begun[0] + seconds + next(looks) / 1000

        monkeypatch.setattr(database_clock, "now", clock)

    set_clock(0)
    return set_clock


def _no_change_of_state_goes_unnoticed(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    """Pages ask for what was updated since they looked: who writes a state must say when."""
    changes = re.match(r"UPDATE (?:runs|jobs|sweeps) SET (.*?)(?: WHERE |$)", statement, re.DOTALL)
    if changes is not None and re.search(r"\bstate=", changes[1]):
        assert re.search(r"\bupdated_at=", changes[1]), statement


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL]:
    """A real PostgreSQL server; where none can be had, tests are skipped, except in CI, where they fail."""
    try:
        with postgresql_running(durable=False) as server:
            yield server
    except NoPostgreSQL as reason:
        if os.environ.get("CI"):
            pytest.fail(str(reason))
        pytest.skip(str(reason))


@pytest.fixture
def postgresql_url(postgresql_server: PostgreSQL) -> str:
    """The address of an empty PostgreSQL database."""
    return postgresql_server.emptied_database()


@pytest.fixture(autouse=True)
def same_main_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest leaves the page as the main module, which a process that a later test spawns would then run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


# -- pages without a browser, and runs to show on them ------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def visits_like_those_of_a_running_server() -> Iterator[None]:
    """AppTest does at each rerun what a server does once: read about all installed packages, compile the page.

    It also has Keras, which no page loads, forget its networks: that collects garbage for 2 ms.
    """
    compiled = ScriptCache()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        patch.setattr(app_test, "ScriptCache", lambda: compiled)
        patch.setattr(local_script_runner, "ScriptCache", lambda: compiled)
        patch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        yield


@pytest.fixture
def fresh_cache(database_url: str) -> Iterator[None]:
    """Nothing is cached of another test's store, whose run of the same number has another network."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def open_page(fresh_cache: None) -> type[OpenPage]:
    """Open a page, such as "train/page.py", on the test's own store, in a browser that was never here."""
    from pages.visit import visit_cache

    visit_cache.visit_cache.clear()
    gc.freeze()  # AppTest collects garbage after each rerun: 10 ms, but 200 with all that TensorFlow has loaded
    return OpenPage


@pytest.fixture(params=[True, False], ids=["at the server", "elsewhere"])
def at_server(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> bool:
    """Whether the visit comes from the server's own machine, of which AppTest knows nothing: once so, once not."""
    from pages.visit import session

    monkeypatch.setattr(session, "at_server", lambda: request.param)
    return bool(request.param)


@pytest.fixture(scope="session")
def real_progress() -> Progress:
    """A real training of `SMALL` on MNIST: each point with the checkpoint that goes with it."""
    from mnist_core.training import Trainer

    trainer = Trainer(SMALL, load_dataset())
    progress = []
    while not trainer.done:
        progress.append((trainer.train_chunk(), trainer.checkpoint()))
    return progress


@pytest.fixture(scope="session")
def real_measurement(real_progress: Progress) -> Measurement:
    """What a worker measures at the end of `real_progress`."""
    return measure(Network.from_bytes(real_progress[-1][1].network), SMALL, load_dataset(), tests=False)


@pytest.fixture
def make_run(store: RunStore, real_progress: Progress, real_measurement: Measurement) -> Callable[..., int]:
    """Put a run with real progress into the store, in any state, and return its number; a finished one is measured."""

    def make(state: State, owner: str = ME, nickname: str = "", name: str = "", seed: int = 0) -> int:
        run_id = store.submit(replace(SMALL, seed=seed), owner=owner, nickname=nickname, name=name)
        progress = real_progress if state is State.FINISHED else real_progress[: len(real_progress) * 2 // 3]
        queue = WorkQueue(store)
        turn = queue.claim("a worker of the test", run_id)
        assert turn is not None
        points, checkpoints = zip(*progress, strict=True)
        measured = real_measurement if state is State.FINISHED else None
        queue.record(turn, points, 1.5, checkpoints[-1], release=state is not State.FAILED, measured=measured)
        if state is State.FAILED:
            queue.fail(turn, "The training diverged in epoch 2: the loss is not a number.")
        elif state in (State.PAUSED, State.STOPPED):
            (store.pause if state is State.PAUSED else store.stop)(run_id)
        elif state is State.DAMAGED:
            with store.writing() as connection:
                connection.execute(runs.update().where(runs.c.id == run_id).values(config="{"))
        return run_id

    return make


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """The time of workers, leases and the database, which passes only when a test, or a pretended training, says so."""
    clock = FakeClock()
    for module in ("analysis_turns", "maintenance", "training_slice", "worker"):
        monkeypatch.setattr(f"mnist_core.workers.{module}.time", clock)
    monkeypatch.setattr(database_clock, "now", lambda _connection: clock.now)
    return clock


@pytest.fixture
def trainer(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> type[FakeTrainer]:
    """What workers train with, by that clock; a class of its own for each test."""
    pretended = type("FakeTrainer", (FakeTrainer,), {"clock": clock, "built": [], "alive": WeakSet()})
    monkeypatch.setattr("mnist_core.training.Trainer", pretended)
    monkeypatch.setattr("mnist_core.workers.training_slice.Recorder", lambda _trainer, _units: None)
    monkeypatch.setattr("mnist_core.workers.training_slice.EpochRecorder", lambda _trainer: None)
    return pretended


# -- the running app ------------------------------------------------------------------------------


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningApp]:
    """The app, just started, cold and without workers, for one test alone."""
    with running_app(tmp_path, workers=0) as app:
        yield app
    assert "Traceback" not in app.log.read_text(), app.last_lines()


@pytest.fixture
def app(shared_server: RunningApp) -> Iterator[RunningApp]:
    """The app with a worker that is ready; it is idle again after the test."""
    yield shared_server
    for run in shared_server.store.runs():
        if not run.state.ended:
            with suppress(WrongState):  # its worker may end it between the question and the stop
                shared_server.store.stop(run.id)


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with running_app(tmp_path_factory.mktemp("app")) as app:
        app.wait_for_workers()
        yield app
    assert "Traceback" not in app.log.read_text(), app.last_lines()


@pytest.fixture(scope="session")
def finished_run(shared_server: RunningApp) -> int:
    """A run of the shared app that has ended, of nobody in particular."""
    run_id = shared_server.store.submit(TrainConfig(hidden_units=32, epochs=1))
    wait_until(lambda: shared_server.store.run(run_id).state is State.FINISHED, "the run has ended", 300)
    return run_id


@pytest.fixture(scope="session")
def quiet_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The app without workers, for those who draw, and for runs that a test trains itself (see controlled_run.py)."""
    with running_app(tmp_path_factory.mktemp("quiet"), workers=0) as app:
        yield app
    assert "Traceback" not in app.log.read_text(), app.last_lines()


# -- people at their browsers ---------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared_browser() -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    """A Chromium, with Playwright's event loop: it counts as running only during tests that have a `browser`."""
    from playwright.sync_api import expect

    expect.set_options(timeout=BROWSER_MILLISECONDS)
    with chromium() as browser:
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)


@pytest.fixture
def browser(shared_browser: tuple[Browser, asyncio.AbstractEventLoop]) -> Iterator[Browser]:
    browser, loop = shared_browser
    asyncio._set_running_loop(loop)
    yield browser
    asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def tabs(shared_browser: tuple[Browser, asyncio.AbstractEventLoop]) -> Tabs:
    return Tabs(shared_browser[0])


@pytest.fixture
def visitors(browser: Browser, tabs: Tabs, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visitor]]:
    """Let people come by, each with a browser profile of their own; afterwards, check what they saw.

    Whoever does something to the browser itself (its clock, its size, its colours) comes with an `unused` one.
    """
    came: list[tuple[Visitor, Screen | None]] = []

    def come(screen: Screen = DESKTOP, unused: bool = False) -> Visitor:
        page = browser.new_context(**screen).new_page() if unused else tabs.come(screen)
        came.append((Visitor(page), None if unused else screen))
        return came[-1][0]

    yield come
    failed = request.node.stash.get(FAILED, False)
    try:
        if failed:
            _save_screenshots(request, [visitor for visitor, _ in came])
        for visitor, _ in came:
            visitor.check()
    finally:
        for visitor, screen in came:
            visitor.leave()
            if failed or screen is None:
                visitor.page.context.close()
            else:
                tabs.leave(screen, visitor.page)


@pytest.fixture
def page(visitors: Callable[..., Visitor]) -> Page:
    """A page in a desktop browser of 1280 × 800 pixels."""
    return visitors().page


@pytest.fixture
def phone(visitors: Callable[..., Visitor]) -> Page:
    """A page on a phone of 390 × 844 pixels, to be touched."""
    return visitors(PHONE).page


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note whether the test itself failed: fixtures that end afterwards ask."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


def _save_screenshots(request: pytest.FixtureRequest, visitors: list[Visitor]) -> None:
    assert request.config.cache is not None
    folder = request.config.cache.mkdir("failed-journeys")
    for number, visitor in enumerate(visitors, 1):
        path = folder / f"{request.node.name}-{number}.png"
        visitor.page.screenshot(path=path, full_page=True)
        print(f"Visitor {number} saw {path}; errors in the console: {visitor.complaints or 'none'}")
