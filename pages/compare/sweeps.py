"""Sweeps: many settings at once; how far they are, which is best, and what mattered."""

import streamlit as st

from mnist_core.config import TrainConfig
from mnist_core.estimate import about, duration_in_words
from mnist_core.runs.records import DatasetInfo, SweepState
from mnist_core.runs.sweeps.plan import Sampler
from mnist_core.runs.sweeps.records import Sweep
from mnist_core.runs.sweeps.space import label
from mnist_core.sweeps.results import (
    WHY,
    as_table,
    best_on_everything,
    chart_of_importance,
    chart_of_one,
    chart_of_two,
    in_words,
)
from mnist_core.sweeps.trials import Trial, epochs_done, ranked, saving, trials_of
from mnist_core.text.escape import clean
from mnist_core.text.words import percent
from pages.components.plot.plot import plot
from pages.shared import estimates, services
from pages.shared.messages import show_error, show_info, user_errors
from pages.shared.synced_selectbox import synced_selectbox
from pages.visit import session

REFRESH_SECONDS = 1.0
PAUSED_SECONDS = 3.0
COLOURS = {
    SweepState.ACTIVE: "blue",
    SweepState.PAUSED: "orange",
    SweepState.FINISHED: "green",
    SweepState.FAILED: "red",
    SweepState.DAMAGED: "red",
}
METHOD_WORDS = {
    Sampler.GRID: "every combination",
    Sampler.RANDOM: "settings chosen at random",
    Sampler.TPE: "settings chosen by TPE",
}


def choose_sweep() -> Sweep | None:
    """Let people choose a sweep: the address's, else the one last looked at, else the newest; their own come first."""
    known = services.sweeps().sweeps()
    by_id = {it.id: it for it in sorted(known, key=lambda it: (it.owner != session.owner(), -it.id))}
    asked = session.sweep_in_address()
    if asked is not None and asked not in by_id:
        st.warning(f"There is no sweep {asked}. These are all there are.", icon=":material/search_off:")
    if not by_id:
        return None
    ids = list(by_id)
    first = next((it for it in (asked, session.get("sweep", None)) if it in by_id), ids[0])
    chosen = synced_selectbox("Sweep", ids, first, key="sweep_chosen", format_func=lambda it: title(by_id[it]))
    session.select_sweep(chosen)
    return by_id[chosen]


def title(sweep: Sweep) -> str:
    by = f" · {clean(sweep.nickname)}" if sweep.nickname and sweep.owner != session.owner() else ""
    return f"Sweep {sweep.id}: {clean(sweep.name or _subject(sweep))}{by}"


def _subject(sweep: Sweep) -> str:
    return "damaged" if sweep.state is SweepState.DAMAGED else sweep.plan.space.describe()


def pace_of(sweep: Sweep) -> float | None:
    if sweep.state is SweepState.PAUSED:
        return PAUSED_SECONDS
    return REFRESH_SECONDS if sweep.state is SweepState.ACTIVE else None


def show(sweep_id: int, pace: float | None) -> None:
    """Draw a sweep as it stands."""
    with user_errors():
        sweep, runs = services.sweeps().sweep_and_runs(sweep_id)
        if sweep.state is SweepState.DAMAGED:
            st.markdown(f"#### Sweep {sweep.id} :{COLOURS[sweep.state]}-badge[{sweep.state.word}]")
            show_error(sweep.message)
            return
        trials = trials_of(sweep, runs)
        if sweep.state is SweepState.ACTIVE:
            services.watch_sweep(sweep_id)
        # Each part keeps its place, whatever it has to say: a chart that moves in the page is built anew.
        for part in (show_heading, show_progress, show_controls, show_best, show_charts, show_settings):
            with st.container():
                part(sweep, trials)
        if pace != pace_of(sweep):
            st.rerun()  # the whole page, which then ticks at the new pace; last, so that no button's click is lost


