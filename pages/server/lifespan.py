"""Start and end of the server: workers, preloading, and the limit of open files."""

from __future__ import annotations

import gc
import importlib
import sys
from asyncio import create_task, to_thread, wait
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import streamlit as st

from mnist_core.data import load_dataset
from mnist_core.errors import UserError
from mnist_core.lessons import broken_lessons
from mnist_core.reading.client import reading_client
from mnist_core.runs import queue_limit
from mnist_core.workers.supervisor import start_workers
from pages.server import hosts, local_visitor, pin
from pages.server.ended_runs import hear_ended_runs
from pages.server.fragment_requests import check_fragment_requests
from pages.server.kept_signatures import keep_signatures
from pages.server.kept_theme import keep_theme
from pages.server.message_batches import gather_messages
from pages.server.message_queue import drop_nested_fragments
from pages.server.no_delay import send_at_once
from pages.server.open_files import forget_visits, raise_limit, shortage
from pages.server.script_queue import run_in_turn
from pages.server.session_state_keys import copy_keys
from pages.server.session_state_lookup import look_up_single_values
from pages.server.uploads import upload_limit

SECONDS_OF_A_THREAD = 0.0005
"""For which a thread computes while another one waits, in place of Python's 5 ms. The event loop waits for the script
of a page at each message that it receives or sends, and all live answers and news wait for the event loop."""

AMENDMENTS: tuple[Callable[[], None], ...] = (
    send_at_once,
    drop_nested_fragments,
    copy_keys,
    look_up_single_values,
    keep_signatures,
    keep_theme,
    check_fragment_requests,
    hear_ended_runs,
    gather_messages,
    run_in_turn,
)
"""What replaces functions of Streamlit 1.67 and asyncio in this process, each for the reason that its module gives."""


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Start the workers before the first visit, and stop them with the server."""
    sys.setswitchinterval(SECONDS_OF_A_THREAD)
    for amend in AMENDMENTS:
        amend()
    open_files = raise_limit()  # workers inherit it
    _print_warning(shortage(open_files))
    for setting in (hosts.allow_further_names, local_visitor.setting, pin.setting, upload_limit, queue_limit):
        _check(setting)
    for error in broken_lessons():
        _print_warning(str(error))
    workers, warming_up = start_workers(), create_task(to_thread(_preload))
    background = [create_task(forget_visits(open_files)), create_task(reading_client.run())]
    try:
        yield
    finally:
        for task in background:
            task.cancel()
        await wait(background)
        await warming_up
        await to_thread(workers.stop)


def _preload() -> None:
    """Load what the first page needs while the browser loads Streamlit's scripts, and never look for garbage in it."""
    importlib.import_module("pandas")
    with suppress(UserError):  # the page says it
        load_dataset()
    gc.freeze()


def _check(setting: Callable[[], object]) -> None:
    """Read or apply a setting. If it is not valid, print why on stderr; the app then runs without it."""
    try:
        setting()
    except UserError as error:
        _print_warning(str(error))


def _print_warning(text: str) -> None:
    if text:
        print(text, file=sys.stderr, flush=True)
