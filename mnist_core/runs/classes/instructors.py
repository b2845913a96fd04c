"""The browsers that have given the instructor's PIN. The PIN itself is checked by who asks for it."""

from __future__ import annotations

import sqlalchemy as sa

from mnist_core.runs import clock
from mnist_core.runs.database import Database, upsert
from mnist_core.runs.schema import instructors


class Instructors:
    """Who has given the PIN. `pin` is the hash of the PIN that is valid now; with a new PIN, nobody has given it."""

    def __init__(self, store: Database) -> None:
        self.store = store

    def admit(self, owner: str, pin: str) -> None:
        """Note that a browser has given the PIN, and forget those that gave an earlier one."""
        with self.store.writing() as connection:
            connection.execute(instructors.delete().where(instructors.c.pin != pin))
            row = {"owner": owner, "pin": pin, "granted_at": clock.now(connection)}
            upsert(connection, instructors, [row])

    def dismiss(self, owner: str) -> None:
        """Forget that a browser has given the PIN."""
        with self.store.writing() as connection:
            connection.execute(instructors.delete().where(instructors.c.owner == owner))

    def includes(self, owner: str, pin: str) -> bool:
        """Whether a browser has given the PIN that is valid now."""
        its = (instructors.c.owner == owner, instructors.c.pin == pin)
        with self.store.reading() as connection:
            return bool(owner and pin and connection.scalar(sa.select(sa.exists().where(*its))))
