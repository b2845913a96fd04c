"""Classes: opened and ended by an instructor, joined by students, and deleted with everything that belongs to them.

Who may do what of an instructor's is checked by who calls: `instructors` says who gave the PIN.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from mnist_core.runs import clock, leases
from mnist_core.runs.classes.records import (
    KEEP_SECONDS,
    MOST_STUDENTS,
    NAME_LENGTH,
    NICKNAME_LENGTH,
    ClassError,
    Classroom,
    Student,
    owner_of,
)
from mnist_core.runs.database import Database
from mnist_core.runs.dataset_rows import delete_unused_mixtures_with
from mnist_core.runs.run_records import Run, State, SweepState
from mnist_core.runs.run_rows import to_run
from mnist_core.runs.schema import (
    classes,
    drawings,
    handwriting_sets,
    lesson_progress,
    runs,
    students,
    sweeps,
)
from mnist_core.runs.seeds import wait_for_others
from mnist_core.text.escape import clean

CODE_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""Without those that are misread as digits or as each other."""
CODE_LENGTH = 4
TEXT_LENGTH = 200
_ADDRESS = r"([a-z_]{0,40}(\?[!-~]{0,2100})?)?"
"""A page of the app, and what a browser has encoded behind it: the longest exercise fits (lessons/task.py)."""
_SWEEPS = {
    State.ACTIVE: SweepState.ACTIVE,
    State.PAUSED: SweepState.PAUSED,
    State.STOPPED: SweepState.CANCELLED,
}
"""What happens to a sweep where this happens to its runs."""
_DIGITS = tuple(map(str, range(10)))


