"""Small datasets, and a server on this machine that has them: one that also fails, stalls, breaks off and lies."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import Dataset
from mnist_core.data.download import RemoteFile, Source

LABELS = ("train-labels-idx1-ubyte.gz", "t10k-labels-idx1-ubyte.gz")
TRAIN_IMAGES = "train-images-idx3-ubyte.gz"


def small_dataset(name: str = "shapes", classes: int = 3, train: int = 600, test: int = 120, seed: int = 0) -> Dataset:
    """Bars of as many places as there are classes, in noise: learned in one epoch, and no two seeds alike."""
    rng = np.random.default_rng(seed)
    arrays: list[NDArray[np.uint8]] = []
    for count in (train, test):
        labels = np.arange(count, dtype=np.uint8) % classes
        images = rng.integers(0, 60, (count, 28, 28), dtype=np.uint8)
        for index, label in enumerate(labels.tolist()):
            images[index, :, 26 * label // classes : 26 * label // classes + 2] = 255
        arrays += [images, labels]
    names = tuple(f"bar {number}" for number in range(classes))
    return Dataset(name, arrays[0], arrays[1], arrays[2], arrays[3], names)


def idx(array: NDArray[np.uint8]) -> bytes:
    """The array as an idx file."""
    header = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    return header + array.tobytes()


def idx_files(dataset: Dataset) -> dict[str, bytes]:
    """The four files of a dataset, as Zalando names them."""
    images, test_images = "train-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte.gz"
    arrays = {images: dataset.train_images, LABELS[0]: dataset.train_labels}
    arrays |= {test_images: dataset.test_images, LABELS[1]: dataset.test_labels}
    return {name: gzip.compress(idx(array), 1, mtime=0) for name, array in arrays.items()}


class IdxServer:
    """Serves files; `trouble` names what it does with some of them instead.

    `asked` counts requests, and `sent` the bytes of a file that does not end.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.trouble: dict[str, str] = {}
        self.asked: Counter[str] = Counter()
        self.sent = 0
        self.go_on = threading.Event()
        self.url = ""

    def source(self, dataset: Dataset) -> Source:
        """Where the right files are to be had."""
        known = [RemoteFile(name, _md5(data), len(data)) for name, data in idx_files(dataset).items()]
        return Source("shapes", "Shapes", self.url, "MNIST_SHAPES_URL", tuple(known), dataset.class_names)


@contextmanager
def idx_server(files: dict[str, bytes]) -> Iterator[IdxServer]:
    """Run the server on a free port of this machine."""
    state = IdxServer(files)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rsplit("/", 1)[-1]
            data, trouble = state.files[name], state.trouble.get(name, "")
            state.asked[name] += 1
            if trouble == "fails":
                self.send_error(500)
                return
            if trouble == "never ends":
                self.send_response(200)
                self.end_headers()
                self._send_without_end(bytes(50_000), 0)
                return
            if trouble == "lies":
                data = bytes(len(data))
            if trouble == "is too large":
                data += b"."
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if trouble in ("stalls", "breaks off"):
                data = data[: len(data) // 2]
            if trouble == "dribbles":
                self._send_without_end(b".", 0.01)
                return
            self.wfile.write(data)
            if trouble == "stalls":
                self.wfile.flush()
                state.go_on.wait(20)

        def _send_without_end(self, part: bytes, pause: float) -> None:
            with suppress(OSError):  # until nobody listens
                while not state.go_on.wait(pause):
                    self.wfile.write(part)
                    self.wfile.flush()
                    state.sent += len(part)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.go_on.set()
        server.shutdown()
        server.server_close()


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
