"""What a step of a lesson prepares when it is reached: its page and view, its dataset, its settings and its run."""

from __future__ import annotations

from contextlib import suppress
from typing import NoReturn

import streamlit as st

from mnist_core.config import ConfigError, TrainConfig
from mnist_core.lessons.lesson import Step
from mnist_core.runs import DatasetInfo, RunNotFound
from pages.lessons.criteria import newest_run
from pages.lessons.current_lesson import CurrentLesson, keep, leave, reach
from pages.navigation import PLACES
from pages.shared import services
from pages.shared.dataset_picker import switch_to
from pages.train.fill_in_settings import fill_in_next, give_back_settings, remember_settings
from pages.visit import session

SCRIPTS = {view.url_path: view.script for place in PLACES for view in place.views}
"""The script of each page, by its path in the address."""
_ABOUT_A_RUN = ("train", "evaluate", "inside", "draw")


def go_to(current: CurrentLesson, page: str = "") -> NoReturn:
    """Turn to a step: to its page, with all that it prepares. The end is where the visit is, which is `page`."""
    keep(current)
    reach(current)
    step = current.step
    if step is None:
        st.switch_page(SCRIPTS[page], query_params={**_without_lesson(), **current.address})
    _prepare_settings(step)
    st.switch_page(SCRIPTS[step.page], query_params={**address_of(step), **current.address})


def arrive(current: CurrentLesson, page: str, *, begins: bool) -> None:
    """Begin a lesson at the step that the address of `page` asks for, which may be on another page.

    Unless the lesson `begins`, the step is another one of the same lesson, after Back in the browser; then the page
    stays. What the address says beside stays, as after a reload; settings of a run that is the browser's own stay, too.
    """
    step = current.step
    if begins and step is not None and step.page != page:
        go_to(current)
    keep(current)
    reach(current)
    if step is not None and step.page == page:
        if not _shows_own_run():
            _prepare_settings(step)
        session.put_view_in_address(names := {**address_of(step), **_without_lesson()}, names)


def leave_lesson() -> None:
    """Leave the lesson, and give Train back what it had before, in a callback."""
    leave()
    give_back_settings()


def address_of(step: Step) -> dict[str, str]:
    """Return the query of the page of a step: what it says, and the run that it selects, by default the one shown last.

    Without that, the page itself would add it, which is one more entry of the browser's history.
    """
    run = newest_run(step.run) if step.run else None
    if run is None and step.page in _ABOUT_A_RUN:
        run = session.get("run", None)
    return dict(step.query) | ({"run": str(run)} if run is not None and _is_there(run) else {})


def _prepare_settings(step: Step) -> None:
    """Choose the dataset of a step, and let Train fill in its settings; all others have their defaults."""
    images = dataset_of(step)
    if images is not None or step.settings:
        remember_settings()
    if images is not None:
        switch_to(images)
    if step.settings:
        try:
            config = TrainConfig().with_changes(**step.settings)
        except ConfigError:  # a lesson file is checked for that
            return
        fill_in_next(config, seed_chosen="seed" in step.settings)


def dataset_of(step: Step) -> DatasetInfo | None:
    """Return the dataset of a step; None if it names none, or one that is not here."""
    wanted = step.dataset.casefold()
    known = services.dataset_store().all() if wanted else []
    return next((it for it in known if wanted in (it.name.casefold(), it.title.casefold())), None)


def _shows_own_run() -> bool:
    number = session.run_in_address()
    return number is not None and _is_there(number) and services.run(number).owner == session.owner()


def _is_there(run: int) -> bool:
    with suppress(RunNotFound):
        return bool(services.run(run))
    return False


def _without_lesson() -> dict[str, str]:
    """Return what the address asks for beside the lesson."""
    return {name: str(value) for name, value in st.query_params.items() if name not in session.LESSON_ADDRESS}