class ClassStore:
    """All classes of a run store. At most one of them is open."""

    def __init__(self, store: Database) -> None:
        self.store = store

    # -- the class ------------------------------------------------------------------------------

    def current(self) -> Classroom | None:
        """Return the class that is open now."""
        return next(iter(self._classes(classes.c.ended_at.is_(None))), None)

    def all(self) -> list[Classroom]:
        """Return all classes that are not deleted, the newest first."""
        return self._classes()

    def of_id(self, class_id: int) -> Classroom:
        """Return a class. Raises `ClassError` if there is none."""
        found = self._classes(classes.c.id == class_id)
        if not found:
            raise ClassError("This class no longer exists: it was deleted.")
        return found[0]

    def of_code(self, code: str) -> Classroom:
        """Return the open class with a code, in capitals or not. Raises `ClassError` if there is none."""
        found = self._classes(classes.c.code == clean(code).upper(), classes.c.ended_at.is_(None))
        if not found:
            raise ClassError("There is no open class with this code. Check it on the screen, or ask the instructor.")
        return found[0]

    def open(self, name: str = "", class_names: Sequence[str] = _DIGITS, *, made_up: bool = False) -> Classroom:
        """Open a class, with a handwriting set of its own for drawings of `class_names`.

        Raises `ClassError` if another one is open.
        """
        with self.store.writing() as connection:
            if connection.scalar(sa.select(sa.exists().where(classes.c.ended_at.is_(None)))):
                raise ClassError("A class is open already. End that one first.")
            now, code = clock.now(connection), _new_code(connection)
            values = {"code": code, "name": clean(name, NAME_LENGTH), "opened_at": now, "made_up": int(made_up)}
            insert = classes.insert().values(values | {"set_id": 0}).returning(classes.c.id)
            class_id = int(connection.execute(insert).scalar_one())
            its_set = _insert_set(connection, f"Class {code} ({class_id})", class_names, owner_of(class_id), now)
            connection.execute(classes.update().where(classes.c.id == class_id).values(set_id=its_set))
        return self.of_id(class_id)

    def end(self, class_id: int) -> None:
        """End a class: nobody joins or draws for it any more, and training is free again. Its data stay."""
        with self.store.writing() as connection:
            still_open = (classes.c.id == class_id, classes.c.ended_at.is_(None))
            values = {"ended_at": clock.now(connection), "frozen": 0, "shown": "", "handout": "", "handout_text": ""}
            connection.execute(classes.update().where(*still_open).values(values))

    def delete(self, class_id: int) -> None:
        """Delete a class permanently: its drawings, its students' nicknames, steps of lessons, and runs made in it."""
        with self.store.writing() as connection:
            wait_for_others(connection)
            _delete(connection, class_id)

    def delete_old(self) -> int:
        """Delete the classes that were opened more than `KEEP_SECONDS` ago; return how many that was."""
        with self.store.writing() as connection:
            wait_for_others(connection)
            old = sa.select(classes.c.id).where(classes.c.opened_at < clock.now(connection) - KEEP_SECONDS)
            found = list(connection.scalars(old))
            for class_id in found:
                _delete(connection, class_id)
        return len(found)

    # -- the instructor's decisions ---------------------------------------------------------------

    def freeze(self, class_id: int, frozen: bool) -> None:
        """Forbid the students to start to train, or allow it again. Runs that are training go on."""
        self._change(class_id, frozen=int(frozen))

    def show_rankings(self, class_id: int, shown: bool) -> None:
        """Show the rankings to the class, or hide them."""
        self._change(class_id, rankings=int(shown))

    def hand_out(self, class_id: int, address: str, text: str = "") -> None:
        """Give all students an address within the app, with a sentence; "" takes it back.

        Raises `ClassError` for an address that leads anywhere else.
        """
        if not re.fullmatch(_ADDRESS, address):
            raise ClassError("Only a page of this app can be handed out, such as train?epochs=3.")
        text = clean(text, TEXT_LENGTH)
        self._change(class_id, handout=address, handout_text=text, handout_at=self.store.now())

    def show(self, class_id: int, shown: str) -> None:
        """Show all students a run or a drawing: "run-7", "drawing-12"; "" for nothing."""
        kind, _dash, number = shown.partition("-")
        if shown and (kind not in ("run", "drawing") or not number.isdecimal()):
            raise ClassError("Only a run or a drawing can be shown to all.")
        self._change(class_id, shown=shown, shown_at=self.store.now())

    # -- students ---------------------------------------------------------------------------------

    def join(self, class_id: int, owner: str, nickname: str) -> Student:
        """Let a browser join an open class; joining again changes the nickname.

        Raises `ClassError` if the nickname is empty or somebody else's in the class, or the class is over or full.
        """
        name = clean(nickname, NICKNAME_LENGTH)
        if not name or not owner:
            raise ClassError("Type a nickname, by which the class will know you.")
        with self.store.writing() as connection:
            _require_open(connection, class_id)
            its = students.c.class_id == class_id
            others = (its, students.c.owner != owner)
            if connection.scalar(sa.select(sa.exists().where(*others, students.c.folded_nickname == name.casefold()))):
                raise ClassError("Somebody in the class has this nickname already. Choose another one.")
            if (connection.scalar(sa.select(sa.func.count()).where(*others)) or 0) >= MOST_STUDENTS:
                raise ClassError("This class is full: it has {most} students.", most=MOST_STUDENTS)
            now = clock.now(connection)
            values = {"nickname": name, "folded_nickname": name.casefold(), "seen_at": now}
            mine = (its, students.c.owner == owner)
            if not connection.execute(students.update().where(*mine).values(values)).rowcount:
                keys = {"class_id": class_id, "owner": owner, "joined_at": now}
                connection.execute(students.insert().values(keys | values))
            renamed = drawings.update().where(drawings.c.owner == owner, drawings.c.set_id == _set_of(class_id))
            connection.execute(renamed.values(nickname=name))
        return self._students(students.c.class_id == class_id, students.c.owner == owner)[0]

    def student(self, class_id: int, owner: str) -> Student | None:
        """Return who a browser is in a class; None if it is not in it."""
        return next(iter(self._students(students.c.class_id == class_id, students.c.owner == owner)), None)

    def joined_by(self, owner: str) -> frozenset[int]:
        """Return the numbers of the classes, open or over, that a browser is in."""
        with self.store.reading() as connection:
            return frozenset(connection.scalars(sa.select(students.c.class_id).where(students.c.owner == owner)))

    def students(self, class_id: int) -> list[Student]:
        """Return who is in a class, in the order in which they joined."""
        return self._students(students.c.class_id == class_id)

    def saw(self, class_id: int, owner: str) -> None:
        """Note that a student is there now."""
        mine = (students.c.class_id == class_id, students.c.owner == owner)
        with self.store.writing() as connection:
            connection.execute(students.update().where(*mine).values(seen_at=clock.now(connection)))

    def remove_student(self, class_id: int, owner: str) -> None:
        """Take somebody out of a class, with their drawings in its set, permanently. Their runs stay theirs."""
        with self.store.writing() as connection:
            its_drawings = (drawings.c.set_id == _set_of(class_id), drawings.c.owner == owner)
            connection.execute(drawings.delete().where(*its_drawings))
            mine = (students.c.class_id == class_id, students.c.owner == owner)
            connection.execute(students.delete().where(*mine))

    # -- their runs -------------------------------------------------------------------------------

    def runs(self, class_id: int) -> list[Run]:
        """Return the runs that students have begun since the class was opened, until it ended, newest first."""
        query = sa.select(runs).where(runs.c.id.in_(_runs_of(class_id)), runs.c.deleted_at.is_(None))
        with self.store.reading() as connection:
            now = clock.now(connection)
            rows = connection.execute(query.order_by(runs.c.id.desc())).mappings()
            return [to_run(row, now) for row in rows]

    def pause_runs(self, class_id: int) -> int:
        """Pause all runs and sweeps of the class that train or wait; return how many runs."""
        return self._set_states(class_id, (State.ACTIVE,), State.PAUSED)

    def resume_runs(self, class_id: int) -> int:
        """Let all paused runs and sweeps of the class go on; return how many runs."""
        return self._set_states(class_id, (State.PAUSED,), State.ACTIVE)

    def stop_runs(self, class_id: int) -> int:
        """Stop all unfinished runs of the class, which keep their networks, and its sweeps; return how many runs."""
        return self._set_states(class_id, (State.ACTIVE, State.PAUSED), State.STOPPED)

    def may_change_run(self, class_id: int, run: Run) -> bool:
        """Whether a run is one of the class, which its instructor may pause and stop."""
        with self.store.reading() as connection:
            return bool(connection.scalar(sa.select(sa.literal(run.id).in_(_runs_of(class_id)))))

    # -- inside -----------------------------------------------------------------------------------

    def _classes(self, *conditions: sa.ColumnElement[bool]) -> list[Classroom]:
        query = sa.select(classes).where(*conditions).order_by(classes.c.id.desc())
        with self.store.reading() as connection:
            return [_to_class(row) for row in connection.execute(query).mappings()]

    def _students(self, *conditions: sa.ColumnElement[bool]) -> list[Student]:
        query = sa.select(students).where(*conditions).order_by(students.c.joined_at, students.c.nickname)
        with self.store.reading() as connection:
            rows = connection.execute(query)
            return [Student(row.owner, row.nickname, row.joined_at, row.seen_at) for row in rows]

    def _change(self, class_id: int, **values: Any) -> None:
        with self.store.writing() as connection:
            _require_open(connection, class_id)
            connection.execute(classes.update().where(classes.c.id == class_id).values(values))

    def _set_states(self, class_id: int, before: Sequence[State], after: State) -> int:
        with self.store.writing() as connection:
            now = clock.now(connection)
            sweeping = (sweeps.c.id.in_(_sweeps_of(class_id)), sweeps.c.state.in_([_SWEEPS[state] for state in before]))
            changes = {"state": _SWEEPS[after], "updated_at": now} | leases.revoked(sweeps)
            connection.execute(sweeps.update().where(*sweeping).values(changes))
            which = (runs.c.id.in_(_runs_of(class_id)), runs.c.deleted_at.is_(None), runs.c.state.in_(before))
            return connection.execute(runs.update().where(*which).values(state=after, updated_at=now)).rowcount


