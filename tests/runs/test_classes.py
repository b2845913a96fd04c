"""Classes: who is in them, what their instructor decides, and what is deleted with them."""

from __future__ import annotations

import numpy as np
import pytest
import sqlalchemy as sa

from mnist_core.data import MNIST_SHA256
from mnist_core.runs import (
    ClassError,
    Classroom,
    ClassStore,
    DatasetInfo,
    DatasetStore,
    HandwritingError,
    HandwritingStore,
    Instructors,
    LessonProgress,
    Requester,
    RunStore,
    State,
)
from mnist_core.runs.classes.records import KEEP_SECONDS
from mnist_core.runs.run_records import SweepState
from mnist_core.runs.schema import classes, datasets, drawings, handwriting_sets, students
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from mnist_core.workers.maintenance import MAINTENANCE_SECONDS, Maintenance
from tests.support.databases import CONFIG, add_run, both_databases
from tests.support.visits import ME, SOMEBODY_ELSE

STRANGER = "9" * 32
SWEEP = Plan(CONFIG, Space.parse({"hidden_units": "8, 16"}))
SEVEN = np.pad(np.full((8, 8), 255, np.uint8), 10)


@pytest.fixture
def class_store(store) -> ClassStore:
    return ClassStore(store)


@pytest.fixture
def classroom(class_store) -> Classroom:
    found = class_store.open("Year 9")
    class_store.join(found.id, ME, "Ada")
    class_store.join(found.id, SOMEBODY_ELSE, "Bob")
    return found


@both_databases
def test_a_class_is_joined_by_its_code_until_it_ends(store):
    class_store = ClassStore(store)
    opened = class_store.open("Year 9")
    assert class_store.current() == opened
    joined = class_store.join(class_store.of_code(f" {opened.code.lower()} ").id, ME, "Ada")
    assert class_store.students(opened.id) == [joined]
    class_store.end(opened.id)
    assert class_store.current() is None
    with pytest.raises(ClassError, match="no open class"):
        class_store.of_code(opened.code)
    with pytest.raises(ClassError, match="over"):
        class_store.join(opened.id, SOMEBODY_ELSE, "Bob")
    assert class_store.all() == [class_store.of_id(opened.id)], "it can still be looked at"


def test_one_class_is_open_at_a_time(class_store, classroom):
    with pytest.raises(ClassError, match="open already"):
        class_store.open()
    class_store.end(classroom.id)
    assert class_store.open().code != classroom.code


def test_who_comes_back_is_the_same_student(class_store, classroom):
    first = class_store.student(classroom.id, ME)
    class_store.join(classroom.id, ME, "Ada L.")
    assert [it.nickname for it in class_store.students(classroom.id)] == ["Ada L.", "Bob"]
    assert class_store.student(classroom.id, ME).joined_at == first.joined_at


@pytest.mark.parametrize("nickname", ["Bob", " bOB ", "B\u200bob"])
def test_a_nickname_is_unique_in_the_class(class_store, classroom, nickname):
    with pytest.raises(ClassError, match="already"):
        class_store.join(classroom.id, ME, nickname)
    assert class_store.student(classroom.id, ME).nickname == "Ada"


def test_a_nickname_is_short_and_visible(class_store, classroom):
    assert len(class_store.join(classroom.id, STRANGER, "x" * 5000).nickname) == 24
    with pytest.raises(ClassError, match="nickname"):
        class_store.join(classroom.id, STRANGER, "\u200b \n")


def test_a_script_cannot_fill_the_class(store, class_store, classroom):
    row = {"class_id": classroom.id, "joined_at": 0.0, "seen_at": 0.0}
    many = [row | {"owner": str(it), "nickname": str(it), "folded_nickname": str(it)} for it in range(198)]
    with store.writing() as connection:
        connection.execute(students.insert(), many)
    with pytest.raises(ClassError, match="full"):
        class_store.join(classroom.id, STRANGER, "Eve")
    class_store.join(classroom.id, ME, "Ada again")


