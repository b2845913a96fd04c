"""How well a network reads the drawings of the class: the drawings by people of whom it has learned nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import DIGITS, MNIST_SHA256
from mnist_core.runs import Classroom, Drawings, Run
from mnist_core.runs.handwriting.learned import learned_drawings
from mnist_core.runs.handwriting.writers import by_unseen_writers
from mnist_core.text.words import counted, percent
from pages.shared import classroom, services
from pages.shared.class_readings import class_readings
from pages.visit.language import _


class ClassReading(NamedTuple):
    """A network's predictions (n,) for the drawings of a class by people of whom it has learned nothing.

    `learned` is the number of drawings by the others, which do not count, and `teachers` that of these people.
    """

    drawings: Drawings
    read: NDArray[np.intp]
    learned: int
    teachers: int

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which drawings are read correctly (n,)."""
        return self.read == self.drawings.labels

    @property
    def writers(self) -> int:
        """How many people the drawings are by."""
        return len(set(self.drawings.owners))


def class_to_score() -> Classroom | None:
    """Return the open class if this visit is of one of its students or its instructor; None for everybody else."""
    its_class = classroom.current()
    return its_class if its_class and (classroom.me() or classroom.is_instructor()) else None


def tells_its_classes_apart(its_class: Classroom, run: Run | None) -> bool:
    """Whether a run's network, or the starter network for None, tells the classes of the class's drawings apart."""
    names = services.dataset_store().info(run.dataset_sha256).class_names if run else DIGITS
    return any(it.id == its_class.set_id for it in services.handwriting().sets(names))


def read_class(its_class: Classroom, run: Run | None) -> ClassReading:
    """Return what the newest network of a run, or the starter network for None, reads. Raises `UserError`.

    If nobody knows any more what it has learned, no drawing counts.
    """
    read = class_readings(its_class.set_id, services.STARTER if run is None else run.id)
    drawings = services.handwriting().drawings(its_class.set_id)
    learned = learned_drawings(run, services.drawings_in, services.store().run)
    new = by_unseen_writers(drawings, learned)
    new &= np.array([number in read for number in drawings.ids], dtype=bool)  # some may have come in between
    tests = drawings.of(new.tolist())
    teachers = len(set(drawings.owners) - set(tests.owners))
    reads = np.array([read[number] for number in tests.ids], dtype=np.intp)
    return ClassReading(tests, reads, len(drawings) - len(tests), teachers)


def class_score_line(run: Run | None, test_accuracy: float | None) -> str:
    """Return "MNIST 98.1 % · our class 84 %" for a visit of the class; "" for others, or without drawings to test with.

    Raises `UserError` if the network cannot be read.
    """
    its_class = class_to_score()
    if its_class is None or not tells_its_classes_apart(its_class, run):
        return ""
    reading = read_class(its_class, run)
    if not len(reading.drawings):
        return ""
    store = services.dataset_store()
    base = store.info(store.info(run.dataset_sha256 if run else MNIST_SHA256).base_sha256).title
    return _(
        "{images} {accuracy} · our class {share}",
        images=base,
        accuracy=percent(test_accuracy, 1),
        share=percent(float(reading.right.mean()), 0),
    )


def basis_in_words(reading: ClassReading) -> str:
    """Say of how many drawings and writers the accuracy is, and which do not count."""
    tests = {"drawings": _(counted(len(reading.drawings), "drawing")), "writers": _(counted(reading.writers, "writer"))}
    said = _("{right:,} of {drawings} by {writers} are read correctly.", right=int(reading.right.sum()), **tests)
    if reading.learned:
        said += " " + _(
            "{drawings} by {writers} do not count: the network has learned from these people.",
            drawings=_(counted(reading.learned, "drawing")),
            writers=_(counted(reading.teachers, "writer")),
        )
    return said