def _to_class(row: Mapping[Any, Any]) -> Classroom:
    values = {str(name): value for name, value in row.items()}
    return Classroom(**values | {name: bool(values[name]) for name in ("frozen", "rankings", "made_up")})


def _require_open(connection: sa.Connection, class_id: int) -> None:
    query = sa.select(classes.c.ended_at).where(classes.c.id == class_id).with_for_update()
    found = connection.execute(query).first()
    if found is None or found.ended_at is not None:
        raise ClassError("This class is over.")


def _new_code(connection: sa.Connection) -> str:
    taken = set(connection.scalars(sa.select(classes.c.code)))
    while (code := "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))) in taken:
        pass
    return code


def _insert_set(connection: sa.Connection, name: str, class_names: Sequence[str], owner: str, now: float) -> int:
    """Insert the handwriting set of a class. It is closed: only students of the class may add to it."""
    values = {"name": name, "class_names": json.dumps(list(class_names)), "owner": owner, "nickname": "", "open": 0}
    insert = handwriting_sets.insert().values(values | {"created_at": now})
    return int(connection.execute(insert.returning(handwriting_sets.c.id)).scalar_one())


def _set_of(class_id: int) -> sa.ScalarSelect[int]:
    return sa.select(classes.c.set_id).where(classes.c.id == class_id).scalar_subquery()


def _owners_in(class_id: int) -> sa.Select[tuple[str]]:
    return sa.select(students.c.owner).where(students.c.class_id == class_id)


def _left_in(
    class_id: int, owner: sa.Column[str], time: sa.Column[float]
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Return the conditions for rows that students of a class have left from when it was opened until it ended."""
    its = classes.c.id == class_id
    opened = sa.select(classes.c.opened_at).where(its).scalar_subquery()
    ended = sa.select(classes.c.ended_at).where(its).scalar_subquery()
    return owner.in_(_owners_in(class_id)), time >= opened, time <= sa.func.coalesce(ended, time)


def _runs_of(class_id: int) -> sa.Select[tuple[int]]:
    return sa.select(runs.c.id).where(*_left_in(class_id, runs.c.owner, runs.c.created_at))


def _sweeps_of(class_id: int) -> sa.Select[tuple[int]]:
    return sa.select(sweeps.c.id).where(*_left_in(class_id, sweeps.c.owner, sweeps.c.created_at))


def _delete(connection: sa.Connection, class_id: int) -> None:
    """Delete a class with all that its students have left in it. What they did before it and after it stays."""
    connection.execute(runs.delete().where(runs.c.id.in_(_runs_of(class_id))))
    connection.execute(sweeps.delete().where(sweeps.c.id.in_(_sweeps_of(class_id))))
    for time in (lesson_progress.c.reached_at, lesson_progress.c.guessed_at, lesson_progress.c.updated_at):
        steps = _left_in(class_id, lesson_progress.c.owner, time)
        connection.execute(lesson_progress.delete().where(*steps))
    its_set = connection.scalar(sa.select(classes.c.set_id).where(classes.c.id == class_id))
    # A run needs what it learned from: what one of another time or person has learned stays.
    delete_unused_mixtures_with(connection, its_set or 0)
    connection.execute(drawings.delete().where(drawings.c.set_id == its_set))
    connection.execute(handwriting_sets.delete().where(handwriting_sets.c.id == its_set))
    connection.execute(classes.delete().where(classes.c.id == class_id))
