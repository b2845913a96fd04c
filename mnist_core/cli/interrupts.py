"""Ctrl-C that is not lost. Python drops an exception in a destructor or a callback: KeyboardInterrupt as any other."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def noted_interrupts() -> Iterator[Callable[[], None]]:
    """Note each Ctrl-C within the block, beside raising `KeyboardInterrupt` as usual.

    Yields a function that raises `KeyboardInterrupt` if there was one: to be called where nothing drops it. Side
    effect: replaces the handler of SIGINT until the end of the block, in the main thread and unless it is another one
    than Python's own, such as that of a process which ignores Ctrl-C.
    """
    noted = threading.Event()

    def note(_number: int, _frame: FrameType | None) -> None:
        noted.set()
        raise KeyboardInterrupt

    def raise_noted() -> None:
        if noted.is_set():
            raise KeyboardInterrupt

    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield raise_noted
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield raise_noted
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
