"""The run that the pages show, its title, and whether this browser may change it."""

from __future__ import annotations

from mnist_core.runs import Run, RunNotFound
from mnist_core.text.escape import clean
from pages.shared import services
from pages.shared.messages import show_warning
from pages.visit import session
from pages.visit.language import _


def may_change(run: Run) -> bool:
    """Whether this browser may pause, stop, rename or delete the run: its owner, or the person at the server."""
    return run.owner == session.owner() or session.at_server()


def current_run() -> Run | None:
    """Return the run to show: the address's, else the one last looked at, else this browser's newest.

    If the run of the address does not exist, shows a sentence that says so, and ignores the address.
    """
    asked = session.run_in_address()
    for run_id in (asked, session.get("run", None)):
        if run_id is None:
            continue
        try:
            run = services.store().run(run_id)
        except RunNotFound as error:
            if run_id == asked:
                show_warning(error, ":material/search_off:")
            continue
        if run.deleted_at is None:
            return run
    own = services.store().runs(session.owner())
    return own[0] if own else None


def run_title(run: Run) -> str:
    """Return what a run is called where there is little room: its number and its name or settings, as plain text."""
    return _("Run {run}: {title}", run=run.id, title=clean(run.name or _(run.description)))
