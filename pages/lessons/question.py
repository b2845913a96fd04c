"""The question of a step: what the learner guesses before the answer is shown."""

from __future__ import annotations

import streamlit as st

from pages.lessons.current_lesson import CurrentLesson, keep_guess


def show_question(current: CurrentLesson, guess: str) -> None:
    """Ask the question of a step, if it has one, and keep the guess; `guess` is the one that there is, "" for none."""
    step = current.step
    question = step.question if step is not None else None
    if question is None:
        return
    key = f"guess_{current.lesson.name}_{current.number}"
    if question.choices:
        chosen = question.choices.index(guess) if guess in question.choices else None
        answer = st.radio(question.ask, question.choices, index=chosen, horizontal=True, key=key)
    else:
        number = st.number_input(f"{question.ask} ({question.unit})", value=float(guess) if guess else None, key=key)
        answer = None if number is None else str(number)
    if answer is not None and answer != guess:
        keep_guess(current, answer)
