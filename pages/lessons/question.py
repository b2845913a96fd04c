"""Predict, then reveal: asks for a guess, and shows it beside the answer once both are there."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import streamlit as st

from mnist_core.data import MNIST
from mnist_core.errors import UserError
from mnist_core.ledger.column_declaration import Kind
from mnist_core.ledger.filter import find_column
from mnist_core.lessons.asked_run import NoAnswerYet
from mnist_core.lessons.lesson import MOST_CONFUSED_PAIR, OUTCOME, Question, Step
from mnist_core.text.escape import for_markdown, sentence_for_markdown
from mnist_core.text.sentence import marked
from pages.lessons.answers import Answer, find_answer
from pages.lessons.current_lesson import CurrentLesson, keep_guess
from pages.shared import services
from pages.shared.messages import show_warning
from pages.visit.language import _, translator

SKIPPED = "–"
"""What is kept in place of a guess where somebody wants to see the answer without one."""
OUTCOMES = (marked("It learns"), marked("It stays at chance"), marked("It diverges"))
"""The choices of a question about the outcome that has none of its own."""
SHOWING = ("evaluate", "inside", "runs", "sweeps")
"""Pages about runs that have ended. Train is where the learner makes them."""
LARGEST = 1e9


def shows_the_answer(current: CurrentLesson, page: str, guess: str) -> bool:
    """Whether a page would show the answer to its step's question before there is a guess."""
    step = current.step
    if step is None or step.question is None or guess or page != step.page or page not in SHOWING:
        return False
    with suppress(UserError):
        return isinstance(find_answer(step.question), Answer)
    return False


def show_question(current: CurrentLesson, guess: str) -> None:
    """Draw the question of a step, if it has one: its input until there is a guess, then the guess and the answer."""
    step = current.step
    if step is None or step.question is None:
        return
    st.html(Path(__file__).with_name("question.css"))
    with st.container(key="lesson_question", gap="xxsmall"):
        if not guess:
            _ask(current, step, step.question)
            return
        try:
            found = find_answer(step.question)
        except UserError as error:
            show_warning(error, ":material/search_off:")
            return
        if isinstance(found, Answer):
            _reveal(step.question, guess, found)
        else:
            _wait(current, step.question, guess, found)


# -- the guess ----------------------------------------------------------------------------------------


def _ask(current: CurrentLesson, step: Step, question: Question) -> None:
    key = f"guess_{current.lesson.name}_{current.number}"
    choices = question.choices or (OUTCOMES if question.answer == OUTCOME else ())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        first = _("Guess first:")
        st.markdown(f":material/psychology_alt: **{first}** {question.ask}", width="content")
        if choices:
            _offer(current, question.ask, choices, key)
        elif question.answer == MOST_CONFUSED_PAIR:
            _ask_for_pair(current, question.ask, _class_names(step), key)
        else:
            _ask_for_number(current, question, key)
        st.button(
            _("Skip"),
            key=f"{key}_skip",
            type="tertiary",
            help=_("Show the answer without a guess"),
            on_click=keep_guess,
            args=(current, SKIPPED),
        )


def _offer(current: CurrentLesson, label: str, choices: tuple[str, ...], key: str) -> None:
    chosen = st.pills(label, choices, key=key, label_visibility="collapsed", width="content", format_func=translator())
    if chosen:
        _keep(current, chosen)


def _ask_for_pair(current: CurrentLesson, label: str, names: tuple[str, ...], key: str) -> None:
    with st.form(key, border=False, width="content"), st.container(horizontal=True, gap="xsmall", width="content"):
        chosen = st.multiselect(
            label,
            names,
            key=f"{key}_pair",
            max_selections=2,
            placeholder=_("Two classes"),
            label_visibility="collapsed",
            width=220,
        )
        pressed = st.form_submit_button(_("Guess"))
    if pressed and len(chosen) == 2:
        _keep(
            current, _("{one} and {other}", **dict(zip(("one", "other"), sorted(chosen, key=names.index), strict=True)))
        )
    elif pressed:
        wanted = _("Choose two classes.")
        st.caption(f":red[{wanted}]")


def _ask_for_number(current: CurrentLesson, question: Question, key: str) -> None:
    unit = question.unit or ("%" if find_column(question.answer).kind is Kind.FRACTION else "")
    highest = 100.0 if unit == "%" else LARGEST
    with st.form(key, border=False, width="content"), st.container(horizontal=True, gap="xsmall", width="content"):
        value = st.number_input(
            question.ask,
            key=f"{key}_number",
            value=None,
            placeholder=f"… {unit}".strip(),
            format="%.10g",
            label_visibility="collapsed",
            width=150,
        )
        pressed = st.form_submit_button(_("Guess"))
    if not pressed:
        return
    if value is None or not -LARGEST <= value <= highest or (unit == "%" and value < 0):
        wanted = _("Type a number from 0 to 100.") if unit == "%" else _("Type a number.")
        st.caption(f":red[{wanted}]")
        return
    _keep(current, f"{value:,.10g} {unit}".strip())


def _keep(current: CurrentLesson, guess: str) -> None:
    keep_guess(current, guess)
    st.rerun()


def _class_names(step: Step) -> tuple[str, ...]:
    """Return the classes of the dataset of a step, by default MNIST's."""
    wanted = (step.dataset or MNIST).casefold()
    known = services.dataset_store().all()
    found = [it for it in known if wanted in (it.name.casefold(), it.title.casefold())]
    return tuple((found or known)[0].class_names)


# -- the answer ---------------------------------------------------------------------------------------


def _wait(current: CurrentLesson, question: Question, guess: str, found: NoAnswerYet) -> None:
    """Show a guess before its answer. It can be changed until a run shows something of the answer."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if guess == SKIPPED:
            said = _("You skipped the guess.")
        else:
            said = _("You guessed **{guess}**.", guess=_shown(question, guess))
        which = _("The answer is that of your newest run that matches: {filter}", filter=question.of)
        words = f":material/psychology_alt: {said} {sentence_for_markdown(_(found.what_to_do))}"
        st.markdown(words, width="content", help=sentence_for_markdown(which) if question.of else None)
        if not found.begun:
            label = _("Guess after all") if guess == SKIPPED else _("Change")
            st.button(label, key="change_guess", type="tertiary", on_click=keep_guess, args=(current, ""))


def _reveal(question: Question, guess: str, answer: Answer) -> None:
    text = sentence_for_markdown(_(answer.text))
    if guess == SKIPPED:
        said = f"{question.ask} **{text[:1].upper()}{text[1:]}**"
    else:
        guessed = _("You guessed **{guess}**", guess=_shown(question, guess))
        said = f"{guessed} · **{text}**"
    st.markdown(f":material/lightbulb: {said}")
    reasons = sentence_for_markdown(" ".join(map(_, answer.reasons)))
    why = _("Run {run}: {reasons}", run=answer.run, reasons=reasons) if reasons else ""
    with st.container(key="lesson_reason"):
        st.caption(" ".join(filter(None, (why, question.why))))


def _shown(question: Question, guess: str) -> str:
    """Return a guess as Markdown: a choice is that already, anything else is what somebody typed."""
    return guess if guess in question.choices else for_markdown(_(guess))
