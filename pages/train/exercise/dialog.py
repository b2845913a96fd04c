"""Share as an exercise: the form that makes a link of the settings on the page, a task, and what may be changed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

import streamlit as st

from mnist_core.config import SETTINGS, TrainConfig
from mnist_core.data import MNIST
from mnist_core.errors import UserError
from mnist_core.ledger import FilterError, matching
from mnist_core.lessons.exercise import TITLE, exercise
from mnist_core.lessons.lesson import FIXABLE, HIDEABLE, Step
from mnist_core.lessons.problems import LessonError
from mnist_core.lessons.read_lesson import LONGEST_TEXT, LONGEST_TITLE
from mnist_core.lessons.task import write_task
from mnist_core.lessons.text_check import text_problem
from mnist_core.runs.handwriting.planned_mixture import DatasetChoice, PlannedMixture
from mnist_core.text.escape import for_markdown, sentence_for_markdown
from mnist_core.text.sentence import marked
from pages.shared import services
from pages.shared.messages import in_words
from pages.train.exercise.hand_out_to_class import offer_to_class
from pages.train.exercise.question_fields import QuestionRefused, choose_question
from pages.visit import session
from pages.visit.language import _

_ASKED = "share_as_exercise"
_OTHER_CONTROLS = {
    "dataset": marked("Dataset"),
    "more_settings": marked("More settings"),
    "sweep": marked("Start a sweep"),
    "experiments": marked("Experiments"),
}
EXAMPLE = "test accuracy >= 97 % and parameters < 20000"


def show_share_button() -> None:
    """Draw the button that asks for the dialog; `share_if_asked` opens it once the settings are known."""
    st.button(
        _("Share as an exercise"),
        icon=":material/assignment:",
        type="tertiary",
        help=_("A link that opens Train with these settings and a task of yours over it."),
        on_click=session.put,
        args=(_ASKED, True),
    )


def share_if_asked(config: TrainConfig | None, images: DatasetChoice) -> None:
    """Open the dialog if its button was pressed, unless a setting is refused, which the page says."""
    asked = session.get(_ASKED, False)
    session.put(_ASKED, False)
    if asked and config is not None:
        st.dialog(_("Share as an exercise"), width="large")(_share)(config, images)


def _share(config: TrainConfig, images: DatasetChoice) -> None:
    base = images.base if isinstance(images, PlannedMixture) else images
    filled_in = _(
        "The link fills in these settings: {settings}; {images}.", settings=config.describe(), images=base.title
    )
    st.caption(sentence_for_markdown(filled_in))
    fields = _choose(config, base.name)
    if fields is None:
        return
    try:
        step = exercise(config=config, dataset="" if base.name == MNIST else base.name, **fields)
        address = f"train?task={write_task(step)}"
    except LessonError as error:  # what the fields do not check themselves
        _say(error.problems[0].text if error.problems else error)
        return
    st.code(urljoin(st.context.url or "", f"./{address}"), language=None, wrap_lines=True)
    offer_to_class(address, fields["task"])
    _preview(step)


def _choose(config: TrainConfig, dataset: str) -> dict[str, Any] | None:
    """Draw the fields, and under each that is refused why it is; return what they say for `exercise`."""
    title = st.text_input(_("Title"), _(TITLE), key="exercise_title", max_chars=LONGEST_TITLE).strip() or _(TITLE)
    if wrong := text_problem(title, LONGEST_TITLE):
        _say(_("The title {problem}", problem=_(wrong.text)))
    task = st.text_area(_("What is to be done"), key="exercise_task", height=80)
    if problem := text_problem(task.strip(), LONGEST_TEXT, lines=True):
        _say(_("The text {problem}", problem=_(problem.text)))
    hide, fix = _choose_controls()
    criterion = st.text_input(
        _("Done when a run matches"),
        key="exercise_criterion",
        placeholder=EXAMPLE,
        help=_(
            "A filter of the table of runs, over the learner’s own runs. Without one, the exercise is done when the "
            "learner presses Finish."
        ),
    )
    valid = _check_criterion(criterion)
    try:
        question = choose_question(config, dataset)
    except QuestionRefused as error:
        _say(error)
        return None
    if not task.strip():
        st.caption(_("Say what is to be done, and the link appears here."))
    if wrong or problem or not valid or not task.strip():
        return None
    said = {"title": title, "task": task.strip(), "criterion": criterion.strip()}
    return said | {"hide": hide, "fix": fix, "question": question}


def _choose_controls() -> tuple[list[str], list[str]]:
    """Draw the fields for what is hidden and what is fixed, and return the names."""
    left, right = st.columns(2)
    labels = {name: _label(name) for name in HIDEABLE}
    options: dict[str, Any] = {"format_func": labels.__getitem__, "placeholder": _("Choose")}
    hidden_help, fixed_help = (
        _("Controls that the learner does not see."),
        _("Settings that are seen and cannot be changed."),
    )
    hide = left.multiselect(_("Hidden"), HIDEABLE, key="exercise_hide", help=hidden_help, **options)
    fix = right.multiselect(_("Fixed"), FIXABLE, key="exercise_fix", help=fixed_help, **options)
    return hide, fix


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
    said = _("{number} of your runs match.", number=len(found))
    st.caption(f":material/check: {said}")
    return True


def _preview(step: Step) -> None:
    """Show what the learner will read, in the words of the bar."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f":small[**{for_markdown(step.title)}**]")
        st.markdown(step.text)
        if step.question:
            first, choices = _("Guess first:"), "  ·  ".join(step.question.choices)
            st.markdown(f":material/psychology_alt: **{first}** {step.question.ask} :gray[{choices}]")
        for what, names in ((_("Hidden"), step.hide), (_("Fixed"), step.fix)):
            if names:
                st.caption(f"{what}: {', '.join(map(_label, names))}")


def _label(name: str) -> str:
    return _(SETTINGS[name].label if name in SETTINGS else _OTHER_CONTROLS[name])


def _say(problem: str | UserError) -> None:
    st.markdown(f":red[:small[{sentence_for_markdown(in_words(problem))}]]")
