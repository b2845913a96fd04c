"""The run or the drawing that the instructor of a class shows to all."""

from __future__ import annotations

import base64
import io
from contextlib import suppress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.errors import UserError
from mnist_core.runs import Classroom, Run
from mnist_core.text.words import with_article
from pages.shared import services
from pages.shared.classroom import classes
from pages.visit.language import _

ENLARGED = 6
"""Screen pixels of a pixel of a drawing."""


class ShownRun(NamedTuple):
    """A run, and the nickname of whose it is in the class."""

    run: Run
    nickname: str

    @property
    def words(self) -> str:
        """Whose it is and what it is, as plain text."""
        return _("Run {run} of {nickname}: {what}", run=self.run.id, nickname=self.nickname, what=self.what)

    @property
    def what(self) -> str:
        """Its name or its settings."""
        return self.run.name or _(self.run.description)


class ShownDrawing(NamedTuple):
    """A drawing (28, 28) uint8, the name of its class, and the nickname of who drew it."""

    image: NDArray[np.uint8]
    label: str
    nickname: str

    @property
    def words(self) -> str:
        """What it is and whose, as plain text."""
        return _("{nickname} drew {what}", nickname=self.nickname, what=_(with_article(self.label)))

    @property
    def as_address(self) -> str:
        """A picture of it, as a `data:` address: dark ink on white."""
        large = np.kron(255 - self.image, np.ones((ENLARGED, ENLARGED), np.uint8))
        buffer = io.BytesIO()
        Image.fromarray(large).save(buffer, "PNG")
        return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def shown_in(classroom: Classroom) -> ShownRun | ShownDrawing | None:
    """Return what everybody is shown now; None for nothing, and for what was deleted since."""
    kind, _dash, number = classroom.shown.partition("-")
    if not number.isdecimal():
        return None
    with suppress(UserError):
        return _run(classroom, int(number)) if kind == "run" else _drawing(classroom, int(number))
    return None


def _run(classroom: Classroom, number: int) -> ShownRun:
    run = services.run(number)
    student = classes().student(classroom.id, run.owner)
    return ShownRun(run, student.nickname if student else run.nickname)


def _drawing(classroom: Classroom, number: int) -> ShownDrawing | None:
    drawings = services.handwriting().drawings(classroom.set_id)
    if number not in drawings.ids:
        return None
    index = drawings.ids.index(number)
    label = str(drawings.labels[index])  # the classes of a class's set are the digits
    return ShownDrawing(drawings.images[index], label, drawings.nicknames[index])
