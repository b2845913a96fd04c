"""Who is in which class, in SQL, and what follows for training."""

from __future__ import annotations

import sqlalchemy as sa

from mnist_core.runs.classes.records import ClassError, class_of_owner
from mnist_core.runs.schema import classes, students


def is_student(connection: sa.Connection, class_id: int, owner: str) -> bool:
    """Whether somebody is in a class that is open."""
    its = (students.c.class_id == class_id, students.c.owner == owner, classes.c.ended_at.is_(None))
    return bool(connection.scalar(sa.select(sa.exists().where(students.c.class_id == classes.c.id, *its))))


def may_draw_for(connection: sa.Connection, set_owner: str, owner: str) -> bool:
    """Whether somebody may add drawings to a set because it is that of an open class that they are in."""
    class_id = class_of_owner(set_owner)
    return class_id is not None and is_student(connection, class_id, owner)


def require_not_frozen(connection: sa.Connection, owner: str) -> None:
    """Raise `ClassError` while the instructor of a class that `owner` is in has frozen training."""
    its = (students.c.class_id == classes.c.id, students.c.owner == owner)
    frozen = sa.exists().where(*its, classes.c.frozen == 1)
    if owner and connection.scalar(sa.select(frozen)):
        raise ClassError("The instructor has frozen training for now. Your settings stay: train when it goes on.")
