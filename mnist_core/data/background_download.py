"""A download in a background thread. Any number of pages can show its progress; it runs only once at a time."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable

from mnist_core.data.dataset import Dataset
from mnist_core.data.download import Source, fetch
from mnist_core.errors import UserError


class BackgroundDownload:
    """The download of one dataset.

    `done` is the fraction that has been downloaded, 0 to 1; `problem` says why the last attempt failed, or is "".
    """

    def __init__(self, source: Source, keep: Callable[[Dataset], object]) -> None:
        """Prepare the download of `source`. `keep` is called with the dataset in the download's thread."""
        self.source = source
        self.done = 0.0
        self.problem = ""
        self._keep = keep
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether the download is running."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Start the download unless it is running. Side effect: starts a daemon thread."""
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
