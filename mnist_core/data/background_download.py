"""A download in a thread of its own, which many pages look at and only one starts."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable

from mnist_core.data.dataset import Dataset
from mnist_core.data.download import Source, fetch
from mnist_core.errors import UserError


class Fetching:
    """One dataset on its way: `done` (a share from 0 to 1), `problem` (why the last try failed, or "")."""

    def __init__(self, source: Source, keep: Callable[[Dataset], object]) -> None:
        """Prepare to fetch `source`; `keep` is called with the dataset, in the thread of the download."""
        self.source = source
        self.done = 0.0
        self.problem = ""
        self._keep = keep
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether a download is under way."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin to download, unless that has begun. Side effect: a daemon thread, which the network may hold up."""
        with self._lock:
            if self.running:
                return
            self.done, self.problem = 0.0, ""
            self._thread = threading.Thread(target=self._run, name=f"fetch {self.source.name}", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            self._keep(fetch(self.source, self._report))
            self.done = 1.0
        except UserError as error:
            self.problem = str(error)
        except Exception as error:
            traceback.print_exc()
            self.problem = f"The download failed in an unexpected way ({type(error).__name__}: {error})."

    def _report(self, done: int, total: int) -> None:
        self.done = done / total
