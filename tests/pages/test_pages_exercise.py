"""Share as an exercise: the form on Train, the link that it makes, and what opens behind that link."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from mnist_core.config import TrainConfig
from mnist_core.lessons.lesson import Criterion, Question, Step
from mnist_core.lessons.task import read_task
from mnist_core.runs import RunStore
from tests.support.visits import ME, SOMEBODY_ELSE, TRAIN, OpenPage

SHARE = "Share as an exercise"


@pytest.fixture
def form(open_page) -> OpenPage:
    page = open_page(TRAIN)
    page.type("Hidden units", 8)
    page.press(SHARE)
    return page


def fill_in(form: OpenPage, **fields: str | list[str]) -> None:
    """Fill in fields of the dialog, which AppTest opens anew for that."""
    for name, value in fields.items():
        field = next(it for kind in _KINDS for it in getattr(form.app, kind) if it.key == f"exercise_{name}")
        field.set_value(value)
    form.press(SHARE)


_KINDS = ("text_area", "text_input", "multiselect", "selectbox")


def link_of(form: OpenPage) -> str:
    (code,) = [it.value for it in form.app.code if "task=" in it.value]
    return code


def step_of(form: OpenPage) -> Step:
    (task,) = parse_qs(urlsplit(link_of(form)).query)["task"]
    return read_task(task).steps[0]


def test_a_task_alone_makes_a_link_with_the_settings_on_the_page(form):
    assert "the link appears here" in form.words
    fill_in(form, task="Find out what 8 units can do.")
    assert re.fullmatch(r".*/train\?task=[\w-]+", link_of(form))
    assert step_of(form) == Step(
        "Exercise", "Find out what 8 units can do.", page="train", settings={"hidden_units": 8}
    )


def test_everything_that_the_form_asks_for_is_in_the_link(form):
    fill_in(
        form,
        title="Eight units",
        task="Train.",
        hide=["more_settings"],
        fix=["hidden_units"],
        criterion="units = 8 and state = finished",
        answer="test_accuracy",
    )
    fill_in(form, ask_test_accuracy="How good?", choices_test_accuracy="50 %; 90 %")
    step = step_of(form)
    assert step.title == "Eight units"
    assert (step.hide, step.fix) == (("more_settings",), ("hidden_units",))
    assert step.criterion == Criterion("units = 8 and state = finished")
    of = (
        'dataset = "mnist" and hidden_units = 8 and epochs = 5 and batch_size = 128 '
        "and optimizer = rmsprop and learning_rate = 0.001"
    )
    assert step.question == Question("How good?", "test_accuracy", of, ("50 %", "90 %"))


def test_a_criterion_is_checked_while_it_is_written(form):
    with RunStore.open() as store:
        store.submit(TrainConfig(hidden_units=8), owner=ME)
    fill_in(form, task="Train.", criterion="units = 8")
    assert "1 of your runs match" in form.words
    fill_in(form, criterion="unitz = 8")
    assert "There is no column “unitz”. Do you mean “units”?" in form.words
    assert not [it for it in form.app.code if "task=" in it.value]


def test_what_no_exercise_may_have_is_refused_where_it_is_typed(form):
    for task, words in (
        ("See https://example.org", "The text has “https:/”"),
        ("<b>Train</b>", "; expected Markdown without HTML"),
    ):
        fill_in(form, task=task)
        assert words in form.words
    fill_in(form, task="Train.", title="<b>", answer="outcome")
    assert "[The title has “" in form.words
    fill_in(form, title=" ")
    assert step_of(form).title == "Exercise"
    fill_in(form, choices_outcome="one")
    assert "A question has 2 to 8 choices or none, not 1." in form.words
    fill_in(form, choices_outcome="", ask_outcome=" ")
    assert "The question is missing." in form.words
    assert not [it for it in form.app.code if "task=" in it.value]


def test_the_link_opens_the_exercise_over_the_page(form, open_page):
    fill_in(form, task="Find out what *8 units* can do.", hide=["more_settings"], answer="outcome")
    (task,) = parse_qs(urlsplit(link_of(form)).query)["task"]
    page = open_page(TRAIN, task=task, owner=SOMEBODY_ELSE)
    assert "Find out what *8 units* can do." in page.words
    assert "Guess first:** What will become of this network?" in page.words
    assert page.text("Hidden units").value == "8"
    assert SHARE not in page.buttons
    page.press("Finish")
    assert "task" in page.app.query_params
