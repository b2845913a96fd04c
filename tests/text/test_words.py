"""One form for each kind of thing that people read: percentages, states of runs, names of datasets."""

import re
from pathlib import Path

import pytest

from mnist_core.cli import train
from mnist_core.cli.main import main
from mnist_core.runs import State
from mnist_core.text.words import Read, one_by_one, percent, side_by_side, told_apart, with_article
from tests.support.visits import RUNS, TRAIN

PROJECT = Path(__file__).parents[2]
FORMAT_OF_PYTHON = re.compile(r"\{[^{}%]*:[^{}]*%\}")
OTHER_FORMS = re.compile(r"\d%|\bactive\b|\bmnist\b|\bfashion-mnist\b")
"""Of a percentage, a state and a dataset, as programs have them."""


@pytest.mark.parametrize(
    ("fraction", "digits", "text"),
    [
        (0, 1, "0.0 %"),
        (1e-9, 1, "<0.1 %"),
        (0.0005, 1, "0.1 %"),
        (0.5, 0, "50 %"),
        (0.9652, 2, "96.52 %"),
        (0.9994, 1, "99.9 %"),
        (0.99999, 1, ">99.9 %"),
        (0.999999, 2, ">99.99 %"),
        (0.999, 0, ">99 %"),
        (1, 1, "100.0 %"),
        (None, 2, "–"),
        (float("nan"), 2, "–"),
    ],
)
def test_percentages_have_one_form_and_never_claim_too_much(fraction, digits, text):
    assert percent(fraction, digits) == text


def test_nobody_writes_percentages_on_their_own():
    """Python's own format has no space: `percent` is for Python, and figure.js writes the formats of charts itself."""
    for folder in ("mnist_core", "pages", "scripts", "benchmarks", "soak"):
        for path in sorted((PROJECT / folder).rglob("*.py")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                found = [it for it in FORMAT_OF_PYTHON.findall(line) if f"%{it}" not in line]
                assert not found, f"{path.name}:{number}: {line.strip()}"


STATES = sorted((it for it in State if it is not State.DAMAGED), key=lambda state: state is State.ACTIVE)
"""In this order, since one that is active would keep later ones waiting."""


def said_by(page):
    """All that a page says, in sentences, numbers, tables and fields."""
    tables = [value for table in page.app.dataframe for value in [*table.value.columns, *table.value.to_numpy().flat]]
    fields = [option for field in page.app.selectbox for option in field.options]
    return [page.words, *page.metrics.values(), *page.buttons, *map(str, tables), *fields]


@pytest.mark.slow
@pytest.mark.parametrize("path", [TRAIN, RUNS, "evaluate/page.py", "data/page.py", "draw/page.py"])
def test_pages_say_it_in_one_form(open_page, make_run, path):
    for state in STATES:
        make_run(state)
    page = open_page(path)
    if path == RUNS:
        page.app.text_input[0].set_value("state = training or state = finished")
        page.rerun()
    said = said_by(page)
    assert any(text for text in said)
    assert not [text for text in said if OTHER_FORMS.search(text)]


@pytest.mark.slow
def test_the_terminal_says_it_in_the_same_form(store, make_run, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    numbers = {state: make_run(state) for state in STATES}
    for command in ("runs", "data", "evaluate starter", f"evaluate {numbers[State.STOPPED]}"):
        assert main(command.split()) == 0
    train._conclude(store, store.run(numbers[State.FINISHED]), False)
    said = capsys.readouterr().out
    for word in ("Training", "Paused", "Finished", "Stopped", "Failed", "MNIST", " %"):
        assert word in said
    assert not OTHER_FORMS.search(said)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ([Read("7", 0.993, True)], "7: a 7, 99 %"),
        ([Read("7", 0.993, True), Read("2", 0.97, True)], "72: a 7, 99 %, and a 2, 97 %"),
        ([Read("A", 0.97, True), Read("F", 0.55, False)], "AF?: an A, 97 %, and perhaps an F, 55 %"),
        ([Read(it, 0.9, True) for it in "181"], "181: a 1, 90 %, an 8, 90 %, and a 1, 90 %"),
    ],
)
def test_what_was_read_in_a_row_is_one_sentence(row, text):
    assert f"{side_by_side(row)}: {one_by_one(row)}" == text


def test_articles_go_by_how_a_class_is_said():
    assert [with_article(it) for it in ("U", "S", "Shirt", "Ankle boot")] == ["a U", "an S", "a Shirt", "an Ankle boot"]


def test_numbers_that_differ_are_written_with_as_many_digits_as_show_it():
    assert told_apart(0.5, 0.4) == ("0.5", "0.4")
    assert told_apart(0.25996, 0.26) == ("0.25996", "0.26")
    assert told_apart(0.123456, 0.126) == ("0.123", "0.126")
    assert told_apart(0.1, 0.1 + 1e-9) == ("0.1", "0.1")
