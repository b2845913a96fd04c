"""What an instructor does with a class. Each action asks when it is done whether this visit may do it."""

from __future__ import annotations

from collections.abc import Callable

from mnist_core.errors import UserError
from mnist_core.runs import ClassError, Classroom, Run
from pages.shared import classroom, services
from pages.shared.messages import in_words
from pages.visit import session
from pages.visit.language import _, ngettext

Action = Callable[[Classroom], str]
"""Does something with the open class, and says in a sentence what."""

_SAID = "instructor_said"
RUN, DRAWING = "run", "drawing"


class NotInstructor(UserError):
    """Somebody asks for an action of the instructor's who is none, or no longer."""


def require_instructor() -> None:
    """Raise `NotInstructor` unless this visit may do what an instructor does."""
    if not classroom.is_instructor():
        raise NotInstructor("Only the instructor can do this. Type the PIN on the page Class first.")


def act(what: Action) -> None:
    """Do something with the open class as its instructor, in a callback; keep the sentence that it returns.

    What is refused is kept as a sentence, too: `show_said` shows it.
    """
    try:
        require_instructor()
        session.put(_SAID, (what(classroom.require_open()), True))
    except UserError as error:
        session.put(_SAID, (in_words(error), False))
    finally:
        classroom.forget()


def said() -> tuple[str, bool]:
    """Return once what the last action said, as plain text, and whether it was done; ("", True) for nothing."""
    kept: tuple[str, bool] = session.get(_SAID, ("", True))
    session.put(_SAID, ("", True))
    return kept


# -- all runs -----------------------------------------------------------------------------------------


def pause_all(open_class: Classroom) -> str:
    """Pause all runs of the class."""
    count = classroom.classes().pause_runs(open_class.id)
    return ngettext("{number} run is paused.", "{number} runs are paused.", count)


def resume_all(open_class: Classroom) -> str:
    """Let all paused runs of the class go on."""
    count = classroom.classes().resume_runs(open_class.id)
    return ngettext("{number} run goes on.", "{number} runs go on.", count)


def stop_all(open_class: Classroom) -> str:
    """Stop all unfinished runs of the class."""
    count = classroom.classes().stop_runs(open_class.id)
    return ngettext("{number} run is stopped.", "{number} runs are stopped.", count)


def freeze(open_class: Classroom) -> str:
    """Forbid students to start to train."""
    classroom.classes().freeze(open_class.id, True)
    return _("Training is frozen: nobody can start a run.")


def unfreeze(open_class: Classroom) -> str:
    """Allow students to start to train again."""
    classroom.classes().freeze(open_class.id, False)
    return _("The class can train again.")


# -- one run ------------------------------------------------------------------------------------------


def pause_run(run_id: int) -> Action:
    """Return the action that pauses a run of the class."""
    return lambda open_class: _on_run(open_class, run_id, services.store().pause, _("Run {run} is paused.", run=run_id))


def resume_run(run_id: int) -> Action:
    """Return the action that lets a paused run of the class go on."""
    return lambda open_class: _on_run(open_class, run_id, services.store().resume, _("Run {run} goes on.", run=run_id))


def stop_run(run_id: int) -> Action:
    """Return the action that stops a run of the class."""
    return lambda open_class: _on_run(open_class, run_id, services.store().stop, _("Run {run} is stopped.", run=run_id))


def _on_run(open_class: Classroom, run_id: int, change: Callable[[int], object], done: str) -> str:
    change(_run_of(open_class, run_id).id)
    return done


def _run_of(open_class: Classroom, run_id: int) -> Run:
    run = services.run(run_id)
    if not classroom.classes().may_change_run(open_class.id, run):
        raise ClassError("Run {run} is not one of this class.", run=run_id)
    return run


# -- what all are given -------------------------------------------------------------------------------


def hand_out(address: str, text: str) -> Action:
    """Return the action that gives all students an address within the app, with a sentence."""

    def give(open_class: Classroom) -> str:
        classroom.classes().hand_out(open_class.id, address, text)
        return _("Handed out: every student's page shows it now.")

    return give


def take_back(open_class: Classroom) -> str:
    """Take back what is handed out."""
    classroom.classes().hand_out(open_class.id, "")
    return _("Taken back.")


def show_run(run_id: int) -> Action:
    """Return the action that shows a run of the class to all."""

    def show(open_class: Classroom) -> str:
        classroom.classes().show(open_class.id, f"{RUN}-{_run_of(open_class, run_id).id}")
        return _("Everybody is shown run {run} now.", run=run_id)

    return show


def show_drawing(drawing_id: int) -> Action:
    """Return the action that shows a drawing of the class to all."""

    def show(open_class: Classroom) -> str:
        if drawing_id not in services.handwriting().drawings(open_class.set_id).ids:
            raise ClassError("This drawing is not in the class's set, or no longer.")
        classroom.classes().show(open_class.id, f"{DRAWING}-{drawing_id}")
        return _("Everybody is shown this drawing now.")

    return show


def show_nothing(open_class: Classroom) -> str:
    """Show nothing to all any more."""
    classroom.classes().show(open_class.id, "")
    return _("Taken back.")


def show_rankings(shown: bool) -> Action:
    """Return the action that shows the rankings to the class, or hides them."""

    def show(open_class: Classroom) -> str:
        classroom.classes().show_rankings(open_class.id, shown)
        return _("The class sees the rankings now.") if shown else _("The class no longer sees the rankings.")

    return show
