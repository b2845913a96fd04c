"""Predict, then reveal: an exercise asks for a guess, and shows it beside the answer of the learner's own run."""

from __future__ import annotations

from typing import Any

from mnist_core.lessons.lesson import MOST_CONFUSED_PAIR, OUTCOME, Question, Step
from mnist_core.lessons.task import write_task
from mnist_core.runs import Failure, State
from tests.support.runs_with_networks import BARS, add_run_with_network
from tests.support.visits import ME, SOMEBODY_ELSE, TRAIN, OpenPage

CHOICES = ("about 50 %", "about 90 %")


def exercise(answer: str, *choices: str, **more: Any) -> str:
    question = Question("How good?", answer, "units = 3 and state = finished", choices, **more)
    return write_task(Step("Exercise", "Train 3 units.", page="train", dataset=BARS.name, question=question))


def choose(page: OpenPage, choice: str) -> None:
    (pills,) = [it for it in page.app.button_group if str(it.key).startswith("guess_")]
    pills.select(choice)
    page.rerun()


def classes(page: OpenPage) -> Any:
    return next(it for it in page.app.multiselect if it.label == "How good?")


def test_a_guess_stands_beside_the_answer_once_a_run_has_it(open_page, store):
    add_run_with_network(store, State.FINISHED, owner=SOMEBODY_ELSE)
    page = open_page(TRAIN, task=exercise("test accuracy", *CHOICES, why="*Three* are few."))
    assert "Guess first:** How good?" in page.words
    choose(page, "about 50 %")
    assert "You guessed **about 50 %**. Train, and the answer appears here." in page.words
    page.press("Change")
    choose(page, "about 90 %")
    add_run_with_network(store, State.FINISHED, owner=ME)
    page.rerun()
    assert "You guessed **about 90 %** · **it is 75.00 %**" in page.words
    assert "Run 2: It classifies 100.00 % of the training images" in page.words
    assert "*Three* are few." in page.words
    assert "Change" not in page.buttons


def test_what_a_run_showed_before_is_not_told_before_the_guess(open_page, store):
    add_run_with_network(store, State.FINISHED, owner=ME)
    page = open_page(TRAIN, task=exercise("test accuracy"))
    assert "it is 75.00 %" not in page.words
    for refused in (None, 101.0):
        page.number("How good?").set_value(refused)
        page.press("Guess")
        assert "Type a number from 0 to 100." in page.words
    page.number("How good?").set_value(60.0)
    page.press("Guess")
    assert "You guessed **60 %** · **it is 75.00 %**" in page.words


def test_the_answer_can_be_had_without_a_guess(open_page, store):
    add_run_with_network(store, State.FINISHED, owner=ME)
    page = open_page(TRAIN, task=exercise("parameters"))
    page.press("Skip")
    assert "How good? **It is 2,367**" in page.words
    assert "Dense (hidden): 784 × 3 weights + 3 biases; Dense (output): 3 × 3 weights + 3 biases." in page.words


def test_a_pair_of_classes_is_chosen_among_those_of_the_dataset(open_page, store):
    add_run_with_network(store, State.FINISHED, (0, 2, 1), owner=ME)
    page = open_page(TRAIN, task=exercise(MOST_CONFUSED_PAIR))
    assert classes(page).options == list(BARS.class_names)
    classes(page).set_value(["bar 1"])
    page.press("Guess")
    assert "Choose two classes." in page.words
    classes(page).set_value(["bar 2", "bar 1"])
    page.press("Guess")
    assert "You guessed **bar 1 and bar 2** · **it is bar 1 and bar 2**" in page.words
    assert (
        "40 of 40 images of bar 1 were taken for bar 2, and 40 of 40 of bar 2 for bar 1: 80 of 80 errors." in page.words
    )


def test_a_page_that_shows_the_answer_appears_after_the_guess(open_page, store):
    question = Question("Which pair?", MOST_CONFUSED_PAIR, choices=("bar 0 and bar 1", "bar 1 and bar 2"))
    task = write_task(Step("Exercise", "Look at the matrix.", page="evaluate", question=question))
    page = open_page("evaluate/page.py", task=task)
    assert "It appears after your guess." not in page.words
    add_run_with_network(store, State.FINISHED, (0, 2, 1), owner=ME)
    page.rerun()
    assert "It appears after your guess." in page.words
    assert not page.app.title
    choose(page, "bar 1 and bar 2")
    assert "· **it is bar 1 and bar 2**" in page.words
    assert page.app.title[0].value == "Evaluate"


def test_divergence_is_an_answer(open_page, store):
    question = Question("What will happen?", OUTCOME, "units = 3")
    task = write_task(Step("Exercise", "Train.", page="train", question=question))
    add_run_with_network(store, State.FAILED, owner=ME, failure=Failure.DIVERGED)
    page = open_page(TRAIN, task=task)
    choose(page, "It learns")
    assert "You guessed **It learns** · **it diverged**" in page.words


def test_a_link_without_an_exercise_says_so_over_the_page(open_page):
    page = open_page(TRAIN, task="AAAA")
    for task in ("<script>", "x" * 3000):
        assert "The link’s exercise cannot be read" in page.words
        assert "Train" in page.buttons
        page.press("Close")
        assert "exercise cannot" not in page.words
        page.go_to(TRAIN, task=task)
    assert "it has 3,000 characters" in page.words


def test_in_german_the_question_and_its_answer_are_german(open_page, store):
    add_run_with_network(store, State.FINISHED, owner=ME)
    page = open_page(TRAIN, task=exercise("test accuracy", *CHOICES), locale="de-AT")
    assert "**Erst schätzen:** How good?" in page.words
    choose(page, "about 50 %")
    assert "Geschätzt: **about 50 %** · **tatsächlich: 75.00 %**" in page.words
