"""Drawings that a student makes for the class, one asked for after the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import DIGITS
from mnist_core.errors import UserError
from mnist_core.runs import ClassError, Classroom, Requester, Student
from pages.shared import classroom, services
from pages.shared.collecting.collect import Collection
from pages.shared.collecting.progress import Progress, random_order
from pages.visit.language import _


class ClassCollection(Collection):
    """The drawings of a student in the class's set. How far they are follows from what is there."""

    def __init__(self, its_class: Classroom, student: Student) -> None:
        self.names = DIGITS
        self.its_class, self.student = its_class, student

    def progress(self) -> Progress:
        """Return how far the student is."""
        mine = services.handwriting().labels(self.its_class.set_id, self.student.owner)
        order = random_order(len(self.names), f"{self.its_class.owner} {self.student.owner}")
        return Progress(order, tuple(it.id for it in mine), tuple(it.label for it in mine))

    def keep(self, image: NDArray[np.float32], label: int) -> None:
        """Store a drawing under the nickname. Raises `ClassError` if the class is over, `HandwritingError`."""
        try:
            services.handwriting().keep(self.its_class.set_id, image, label, self.student.owner, self.student.nickname)
        except UserError:
            self._require_open()
            raise

    def take_back(self, last: int) -> None:
        """Remove the drawing that was kept last. Raises `HandwritingError` if it is deleted already."""
        services.handwriting().remove([last], Requester(self.student.owner))

    def _require_open(self) -> None:
        if not classroom.classes().of_id(self.its_class.id).is_open:
            raise ClassError(
                _(
                    "The class is over, so this drawing was not added to its set. It stays on the canvas, and those "
                    "that you have kept are there."
                )
            )
