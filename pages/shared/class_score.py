"""How well a network reads the drawings of the class: the drawings by people of whom it has learned nothing."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import DIGITS, MNIST_SHA256
from mnist_core.errors import UserError
from mnist_core.runs import Classroom, Drawings, Run
from mnist_core.runs.handwriting.writers import by_unseen_writers
from mnist_core.text.escape import for_markdown
from mnist_core.text.sentence import marked
from mnist_core.text.words import counted, percent
from pages.shared import classroom, services
from pages.shared.class_readings import class_readings
from pages.visit.language import _

READING = marked("Reading the drawings of the class …")
"""What a spinner says as long as many networks read them."""


class ClassReading(NamedTuple):
    """A network's predictions (n,) for the drawings of a class by people of whom it has learned nothing.

    `learned` is the number of drawings by the others, which do not count, and `teachers` that of these people. If it is
    `unknown` what the network has learned, as of an imported one, these are all, and no drawing is left.
    """

    drawings: Drawings
    read: NDArray[np.intp]
    learned: int
    teachers: int
    unknown: bool = False

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which drawings are read correctly (n,)."""
        return self.read == self.drawings.labels

    @property
    def writers(self) -> int:
        """How many people the drawings are by."""
        return len(set(self.drawings.owners))


def tells_its_classes_apart(its_class: Classroom, run: Run | None) -> bool:
    """Whether a run's network, or the starter network for None, tells the classes of the class's drawings apart."""
    names = services.dataset_of(run).class_names if run else DIGITS
    return services.handwriting().has_classes(its_class.set_id, names)


def those_that_tell_its_classes_apart(its_class: Classroom, runs: Iterable[Run]) -> list[Run]:
    """Return the runs whose networks do, in their order. A run whose dataset cannot be read is left out."""
    of_dataset = dict[str, bool]()
    found = []
    for run in runs:
        with suppress(UserError):
            if run.dataset_sha256 not in of_dataset:
                of_dataset[run.dataset_sha256] = tells_its_classes_apart(its_class, run)
            if of_dataset[run.dataset_sha256]:
                found.append(run)
    return found


def read_class(its_class: Classroom, run: Run | None, drawings: Drawings | None = None) -> ClassReading:
    """Return what the newest network of a run, or the starter network for None, reads. Raises `UserError`.

    `drawings` are all of the class, if they are at hand. If nobody knows what the network has learned, no drawing
    counts.
    """
    if drawings is None:
        drawings = services.handwriting().drawings(its_class.set_id)
    read = class_readings(its_class.set_id, services.STARTER if run is None else run.id, drawings)
    learned = services.learned_by(run)
    new = by_unseen_writers(drawings, learned)
    tests = drawings.of(new.tolist())
    teachers = len(set(drawings.owners) - set(tests.owners))
    reads = np.array([read[number] for number in tests.ids], dtype=np.intp)
    return ClassReading(tests, reads, len(drawings) - len(tests), teachers, unknown=learned is None)


def read_class_by_run(its_class: Classroom, runs: Iterable[Run]) -> dict[int, ClassReading]:
    """Return what the networks of ended runs read, by the runs' numbers.

    Runs are left out whose networks are not there, cannot be read, or do not tell these classes apart.
    """
    drawings = services.handwriting().drawings(its_class.set_id)
    ended = (run for run in runs if run.state.ended and not run.leased and run.step)
    found = {}
    for run in those_that_tell_its_classes_apart(its_class, ended):
        with suppress(UserError):
            found[run.id] = read_class(its_class, run, drawings)
    return found


def class_score_line(run: Run | None, test_accuracy: float | None) -> str:
    """Return "MNIST 98.1 % · our class 84 %", as Markdown, for a visit of the class.

    "" for others, or without drawings to test with. Raises `UserError` if the network cannot be read.
    """
    its_class = classroom.mine()
    if its_class is None or not tells_its_classes_apart(its_class, run):
        return ""
    reading = read_class(its_class, run)
    if not len(reading.drawings):
        return ""
    store = services.dataset_store()
    base = store.info(store.info(run.dataset_sha256 if run else MNIST_SHA256).base_sha256).title
    return _(
        "{images} {accuracy} · our class {share}",
        images=for_markdown(base),
        accuracy=percent(test_accuracy, 1),
        share=percent(float(reading.right.mean()), 0),
    )


def basis_in_words(reading: ClassReading) -> str:
    """Say of how many drawings and writers the accuracy is, and which do not count; or why there is none."""
    if reading.unknown:
        return _("Nobody knows whose drawings this network has learned, so none of them can test it.")
    if not len(reading.drawings):
        return _("There are no drawings by people of whom this network has learned nothing.")
    tests = {"drawings": _(counted(len(reading.drawings), "drawing")), "writers": _(counted(reading.writers, "writer"))}
    said = _("{right:,} of {drawings} by {writers} are read correctly.", right=int(reading.right.sum()), **tests)
    if reading.learned:
        said += " " + _(
            "{drawings} by {writers} do not count: the network has learned from these people.",
            drawings=_(counted(reading.learned, "drawing")),
            writers=_(counted(reading.teachers, "writer")),
        )
    return said
