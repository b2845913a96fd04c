"""Share as an exercise: the form that makes a link of the settings on the page, a task, and what may be changed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

import streamlit as st

from mnist_core.config import SETTINGS, TrainConfig
from mnist_core.data import MNIST
from mnist_core.ledger import FilterError, matching
from mnist_core.lessons.exercise import exercise
from mnist_core.lessons.lesson import FIXABLE, HIDEABLE, Step
from mnist_core.lessons.problems import LessonError
from mnist_core.lessons.read_lesson import LONGEST_TEXT
from mnist_core.lessons.task import write_task
from mnist_core.lessons.text_check import text_problem
from mnist_core.runs.handwriting.planned_mixture import DatasetChoice, PlannedMixture
from mnist_core.text.escape import sentence_for_markdown
from mnist_core.text.words import in_sentence, listed
from pages.shared import services
from pages.train.exercise.question_fields import QuestionRefused, choose_question
from pages.visit import session

_ASKED = "share_as_exercise"
_OTHER_CONTROLS = {
    "dataset": "Dataset",
    "more_settings": "More settings",
    "sweep": "Start a sweep",
    "experiments": "Experiments",
}
EXAMPLE = "test accuracy >= 97 % and parameters < 20000"


def show_share_button() -> None:
    """Draw the button that asks for the dialog; `share_if_asked` opens it once the settings are known."""
    st.button(
        "Share as an exercise",
        icon=":material/assignment:",
        type="tertiary",
        help="A link that opens Train with these settings and a task of yours over it.",
        on_click=session.put,
        args=(_ASKED, True),
    )


def share_if_asked(config: TrainConfig | None, images: DatasetChoice) -> None:
    """Open the dialog if its button was pressed, unless a setting is refused, which the page says."""
    asked = session.get(_ASKED, False)
    session.put(_ASKED, False)
    if asked and config is not None:
        _share(config, images)


@st.dialog("Share as an exercise", width="large")
def _share(config: TrainConfig, images: DatasetChoice) -> None:
    base = images.base if isinstance(images, PlannedMixture) else images
    st.caption(sentence_for_markdown(f"The link fills in these settings: {config.describe()}; {base.title}."))
    fields = _choose(config)
    if fields is None:
        return
    try:
        step = exercise(config=config, dataset="" if base.name == MNIST else base.name, **fields)
        link = urljoin(st.context.url or "", f"./train?task={write_task(step)}")
    except LessonError as error:  # what the fields do not check themselves
        _say(error.problems[0].text if error.problems else error)
        return
    st.code(link, language=None, wrap_lines=True)
    _preview(step)


def _choose(config: TrainConfig) -> dict[str, Any] | None:
    """Draw the fields, and under each that is refused why it is; return what they say for `exercise`."""
    task = st.text_area("What is to be done", key="exercise_task", height=80, placeholder="Train this network. …")
    if problem := text_problem(task.strip(), LONGEST_TEXT, lines=True):
        _say(f"The text {problem.text}")
    left, right = st.columns(2)
    hide = left.multiselect(
        "Hidden", HIDEABLE, format_func=_label, key="exercise_hide", help="Controls that the learner does not see."
    )
    fix = right.multiselect(
        "Fixed", FIXABLE, format_func=_label, key="exercise_fix", help="Settings that are seen and cannot be changed."
    )
    criterion = st.text_input(
        "Done when a run matches",
        key="exercise_criterion",
        placeholder=EXAMPLE,
        help="A filter of the table of runs, over the learner’s own runs. Without one, the exercise has a button to "
        "say that it is done.",
    )
    valid = _check_criterion(criterion)
    try:
        question = choose_question(config)
    except QuestionRefused as error:
        _say(error)
        return None
    if not task.strip():
        st.caption("Say what is to be done, and the link appears here.")
    if problem or not valid or not task.strip():
        return None
    return {"task": task.strip(), "hide": hide, "fix": fix, "question": question, "criterion": criterion.strip()}


def _check_criterion(text: str) -> bool:
    """Say how many of the browser's own runs match, or what is wrong; return whether nothing is."""
    if not text.strip():
        return True
    everybodys, owner = services.all_runs(), session.owner()
    try:
        found = matching(everybodys.frame.loc[[run.id for run in everybodys.runs if run.owner == owner]], text)
    except FilterError as error:
        _say(error)
        return False
    st.caption(f":material/check: {len(found)} of your runs match.")
    return True


def _preview(step: Step) -> None:
    """Show what the learner will read, in the words of the bar."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f":small[**{step.title}**]")
        st.markdown(step.text)
        if step.question:
            choices = "  ·  ".join(step.question.choices) or "a number"
            st.markdown(f":material/psychology_alt: **Guess first:** {step.question.ask} :gray[{choices}]")
        limits = [_names("hidden", step.hide), _names("fixed", step.fix)]
        st.caption(" ".join(filter(None, limits)))


def _names(what: str, names: tuple[str, ...]) -> str:
    return f"{what.capitalize()}: {listed([in_sentence(_label(name)) for name in names])}." if names else ""


def _label(name: str) -> str:
    return SETTINGS[name].label if name in SETTINGS else _OTHER_CONTROLS[name]


def _say(problem: object) -> None:
    st.markdown(f":red[:small[{sentence_for_markdown(problem)}]]")
