"""Runs: every training so far, to look at again, rename or delete."""

import pandas as pd
import streamlit as st

from mnist_core.runs import Run, State, announcement
from pages.shared import services, session
from pages.shared.widgets import may_change, run_title, user_errors

MINE, EVERYONES = "Mine", "Everyone's"
REFRESH_SECONDS = 2.0


def as_table(runs: list[Run]) -> pd.DataFrame:
    """Return one row a run, newest first, with columns as they are shown."""
    rows = [
        {
            "Run": run.id,
            "Name": run.name,
            "Pinned": "📌" if run.pinned else "",
            "By": "you" if run.owner == session.owner() else run.nickname,
            "State": f"{run.state} ({run.step / run.steps:.0%})" if not run.state.ended else str(run.state),
            "Test accuracy": None if run.test_accuracy is None else 100 * run.test_accuracy,
            "Settings": run.description,
            "Training accuracy": None if run.accuracy is None else 100 * run.accuracy,
            "Seconds": run.seconds,
            "Started": pd.Timestamp(run.created_at, unit="s", tz="UTC"),
        }
        for run in runs
    ]
    return pd.DataFrame(rows)


def show_table(runs: list[Run]) -> Run | None:
    """Draw the table; return the run whose row is chosen.

    Streamlit knows the chosen row by its place, which newer runs move: a list of other runs is therefore
    another table, in which the same run is chosen from the start.
    """
    ids = [run.id for run in runs]
    chosen = session.get("chosen_run", None)
    percent = st.column_config.NumberColumn(format="%.2f %%")
    event = st.dataframe(
        as_table(runs),
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [ids.index(chosen)] if chosen in ids else []}},
        key=f"runs_table_{hash(tuple(ids))}",
        column_config={
            "Run": st.column_config.NumberColumn(width="small"),
            "Pinned": st.column_config.TextColumn(width="small", help="Kept when the run store reaches its limit"),
            "Test accuracy": percent,
            "Training accuracy": percent,
            "Seconds": st.column_config.NumberColumn(format="%.1f", help="Time spent training"),
            "Started": st.column_config.DatetimeColumn(format="distance"),
        },
    )
    rows = event.selection.rows
    run = runs[rows[0]] if rows else None
    session.put("chosen_run", run.id if run else None)
    return run


@st.dialog("Rename the run")
def rename(run: Run) -> None:
    """Ask for a name."""
    with st.form("rename"):
        name = st.text_input("Name", run.name, max_chars=80, placeholder=run.description)
        if st.form_submit_button("Save", type="primary"):
            services.store().rename(run.id, name)
            st.rerun()


@st.dialog("Delete the run?")
def delete(run: Run) -> None:
    """Ask, then take the run out of sight; it can be brought back."""
    going = " It is still in training; that ends." if run.state is State.ACTIVE else ""
    st.write(f"**{run_title(run)}** leaves the list with its network and curves.{going} You can undo this for a day.")
    if st.button("Delete", type="primary", icon=":material/delete:"):
        services.store().delete(run.id)
        session.put("deleted", run.id)
        if session.get("run", None) == run.id:
            session.look_at(None)
        st.rerun()


def offer_undo() -> None:
    """Offer to bring back the run that was deleted last in this visit."""
    run_id = session.get("deleted", None)
    if run_id is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Run {run_id} is deleted.")
        if st.button("Undo", icon=":material/undo:"):
            services.store().restore(run_id)
            session.put("deleted", None)
            st.rerun()


def toggle_pin(run: Run) -> None:
    """Offer to keep the run whatever happens, or no longer."""
    label, icon = ("Unpin", ":material/keep_off:") if run.pinned else ("Pin", ":material/keep:")
    if st.button(label, icon=icon, help="A pinned run is kept when the run store reaches its limit."):
        services.store().pin(run.id, not run.pinned)
        st.rerun()


def say_what_went() -> None:
    """Tell whose runs had to make room, if any did in the last day."""
    if words := announcement(services.store()):
        st.info(words, icon=":material/inventory_2:")


def show_actions(run: Run | None) -> None:
    """Draw what can be done with the chosen run."""
    if run is None:
        st.caption("Choose a run by the box at the left of its row to open, rename or delete it.")
        return
    st.markdown(f"**{run_title(run)}**")
    with st.container(horizontal=True):
        if st.button("Open", icon=":material/show_chart:", type="primary"):
            st.switch_page("train/train.py", query_params={"run": str(run.id)})
        if run.step and st.button("Evaluate", icon=":material/fact_check:"):
            st.switch_page("understand/evaluate.py", query_params={"run": str(run.id)})
        if may_change(run):
            if st.button("Rename", icon=":material/edit:"):
                rename(run)
            toggle_pin(run)
            if st.button("Delete", icon=":material/delete:"):
                delete(run)
        else:
            st.caption("Somebody else's run: only they can rename, pin or delete it.")


def show_runs() -> None:
    """Draw the list, and what can be done with a run in it."""
    whose = st.segmented_control(
        "Whose runs", [MINE, EVERYONES], default=MINE, required=True, key="whose_runs", persist_state="session"
    )
    runs = services.store().runs(session.owner() if whose == MINE else None)
    offer_undo()
    if runs:
        show_actions(show_table(runs))
    else:
        text = "You have no runs yet. Train a network on the Train page, and it appears here."
        st.info(text if whose == MINE else "Nobody has trained anything yet.", icon=":material/school:")


def show_live(live: bool) -> None:
    """Draw all that changes while somebody trains."""
    with user_errors():
        show_runs()
        if live and not services.store().active_runs():
            st.rerun()  # the whole page, which then stops ticking; last, so that no button's click is lost


st.title("Runs")
st.caption("Every network trained so far, newest first, with its settings and how well it reads the test images.")
with user_errors():
    say_what_went()
    someone_trains = services.store().active_runs() > 0
    st.fragment(show_live, run_every=REFRESH_SECONDS if someone_trains else None)(someone_trains)