def show_heading(sweep: Sweep, _trials: list[Trial]) -> None:
    words, colour = sweep.state.word, COLOURS.get(sweep.state, "gray")
    plan = sweep.plan
    st.markdown(f"#### Sweep {sweep.id} :{colour}-badge[{words}]")
    parts = [f"{METHOD_WORDS[plan.sampler].capitalize()} of {plan.space.describe()}"]
    parts.append(f"{plan.trials} settings" + (f", {plan.seeds} seeds each" if plan.seeds > 1 else ""))
    if plan.limit_seconds is not None:
        parts.append(f"at most {duration_in_words(plan.limit_seconds)} of training")
    if plan.pruning:
        parts.append("hopeless ones are stopped early")
    st.caption(f"{'; '.join(parts)}. Varied from: {plan.base.describe()}.")
    if sweep.state is SweepState.FAILED:
        show_error(sweep.message)
    elif sweep.message:
        show_info(sweep.message, ":material/timer:")


def show_progress(sweep: Sweep, trials: list[Trial]) -> None:
    plan = sweep.plan
    begun = [run for trial in trials for run in trial.runs]
    ended = [run for run in begun if run.state.ended or run.deleted_at is not None]
    settled = sum(trial.complete or trial.given_up for trial in trials)
    passed_over = max(0, sweep.made - len(begun))
    words = f"{settled} of {plan.trials} settings"
    if sweep.state is SweepState.ACTIVE:
        left = estimates.seconds_left_of_sweep(
            plan, services.dataset_store().info(sweep.dataset_sha256), begun, passed_over
        )
        words += f" · {len(begun) - len(ended)} in training · {about(left)} left"
    else:
        words += f" · {duration_in_words(sum(run.seconds for run in begun))} of training"
    done = sum(min(1.0, run.step / run.steps) for run in begun if run not in ended) + len(ended) + passed_over
    st.progress(min(1.0, done / plan.runs) if sweep.state is not SweepState.FINISHED else 1.0, text=words)
    if plan.pruning:
        show_saving(sweep, trials)
    if sweep.state is SweepState.ACTIVE and not services.store().workers():
        st.warning("No worker is alive at the moment. The sweep is safe, and goes on as soon as one is back.")


def show_saving(sweep: Sweep, trials: list[Trial]) -> None:
    found = saving(trials)
    if found.trials:
        settings = "1 setting was" if found.trials == 1 else f"{found.trials} settings were"
        st.caption(
            f"{settings} stopped early, which saved {found.epochs} epochs: {about(found.seconds)} of training. "
            f"{epochs_done([run for trial in trials for run in trial.runs]):.0f} were trained."
        )
    elif sweep.state.ended:
        st.caption("No setting was hopeless enough to be stopped early.")


def show_controls(sweep: Sweep, _trials: list[Trial]) -> None:
    if sweep.state.ended:
        return
    if sweep.owner != session.owner() and not session.at_server():
        st.caption("This is somebody else's sweep: you can watch it, and only they can steer it.")
        return
    sweeps = services.sweeps()
    actions = {"Pause": sweeps.pause} if sweep.state is SweepState.ACTIVE else {"Resume": sweeps.resume}
    icons = {"Pause": ":material/pause:", "Resume": ":material/play_arrow:", "Cancel": ":material/close:"}
    with st.container(horizontal=True):
        for name, action in (actions | {"Cancel": sweeps.cancel}).items():
            if st.button(name, icon=icons[name], key=f"{name}_sweep_{sweep.id}"):
                action(sweep.id)
                st.rerun()


