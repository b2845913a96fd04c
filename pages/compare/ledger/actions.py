"""What can be done with the ticked runs: open, evaluate, edit, pin, set as baseline, stop, tag, delete, download."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from mnist_core.ledger import ViewState
from mnist_core.runs import BulkOperations, Run, State
from mnist_core.runs.bulk_operations import NOTES_LENGTH
from mnist_core.text.escape import clean, for_markdown
from pages.compare.ledger import current_view
from pages.components.download_button.download_button import download_button
from pages.shared import services
from pages.shared.current_run import may_change, run_title
from pages.shared.downloads import addresses
from pages.shared.messages import user_errors
from pages.visit import session


def show_actions(chosen: Sequence[Run], shown: pd.DataFrame) -> None:
    """Draw what can be done with the ticked runs; without any, say that they can be ticked."""
    if not chosen:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("Press a run's number to open it. Tick it to change it; tick two to twenty to compare them.")
            _export(len(shown))
        return
    title = run_title(chosen[0]) if len(chosen) == 1 else f"{len(chosen)} runs"
    st.markdown(f"**{for_markdown(title)}**")
    allowed = [run for run in chosen if may_change(run)]
    with st.container(horizontal=True):
        if len(chosen) == 1 and chosen[0].state is not State.DAMAGED:
            _look(chosen[0])
        if allowed:
            _change(allowed)
        _export(len(chosen), tuple(run.id for run in chosen))
    if len(allowed) < len(chosen):
        what = "Somebody else's run" if len(chosen) == 1 else f"{len(chosen) - len(allowed)} are somebody else's runs"
        st.caption(f"{what}: only they can rename, pin or delete {'it' if len(chosen) == 1 else 'them'}.")


def offer_undo() -> None:
    """Offer to restore the runs that were deleted last in this visit."""
    deleted: list[int] = session.get("deleted", [])
    if not deleted:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        words = f"Run {deleted[0]} was" if len(deleted) == 1 else f"{len(deleted)} runs were"
        st.markdown(f"{words} deleted.")
        if st.button("Undo", icon=":material/undo:"):
            with user_errors():
                _bulk().restore(deleted)
                session.put("deleted", [])
                st.rerun()


def _bulk() -> BulkOperations:
    return BulkOperations(services.store())


def _look(run: Run) -> None:
    """Offer what does not change the run."""
    if st.button("Open", icon=":material/show_chart:", type="primary"):
        st.switch_page("train/page.py", query_params={"run": str(run.id)})
    if run.step and st.button("Evaluate", icon=":material/fact_check:"):
        st.switch_page("evaluate/page.py", query_params={"run": str(run.id)})
    of_others = "All other runs then show their difference from this run."
    if current_view.current().baseline != run.id and st.button("Make baseline", icon=":material/flag:", help=of_others):
        current_view.change(baseline=run.id)
        st.rerun()


def _change(runs: Sequence[Run]) -> None:
    """Offer what only a run's owner may do."""
    readable = all(run.state is not State.DAMAGED for run in runs)
    if len(runs) == 1 and readable:
        if st.button("Edit", icon=":material/edit:", help="Name, notes and tags"):
            edit(runs[0])
        _toggle_pin(runs[0])
    elif readable and st.button("Tag", icon=":material/label:"):
        tag(runs)
    going = [run.id for run in runs if not run.state.ended]
    if going and st.button("Stop", icon=":material/stop:", help="The run keeps what it has learned so far."):
        _bulk().stop(going)
        st.rerun()
    if st.button("Delete", icon=":material/delete:"):
        delete(runs)


def _toggle_pin(run: Run) -> None:
    """Offer to pin the run, so that it is never deleted to make room, or to unpin it."""
    label, icon = ("Unpin", ":material/keep_off:") if run.pinned else ("Pin", ":material/keep:")
    if st.button(label, icon=icon, help="A pinned run is kept when the run store reaches its limit."):
        with user_errors():
            services.store().pin(run.id, not run.pinned)
            st.rerun()


def _export(count: int, ticked: tuple[int, ...] = ()) -> None:
    """Offer all columns of so many runs as a file: of all that are shown, or of the ticked ones."""
    shown = current_view.current()
    download_button(
        "CSV",
        addresses.of_ledger(ViewState(of=shown.of, filter=shown.filter, brush=shown.brush, runs=ticked)),
        key="ledger",
        help=f"{count:,} run{'' if count == 1 else 's'} with all columns, for a spreadsheet",
    )


# -- dialogs ------------------------------------------------------------------------------------------


@st.dialog("Name, notes and tags")
def edit(run: Run) -> None:
    """Ask for name, notes and tags of the run."""
    with st.form("edit"):
        name = st.text_input("Name", clean(run.name), max_chars=80, placeholder=clean(run.description))
        tags = st.text_input("Tags", ", ".join(run.tags), help="Short words, separated by commas")
        notes = st.text_area("Notes", run.notes, max_chars=NOTES_LENGTH)
        if st.form_submit_button("Save", type="primary"):
            with user_errors():
                _bulk().tag([run.id], add=tags.split(","), remove=run.tags)
                services.store().rename(run.id, name)
                _bulk().note(run.id, notes)
            st.rerun()


@st.dialog("Tag the runs")
def tag(runs: Sequence[Run]) -> None:
    """Ask for tags to add to all of the runs, or to remove from them."""
    present = sorted({tag for run in runs for tag in run.tags})
    with st.form("tag"):
        add = st.text_input("Tags to add", help="Short words, separated by commas")
        remove = st.multiselect("Tags to remove", present) if present else []
        if st.form_submit_button("Save", type="primary"):
            with user_errors():
                _bulk().tag([run.id for run in runs], add.split(","), remove)
            st.rerun()


@st.dialog("Delete?")
def delete(runs: Sequence[Run]) -> None:
    """Ask for confirmation, then delete the runs; this can be undone."""
    one = len(runs) == 1
    title = f"**{for_markdown(run_title(runs[0]))}** will be deleted with its network and curves." if one else ""
    several = f"**{len(runs)} runs** will be deleted with their networks and curves."
    going = sum(not run.state.ended for run in runs)
    training = " Training in progress will stop." if going else ""
    st.write(f"{title or several}{training} You can undo this on this page, for a day or until you close it.")
    if st.button("Delete", type="primary", icon=":material/delete:"):
        numbers = [run.id for run in runs]
        _bulk().delete(numbers)
        session.put("deleted", numbers)
        if session.get("run", None) in numbers:
            session.select_run(None)
        st.rerun()
