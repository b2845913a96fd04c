"""Records of classes: immutable data. Times are seconds since 1970 (UTC)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from mnist_core.errors import UserError
from mnist_core.runs.run_records import Requester
from mnist_core.text.sentence import sentence

NICKNAME_LENGTH = 24
NAME_LENGTH = 60
MOST_STUDENTS = 200
"""The most students of a class: five times a workshop, so that a stranger with a script cannot fill the store."""
KEEP_SECONDS = 30 * 24 * 3600.0
"""How long after its opening a class is kept, with all data of it, unless it is deleted before."""
_OWNER = "class-"


class ClassError(UserError):
    """A class does not exist or is over, a nickname is taken, or the class does not allow something now."""


@dataclass(frozen=True)
class Classroom:
    """A class: a workshop that people join by its `code`, and whose drawings are in the handwriting set `set_id`.

    It is open until it is ended. While it is `frozen`, its students cannot start to train. `handout` is an address
    within the app, such as "train?epochs=3", that the instructor gave to all, with a sentence; "" for none. `shown` is
    what everybody is shown now: "run-7", "drawing-12", or "", since `shown_at`. `made_up` marks a rehearsal, whose
    students are not real.
    """

    id: int
    code: str
    name: str
    set_id: int
    opened_at: float
    ended_at: float | None = None
    frozen: bool = False
    rankings: bool = False
    made_up: bool = False
    handout: str = ""
    handout_text: str = ""
    handout_at: float | None = None
    shown: str = ""
    shown_at: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether people can join it, draw and train for it."""
        return self.ended_at is None

    @property
    def title(self) -> str:
        """Its name, or "Class KMRT"."""
        return self.name or sentence("Class {code}", code=self.code)

    @property
    def owner(self) -> str:
        """The owner of what belongs to the class as a whole."""
        return owner_of(self.id)

    @property
    def instructor(self) -> Requester:
        """Who changes drawings on behalf of the class. Only for an instructor: check that first."""
        return Requester(self.owner)

    @property
    def deletion_day(self) -> str:
        """The day (UTC) on which it will be deleted with all its data: "2026-12-29"."""
        return f"{datetime.fromtimestamp(self.opened_at + KEEP_SECONDS, UTC):%Y-%m-%d}"


@dataclass(frozen=True)
class Student:
    """Somebody in a class: a browser, by its id, and the nickname, which is unique in the class."""

    owner: str = field(repr=False)
    nickname: str
    joined_at: float
    seen_at: float


def owner_of(class_id: int) -> str:
    """Return the owner of what belongs to a class as a whole. No id of a browser has this form."""
    return f"{_OWNER}{class_id}"


def class_of_owner(owner: str) -> int | None:
    """Return the class whose `owner_of` this is; None for anybody else."""
    number = owner.removeprefix(_OWNER)
    return int(number) if owner.startswith(_OWNER) and number.isdecimal() else None