def show_best(sweep: Sweep, trials: list[Trial]) -> None:
    """Say which setting is best so far; at the end, how well it reads the test images, and what to do with it."""
    best = next(iter(ranked(trials)), None)
    if best is None:
        if sweep.state.ended:
            st.info("No setting was trained to its end, so there is no best one.", icon=":material/info:")
        return
    words = in_words(best.setting)
    spread = f" (± {100 * best.spread:.2f} over {best.seeds} seeds)" if best.spread is not None else ""
    validated, tested, _ = st.columns([1, 1, 2])
    validated.metric(
        "Validation accuracy" if sweep.state.ended else "Best validation accuracy",
        percent(best.accuracy),
        help=f"How many of the {sweep.plan.base.validation_images:,} held-out images the best setting reads right.",
    )
    if sweep.state is SweepState.FINISHED and best.test_accuracy is not None:
        tested.metric("Test accuracy", percent(best.test_accuracy), help="How many of the test images it reads right.")
        st.markdown(f"Best: **{words}**{spread}. {WHY}")
        train_the_best(best_on_everything(sweep, best), services.dataset_store().info(sweep.dataset_sha256))
    elif sweep.state.ended:
        st.markdown(f"Best of those that were trained: **{words}**{spread}.")
        train_the_best(best_on_everything(sweep, best), services.dataset_store().info(sweep.dataset_sha256))
    else:
        st.markdown(f"Best so far: **{words}**{spread}. The test images are read at the end, with the winner alone.")


def train_the_best(config: TrainConfig, images: DatasetInfo) -> None:
    text = f"Train the best on all {images.train_images:,}"
    help_text = "A run of your own with the best settings, which learns from the validation images as well."
    if st.button(text, type="primary", icon=":material/play_arrow:", help=help_text):
        number = services.store().submit(
            config, owner=session.owner(), nickname=session.nickname(), dataset=images.sha256
        )
        st.switch_page("train/page.py", query_params={"run": str(number)})


def show_charts(sweep: Sweep, trials: list[Trial]) -> None:
    names = list(sweep.plan.space.names)
    if not any(trial.complete for trial in trials):
        return
    if len(names) == 1:
        chart = chart_of_one(sweep, trials, names[0])
        plot(chart.figure, key=f"sweep_one_{sweep.id}", summary=chart.summary, height=320)
        st.caption(chart.summary)
        return
    st.markdown("##### Validation accuracy by two settings")
    across, down = names[0], names[1]
    if len(names) > 2:
        left, right = st.columns(2)
        across = left.selectbox("Across", names, 0, format_func=label, key=f"across_{sweep.id}")
        others = [name for name in names if name != across]
        down = right.selectbox("Down", others, 0, format_func=label, key=f"down_{sweep.id}")
    chart = chart_of_two(sweep, trials, across, down)
    plot(chart.figure, key=f"sweep_two_{sweep.id}", summary=chart.summary, height=360)
    st.caption(chart.summary)
    if sweep.importance:
        st.markdown(
            "##### What mattered",
            help="How much of the differences in validation accuracy each setting explains. With few settings tried, "
            "this is a rough guess.",
        )
        bars = chart_of_importance(sweep)
        plot(bars.figure, key=f"importance_{sweep.id}", summary=bars.summary, height=80 + 40 * len(sweep.importance))


def show_settings(_sweep: Sweep, trials: list[Trial]) -> None:
    if not trials:
        st.caption("The first runs begin in a moment.")
        return
    st.markdown("##### All settings")
    in_percent = st.column_config.NumberColumn(format="%.2f %%")
    st.dataframe(
        as_table(trials),
        hide_index=True,
        width="stretch",
        column_config={
            "Rank": st.column_config.NumberColumn(width="small"),
            "Validation accuracy": in_percent,
            "± over seeds": in_percent,
            "Seconds": st.column_config.NumberColumn(format="%.1f", help="Time spent training"),
            "Run": st.column_config.LinkColumn(display_text=r"run=(\d+)", help="Opens the (first) run in a new tab"),
        },
    )


st.title("Sweeps")
st.caption("Many networks that differ in some settings, ranked by images that none of them has learned from.")
with user_errors():
    chosen = choose_sweep()
    if chosen is None:
        st.info("There are no sweeps yet. On the Train page, press **Vary this**.", icon=":material/grid_on:")
        st.page_link("train/page.py", label="To the Train page", icon=":material/arrow_forward:")
    else:
        pace = pace_of(chosen)
        st.fragment(show, run_every=pace)(chosen.id, pace)
