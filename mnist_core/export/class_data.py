"""Exports what a class has made: its drawings as an npz file, and its runs as CSV."""

from __future__ import annotations

import io

import numpy as np

from mnist_core.evaluation.new_drawings import DrawingsRead, read_new_drawings
from mnist_core.ledger import COLUMNS, frame_of, to_csv
from mnist_core.model.numpy_network import Network
from mnist_core.runs import (
    BulkOperations,
    Classroom,
    ClassStore,
    DamagedBlob,
    DatasetStore,
    Drawings,
    HandwritingStore,
    NoNetworkYet,
    Run,
    RunStore,
)

ACCURACY, COUNT = "class_accuracy", "class_drawings"
"""The columns beside those of the ledger: accuracy, 0 to 1, on the drawings that a run has not learned from."""


def class_npz(store: RunStore, classroom: Classroom) -> bytes:
    """Return the drawings of a class as an npz file, which the app can import.

    It has images (n, 28, 28) uint8, labels (n,) uint8, class_names, writers (n,), their nicknames, and times (n,)
    float64, in seconds since 1970.
    """
    handwriting = HandwritingStore(store)
    drawings = handwriting.drawings(classroom.set_id)
    names = next((it.class_names for it in handwriting.sets() if it.id == classroom.set_id), ())
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        allow_pickle=False,
        images=drawings.images,
        labels=drawings.labels,
        class_names=np.array(names, dtype=np.str_),
        writers=np.array(drawings.nicknames, dtype=np.str_),
        times=np.array(drawings.created_at, dtype=np.float64),
    )
    return buffer.getvalue()


def class_csv(store: RunStore, classroom: Classroom) -> bytes:
    """Return the runs of a class in UTF-8, one a row: nickname, settings and results as in the ledger.

    The last two columns are the accuracy on the class's drawings that the run has not learned from, and their number.
    """
    runs = ClassStore(store).runs(classroom.id)
    frame = frame_of(runs, BulkOperations(store).best_tests(), DatasetStore(store).classes())
    drawings = HandwritingStore(store).drawings(classroom.set_id)
    read = [class_score(store, run, drawings) for run in runs]
    frame[ACCURACY] = np.array([np.nan if it.accuracy is None else it.accuracy for it in read], dtype=float)
    frame[COUNT] = np.array([it.number for it in read], dtype=int)
    return to_csv(frame, [*(column.name for column in COLUMNS), ACCURACY, COUNT]).encode()


def class_score(store: RunStore, run: Run, drawings: Drawings) -> DrawingsRead:
    """Return how many of a class's drawings a run reads correctly, without those that it has learned from.

    No drawings count if the run has no network, or one for images of other classes.
    """
    try:
        network = Network.from_bytes(store.network_bytes(run.id))
    except (NoNetworkYet, DamagedBlob):
        return DrawingsRead(0, 0)
    if network.classes <= int(drawings.labels.max(initial=0)):
        return DrawingsRead(0, 0)
    learned = frozenset(image.tobytes() for image in DatasetStore(store).drawings_in(run.dataset_sha256))
    return read_new_drawings(network, drawings.images, drawings.labels, learned)
