"""Exports what a class has made: its drawings as an npz file, and its runs as CSV."""

from __future__ import annotations

import io

import numpy as np

from mnist_core.data import DatasetError
from mnist_core.ledger import COLUMNS, frame_of, to_csv, with_class_accuracies
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
from mnist_core.runs.handwriting.learned import learned_drawings
from mnist_core.runs.handwriting.writers import by_unseen_writers

COUNT = "class_drawings"
"""The column beside those of the ledger: of how many drawings its `class_accuracy` is."""


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

    Among the results is the accuracy on the drawings of writers that the run has not learned; the last column is the
    number of these drawings.
    """
    runs = ClassStore(store).runs(classroom.id)
    frame = frame_of(runs, BulkOperations(store).best_tests(), DatasetStore(store).classes())
    drawings = HandwritingStore(store).drawings(classroom.set_id)
    read = [_class_score(store, run, classroom, drawings) for run in runs]
    accuracies = {run.id: right / number for run, (right, number) in zip(runs, read, strict=True) if number}
    frame = with_class_accuracies(frame, accuracies)
    frame[COUNT] = np.array([number for _right, number in read], dtype=int)
    return to_csv(frame, [*(column.name for column in COLUMNS), COUNT]).encode()


def _class_score(store: RunStore, run: Run, classroom: Classroom, drawings: Drawings) -> tuple[int, int]:
    """Return how many drawings of a class a run reads correctly, and of how many, by writers that it never learned.

    No drawings count if the run has no network, or one for images of other classes.
    """
    try:
        names = DatasetStore(store).info(run.dataset_sha256).class_names
        if not HandwritingStore(store).has_classes(classroom.set_id, names):
            return 0, 0
        network = Network.from_bytes(store.network_bytes(run.id))
    except (NoNetworkYet, DamagedBlob, DatasetError):
        return 0, 0
    learned = learned_drawings(run, lambda it: _drawings_in(store, it), store.run)
    new = by_unseen_writers(drawings, learned)
    if not new.any():
        return 0, 0
    read = network.predict(drawings.images[new]).argmax(axis=1)
    return int((read == drawings.labels[new]).sum()), int(new.sum())


def _drawings_in(store: RunStore, sha256: str) -> frozenset[bytes]:
    return frozenset(image.tobytes() for image in DatasetStore(store).drawings_in(sha256))
