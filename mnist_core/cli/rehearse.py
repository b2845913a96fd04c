"""The command `rehearse`: opens a class of made-up students in a store of its own, to be tried the day before."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator

import numpy as np

from mnist_core.cli import serve
from mnist_core.config import TrainConfig
from mnist_core.data import Dataset, load_dataset
from mnist_core.runs import Classroom, ClassStore, HandwritingStore, RunStore
from mnist_core.runs.open_database import DEFAULT_FOLDER
from mnist_core.text.words import counted

DATABASE = "sqlite:///" + str(DEFAULT_FOLDER / "rehearsal.sqlite")
_UNITS = (8, 32, 64, 128, 256)
_EPOCHS = 3


def run(options: argparse.Namespace) -> int:
    """Open the class, and start the app with it unless told not to. Raises `UserError`."""
    DEFAULT_FOLDER.mkdir(exist_ok=True)
    with RunStore.open(DATABASE) as store:
        classroom = open_rehearsal(store, options.students)
    print(
        f"A rehearsal is open: class {classroom.code} with {counted(options.students, 'made-up student')}, their "
        "drawings (images of MNIST's test set), and runs that wait for the app's workers. Your own runs are not in it."
    )
    if options.serve:
        os.environ["MNIST_DATABASE_URL"] = DATABASE
        serve.run(options)
    print(f"Start the app with it: MNIST_DATABASE_URL={DATABASE} make run")
    return 0


def open_rehearsal(store: RunStore, count: int) -> Classroom:
    """Delete earlier classes of this store, and open one of `count` made-up students, marked as such.

    Each has drawn ten digits and begun a short run. Side effect: the runs wait for workers.
    """
    class_store = ClassStore(store)
    for earlier in class_store.all():
        class_store.delete(earlier.id)
    classroom = class_store.open("Rehearsal", made_up=True)
    images = load_dataset("mnist")
    for number, indices in enumerate(_digits_of_each(images, count)):
        _add_student(store, classroom, number, images, indices)
    return classroom


def _digits_of_each(images: Dataset, count: int) -> Iterator[np.ndarray]:
    """Yield for each student the indices of ten test images, one of each class, that nobody else has."""
    of_class = [np.flatnonzero(images.test_labels == label) for label in range(len(images.class_names))]
    for number in range(count):
        yield np.array([indices[number] for indices in of_class])


def _add_student(store: RunStore, classroom: Classroom, number: int, images: Dataset, indices: np.ndarray) -> None:
    owner, nickname = f"rehearsal-{number}", f"Made-up {number + 1}"
    ClassStore(store).join(classroom.id, owner, nickname)
    handwriting = HandwritingStore(store)
    for index in indices:
        image, label = images.test_images[index], int(images.test_labels[index])
        handwriting.keep(classroom.set_id, image, label, owner, nickname)
    config = TrainConfig(hidden_units=_UNITS[number % len(_UNITS)], epochs=_EPOCHS, seed=number)
    store.submit(config, owner=owner, nickname=nickname)
