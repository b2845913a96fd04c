"""Ctrl-C ends what follows a training, even where Python drops the exception."""

from __future__ import annotations

import signal
import threading

import pytest

from mnist_core.cli.follow import poll
from mnist_core.cli.interrupts import noted_interrupts
from mnist_core.runs import RunStore


class PressesCtrlC:
    """Something in whose destructor Ctrl-C comes: Python prints the exception and goes on."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


def press_at_each_look(store: RunStore, most_looks: int) -> None:
    for _, _look in zip(range(most_looks), poll(store, lambda: None), strict=False):
        PressesCtrlC()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_ctrl_c_ends_the_watch_though_python_drops_the_exception(store, monkeypatch):
    monkeypatch.setattr(store, "workers", lambda: ["one that is alive"])
    with pytest.raises(KeyboardInterrupt):
        press_at_each_look(store, most_looks=2)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_process_that_ignores_ctrl_c_goes_on_ignoring_it():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with noted_interrupts() as raise_noted:
            signal.raise_signal(signal.SIGINT)
            raise_noted()
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_thread_than_the_main_one_can_follow_as_well():
    followed = threading.Event()

    def follow() -> None:
        with noted_interrupts() as raise_noted:
            raise_noted()
            followed.set()

    thread = threading.Thread(target=follow)
    thread.start()
    thread.join()
    assert followed.is_set()
