"""Analyses on pages: a button that asks a worker for them, their progress, an error with "Try again", the results.

A view makes an `AnalysisRequest` for each network that it shows and calls `analyses` with them. What somebody has asked
for before is there at once. While a worker is busy, only the bar is drawn again, twice a second. When an analysis is
done, the page is, once:

    results = analyses([AnalysisRequest(NAME, run_id, step, dataset_sha256, {"layer": 0})], Ask("Compute", …), key="…")
    if results:
        draw(results[0].arrays)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

import streamlit as st

from mnist_core.runs import AnalysisQueue, AnalysisRequest, DamagedBlob, Job, JobNotFound, JobState
from mnist_core.runs.analysis_queue import Arrays
from mnist_core.text.escape import for_markdown
from mnist_core.text.sentence import marked
from mnist_core.text.words import percent
from pages.shared import services
from pages.shared.messages import show_error, user_errors
from pages.shared.network_picker import ChosenNetwork
from pages.shared.refreshed import refreshed
from pages.visit import session
from pages.visit.language import _

POLL_SECONDS = 0.5
_OUTDATED = marked("The run has been trained further since this was computed.")


class Ask(NamedTuple):
    """The button that asks for an analysis: its `label`, its `help`, and a `sentence` beside it, all Markdown."""

    label: str
    sentence: str
    help: str = ""


class Result(NamedTuple):
    """What came out of an analysis: `number` is the place of its request, `step` that of the network."""

    number: int
    step: int
    arrays: Arrays


class _Asked(NamedTuple):
    """A request, and its job if somebody has submitted it."""

    request: AnalysisRequest
    job: Job | None

    @property
    def state(self) -> JobState | None:
        return None if self.job is None else self.job.state

    @property
    def outdated(self) -> bool:
        """Whether the run has been trained further since the analysis was done."""
        done = self.job is not None and self.job.state is JobState.DONE
        return done and self.job is not None and self.job.run_step != self.request.step


def request_for(choice: ChosenNetwork, name: str, parameters: dict[str, object] | None = None) -> AnalysisRequest:
    """Return the request of an analysis of the network that a page shows."""
    run_id = None if choice.run is None else choice.run.id
    return AnalysisRequest(name, run_id, choice.step, choice.dataset_sha256, parameters or {})


def analyses(
    requests: Sequence[AnalysisRequest], ask: Ask, *, key: str, fits: Callable[[Arrays], bool] = lambda _: True
) -> list[Result]:
    """Show what is missing of some analyses, and return the results of those that are done, in their order.

    What is missing is asked for by one button, and shows its progress in one bar. `key` is that of the widgets. What
    `fits` refuses was made by another version of the app: it is deleted, and missing.
    Side effect: ends the page with a sentence if the store cannot be used.
    """
    with user_errors():
        asked = _look_up(requests)
        results, damaged = _results(asked, fits)
        if damaged or any(item.state is not JobState.DONE or item.outdated for item in asked):
            waiting = _count_waiting(asked)
            refreshed(_show_missing, POLL_SECONDS if waiting else None, key)(requests, ask, key, waiting)
        return results


def _look_up(requests: Sequence[AnalysisRequest]) -> list[_Asked]:
    queue = AnalysisQueue(services.store())
    return [_Asked(request, queue.find(request)) for request in requests]


def _count_waiting(asked: Sequence[_Asked]) -> int:
    return sum(item.state is JobState.WAITING for item in asked)


def _results(asked: Sequence[_Asked], fits: Callable[[Arrays], bool]) -> tuple[list[Result], bool]:
    """Return what is done, and whether something of it was damaged or does not fit and has to be done again."""
    results, damaged = [], False
    for number, (request, job) in enumerate(asked):
        if job is None or job.state is not JobState.DONE:
            continue
        result = _result(number, request, job)
        if result is None or not fits(result.arrays):
            AnalysisQueue(services.store()).forget(job.id)
            damaged = True
        else:
            results.append(result)
    return results, damaged


def _result(number: int, request: AnalysisRequest, job: Job) -> Result | None:
    with suppress(DamagedBlob, JobNotFound):
        return Result(number, job.run_step or request.step, _arrays(job.id, job.updated_at))
    return None


@st.cache_resource(max_entries=64, show_spinner=False)
def _arrays(job_id: int, updated_at: float) -> Arrays:
    return AnalysisQueue(services.store()).result(job_id)


def _show_missing(requests: Sequence[AnalysisRequest], ask: Ask, key: str, waited: int) -> None:
    with user_errors():
        asked = _look_up(requests)
        if _count_waiting(asked) != waited:
            st.rerun()  # the whole page, which draws the results, and sets or ends polling
        failed = [item.job.message for item in asked if item.job is not None and item.state is JobState.FAILED]
        for message in dict.fromkeys(failed):
            show_error(message)
        if waited:
            _show_progress(asked)
        missing = [item.request for item in asked if item.state not in (JobState.DONE, JobState.WAITING)]
        outdated = [item.request for item in asked if item.outdated]
        if missing:
            _offer(missing, Ask(marked("Try again"), "", ask.help) if failed else ask, key)
        elif outdated:
            _offer(outdated, Ask(marked("Compute again"), _OUTDATED, ask.help), key)


def _offer(requests: Sequence[AnalysisRequest], ask: Ask, key: str) -> None:
    """Draw the button that submits what is missing."""
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(_(ask.label), key=f"{key}_ask", icon=":material/play_arrow:", help=_(ask.help) or None)
        if ask.sentence:
            st.markdown(_(ask.sentence), width="content")
    if pressed:
        for request in requests:
            AnalysisQueue(services.store()).submit(request, session.owner())
        st.rerun()


def _show_progress(asked: Sequence[_Asked]) -> None:
    """Draw one bar for all that was asked for: how far it is together, and what is being done now."""
    jobs = [item.job for item in asked if item.job is not None and item.state in (JobState.WAITING, JobState.DONE)]
    fraction = sum(1.0 if job.state is JobState.DONE else job.progress for job in jobs) / len(jobs)
    doing = next((job.doing for job in jobs if job.state is JobState.WAITING and job.doing), "")
    st.progress(
        fraction, text=f"{for_markdown(_(doing))} … {percent(fraction, 0)}" if doing else _("Waits for a worker …")
    )
    if not doing and not services.store().workers():
        st.caption(_("No worker is running at the moment. This begins as soon as one is back."))