def test_students_alone_draw_for_the_class_while_it_is_open(store, class_store, classroom):
    handwriting = HandwritingStore(store)
    handwriting.keep(classroom.set_id, SEVEN, 7, ME, "Ada")
    with pytest.raises(HandwritingError, match="closed"):
        handwriting.keep(classroom.set_id, SEVEN // 2, 7, STRANGER, "Eve")
    class_store.end(classroom.id)
    with pytest.raises(HandwritingError, match="closed"):
        handwriting.keep(classroom.set_id, SEVEN // 3, 7, ME, "Ada")
    assert len(handwriting.drawings(classroom.set_id)) == 1


def test_students_remove_their_own_drawings_and_the_instructor_any(store, classroom):
    handwriting = HandwritingStore(store)
    mine = handwriting.keep(classroom.set_id, SEVEN, 7, ME, "Ada")
    theirs = handwriting.keep(classroom.set_id, SEVEN // 2, 7, SOMEBODY_ELSE, "Bob")
    with pytest.raises(HandwritingError):
        handwriting.remove([theirs], Requester(ME))
    handwriting.remove([mine], Requester(ME))
    handwriting.remove([theirs], classroom.instructor)
    assert len(handwriting.drawings(classroom.set_id)) == 0


def test_nobody_trains_while_training_is_frozen(store, class_store, classroom):
    paused = store.submit(CONFIG, owner=ME)
    store.pause(paused)
    class_store.freeze(classroom.id, True)
    for act in (lambda: store.submit(CONFIG, owner=ME), lambda: store.resume(paused)):
        with pytest.raises(ClassError, match="frozen"):
            act()
    assert store.submit(CONFIG, owner=STRANGER), "a visitor who is not in the class trains"
    class_store.freeze(classroom.id, False)
    store.resume(paused)
    class_store.freeze(classroom.id, True)
    class_store.end(classroom.id)
    assert store.submit(CONFIG, owner=ME), "the end of the class ends it"


@both_databases
def test_the_instructor_pauses_and_stops_the_runs_of_the_class_alone(store):
    class_store = ClassStore(store)
    before = store.submit(CONFIG, owner=ME)
    classroom = class_store.open()
    class_store.join(classroom.id, ME, "Ada")
    its, other = store.submit(CONFIG, owner=ME), store.submit(CONFIG, owner=STRANGER)
    assert [run.id for run in class_store.runs(classroom.id)] == [its]
    assert class_store.pause_runs(classroom.id) == 1
    assert [store.run(it).state for it in (before, its, other)] == [State.ACTIVE, State.PAUSED, State.ACTIVE]
    assert class_store.resume_runs(classroom.id) == 1
    assert class_store.stop_runs(classroom.id) == 1
    assert [store.run(it).state for it in (before, its, other)] == [State.ACTIVE, State.STOPPED, State.ACTIVE]


@pytest.mark.parametrize(
    "address", ["https://evil.example", "//evil.example", "javascript:alert(1)", "\\evil", "/train"]
)
def test_only_pages_of_the_app_are_handed_out(class_store, classroom, address):
    with pytest.raises(ClassError):
        class_store.hand_out(classroom.id, address)
    class_store.hand_out(classroom.id, "train?epochs=3&lesson=a:b", "Try this")
    assert class_store.of_id(classroom.id).handout == "train?epochs=3&lesson=a:b"


def test_frozen_training_lets_nobody_train_a_run_further(store, class_store, classroom):
    finished = add_run(store, State.FINISHED, owner=ME)
    class_store.freeze(classroom.id, True)
    with pytest.raises(ClassError, match="frozen"):
        store.extend(finished)
    class_store.freeze(classroom.id, False)
    store.extend(finished)


def test_sweeps_of_the_class_are_frozen_paused_and_stopped_with_it(store, class_store, classroom):
    sweeps = SweepStore(store)
    its, other = sweeps.submit(SWEEP, owner=ME), sweeps.submit(SWEEP, owner=STRANGER)

    def states() -> list[SweepState]:
        return [sweeps.sweep(number).state for number in (its, other)]

    class_store.pause_runs(classroom.id)
    assert states() == [SweepState.PAUSED, SweepState.ACTIVE]
    class_store.freeze(classroom.id, True)
    for act in (lambda: sweeps.resume(its), lambda: sweeps.submit(SWEEP, owner=ME)):
        with pytest.raises(ClassError, match="frozen"):
            act()
    class_store.resume_runs(classroom.id)
    assert states() == [SweepState.ACTIVE, SweepState.ACTIVE]
    class_store.stop_runs(classroom.id)
    assert states() == [SweepState.CANCELLED, SweepState.ACTIVE]


def test_what_students_did_before_and_after_the_class_is_none_of_its(store):
    class_store, sweeps, lessons = ClassStore(store), SweepStore(store), LessonProgress(store)
    before = store.submit(CONFIG, owner=ME), sweeps.submit(SWEEP, owner=ME)
    lessons.reach(ME, "Ada", "before", 1)
    classroom = class_store.open()
    class_store.join(classroom.id, ME, "Ada")
    its = store.submit(CONFIG, owner=ME), sweeps.submit(SWEEP, owner=ME)
    lessons.reach(ME, "Ada", "in class", 1)
    class_store.end(classroom.id)
    after = store.submit(CONFIG, owner=ME), sweeps.submit(SWEEP, owner=ME)
    lessons.reach(ME, "Ada", "after", 1)
    assert [run.id for run in class_store.runs(classroom.id)] == [its[0]]
    class_store.delete(classroom.id)
    assert {run.id for run in store.runs()} == {before[0], after[0]}
    assert {sweep.id for sweep in sweeps.sweeps()} == {before[1], after[1]}
    assert set(lessons.of_all_lessons(ME)) == {"before", "after"}


def test_a_removed_student_takes_their_drawings_along(store, class_store, classroom):
    handwriting = HandwritingStore(store)
    handwriting.keep(classroom.set_id, SEVEN, 7, ME, "Ada")
    handwriting.keep(classroom.set_id, SEVEN // 2, 7, SOMEBODY_ELSE, "Bob")
    class_store.remove_student(classroom.id, ME)
    assert handwriting.drawings(classroom.set_id).nicknames == ("Bob",)
    assert class_store.student(classroom.id, ME) is None


def test_a_deleted_class_leaves_nothing_of_it(store: RunStore, class_store, classroom):
    HandwritingStore(store).keep(classroom.set_id, SEVEN, 7, ME, "Ada")
    LessonProgress(store).reach(ME, "Ada", "units", 1)
    its, other = store.submit(CONFIG, owner=ME), store.submit(CONFIG, owner=STRANGER)
    class_store.delete(classroom.id)
    with store.reading() as connection:
        left = [connection.scalar(sa.select(sa.func.count()).select_from(it)) for it in (classes, students, drawings)]
        assert connection.scalar(sa.select(sa.func.count()).select_from(handwriting_sets)) == 0
    assert left == [0, 0, 0]
    assert LessonProgress(store).of_all_lessons(ME) == {}
    assert [run.id for run in store.runs()] == [other]
    assert its != other


def mixture_of_two_drawings(store: RunStore, classroom: Classroom) -> DatasetInfo:
    """Let both students draw, and mix what one of them has drawn into MNIST."""
    handwriting = HandwritingStore(store)
    for owner, nickname, drawing in ((ME, "Ada", SEVEN), (SOMEBODY_ELSE, "Bob", SEVEN // 2)):
        handwriting.keep(classroom.set_id, drawing, 7, owner, nickname)
    return handwriting.mixture(classroom.set_id, MNIST_SHA256, ME, "Ada")


def test_what_a_run_of_a_deleted_class_learned_from_its_drawings_goes_too(store, class_store, classroom):
    mixture = mixture_of_two_drawings(store, classroom)
    store.submit(CONFIG, owner=ME, dataset=mixture.sha256)
    class_store.delete(classroom.id)
    assert [it.sha256 for it in DatasetStore(store).all()] == [MNIST_SHA256]


def test_what_a_run_from_after_the_class_has_learned_stays(store, class_store, classroom):
    mixture = mixture_of_two_drawings(store, classroom)
    class_store.end(classroom.id)
    later = store.submit(CONFIG, owner=ME, dataset=mixture.sha256)
    class_store.delete(classroom.id)
    assert DatasetStore(store).load(store.run(later).dataset_sha256).sha256 == mixture.sha256


def test_steps_that_were_reached_or_guessed_in_a_deleted_class_go_wherever_they_are_seen_again(
    store, class_store, classroom
):
    progress = LessonProgress(store)
    progress.guess(ME, "Ada", "units", 1, "97 %")
    class_store.end(classroom.id)
    progress.reach(ME, "Ada", "units", 1)
    progress.reach(ME, "Ada", "units", 2)
    class_store.delete(classroom.id)
    assert list(progress.of(ME, "units")) == [2], "what was reached after the class stays"


def test_workers_forget_what_was_removed_or_never_used(store, classroom, monkeypatch):
    """Also where nobody removes anything again, and nobody plans another mixture."""
    mixture_of_two_drawings(store, classroom)
    handwriting = HandwritingStore(store)
    handwriting.remove([handwriting.drawings(classroom.set_id, ME).ids[0]], Requester(ME))
    maintenance = Maintenance(store)
    monkeypatch.setattr("mnist_core.workers.maintenance.MAINTENANCE_SECONDS", 0.0)
    maintenance.run_if_due()
    with store.writing() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(drawings)) == 2, "it can be put back for a day"
        assert connection.scalar(sa.select(sa.func.count()).select_from(datasets)) == 1, "a run is about to need it"
        connection.execute(drawings.update().values(deleted_at=drawings.c.deleted_at - 86_401))
        connection.execute(datasets.update().values(created_at=datasets.c.created_at - 3601))
    maintenance.run_if_due()
    with store.reading() as connection:
        assert list(connection.scalars(sa.select(drawings.c.owner))) == [SOMEBODY_ELSE]
        assert connection.scalar(sa.select(sa.func.count()).select_from(datasets)) == 0


def test_workers_delete_a_class_after_thirty_days(store, class_store, classroom, monkeypatch):
    with store.writing() as connection:
        connection.execute(classes.update().values(opened_at=classes.c.opened_at - KEEP_SECONDS + 60))
    maintenance = Maintenance(store)
    monkeypatch.setattr("mnist_core.workers.maintenance.MAINTENANCE_SECONDS", 0.0)
    maintenance.run_if_due()
    assert class_store.all() == [class_store.of_id(classroom.id)], "a minute is left"
    with store.writing() as connection:
        connection.execute(classes.update().values(opened_at=classes.c.opened_at - 61))
    maintenance.run_if_due()
    assert class_store.all() == []
    assert MAINTENANCE_SECONDS <= 60
    assert KEEP_SECONDS == 30 * 86_400


def test_a_new_pin_ends_the_rights_that_the_old_one_gave(store):
    instructors = Instructors(store)
    instructors.admit(ME, "first")
    assert instructors.includes(ME, "first")
    assert not instructors.includes(SOMEBODY_ELSE, "first")
    assert not instructors.includes(ME, "second")
    assert not instructors.includes(ME, "")
    instructors.admit(SOMEBODY_ELSE, "second")
    assert not instructors.includes(ME, "first"), "forgotten"
    instructors.dismiss(SOMEBODY_ELSE)
    assert not instructors.includes(SOMEBODY_ELSE, "second")
