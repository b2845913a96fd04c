"""What is said of a lesson file that is not valid: the line, what was found and what was expected."""

from __future__ import annotations

import pytest

from mnist_core.lessons import LessonError, Problem, read_lesson
from tests.support.lesson_file import VALID


def problems_of(text: str) -> list[Problem]:
    try:
        read_lesson(text, "units")
    except LessonError as error:
        return list(error.problems)
    return []


def test_a_valid_file_has_no_problem():
    assert problems_of(VALID) == []


WRONG = {
    # found, in its place: the line, what is said
    ("minutes = 10\n", ""): (1, "“minutes” is missing; expected a whole number from 1 to 240."),
    ("minutes = 10", "minutes = 0"): (3, "“minutes” must be a whole number from 1 to 240, not 0."),
    ("minutes = 10", 'minutes = "ten"'): (3, "“minutes” must be a whole number from 1 to 240, not “ten”."),
    ("minutes = 10", "minutes = true"): (3, "“minutes” must be a whole number from 1 to 240, not true."),
    ("minutes = 10", "minutes = 10\nminuets = 5"): (4, 'There is no key “minuets” here; do you mean "minutes"?'),
    ('title = "Units"', 'title = "  "'): (1, "“title” is empty; expected text."),
    ('title = "Units"', f'title = "{"a" * 81}"'): (1, "“title” has 81 characters; expected at most 80."),
    ('title = "Units"', 'title = "a\\nb"'): (1, "“title” has several lines; expected one."),
    ('title = "Units"', 'title = "a\\u202eb"'): (1, "“title” has the character U+202E; expected visible ones."),
    ('title = "Eight units"\n', ""): (5, "“title” is missing; expected text in quotes."),
    ("How well", "How <b>well</b>"): (10, "“text” has “<b”; expected Markdown without HTML."),
    ("How well", "![How](a.png) well"): (10, "“text” has “![”; expected text without pictures."),
    ("How well", "[How](//example.org) well"): (
        10,
        "“text” has “](//example.org”; expected a link to a page of the app, such as (runs?filter=mine).",
    ),
    ("How well", "How https://example.org well"): (
        10,
        "“text” has “https:/”; expected no link to another site, since workshops may have no internet.",
    ),
    ("Eight units are", "Eight\u200bunits are"): (8, "“text” has the character U+200B; expected visible ones."),
    ('page = "train"', 'page = "trian"'): (13, '“page” is “trian”; do you mean "train"?'),
    ('page = "train"\n', ""): (
        5,
        '“page” is missing; expected one of "", "data", "train", "evaluate", "inside", "draw", "handwriting", "runs", '
        '"sweeps".',
    ),
    ('page = "train"', 'page = "draw"'): (
        15,
        "“settings” are filled in on the page “train”, which is not the page of this step.",
    ),
    ('view = "epochs"', 'step = "3"'): (14, "“query” has the part “step”; expected the name of a part, such as view."),
    ('view = "epochs"', "view = 3"): (14, "“view” must be text in quotes, not 3."),
    ("hidden_units = 8,", "hiden_units = 8,"): (15, 'There is no setting “hiden_units”; do you mean "hidden_units"?'),
    ("hidden_units = 8,", "units = 8,"): (15, 'There is no setting “units”; do you mean "hidden_units"?'),
    ("hidden_units = 8,", "hidden_units = 8000,"): (
        15,
        "Hidden units must be a whole number from 1 to 2,048, or 0 for no hidden layer, or several for up to 5 layers, "
        "such as 256, 64, not 8,000.",
    ),
    ("hidden_units = 8,", "momentum = 0.5,"): (
        15,
        "Momentum must be 0 with the optimizer rmsprop, since it is a setting of sgd, not 0.5.",
    ),
    ('["more_settings"]', '["more_setings"]'): (17, '“hide” has “more_setings”; do you mean "more_settings"?'),
    ('    "hidden_units",\n', '    "hiden_units",\n'): (20, '“fix” has “hiden_units”; do you mean "hidden_units"?'),
    ('["more_settings"]', '"more_settings"'): (
        17,
        '“hide” must be a list of texts, such as ["one", "two"], not “more_settings”.',
    ),
    ('["more_settings"]', "[1]"): (17, '“hide” must be a list of texts, such as ["one", "two"].'),
    ('answer = "test accuracy"', 'answer = "optimizer of it"'): (
        25,
        "“answer” must be a column of the ledger, or most confused pair or outcome. There is no column “optimizer of "
        "it”. Do you mean “optimizer”?",
    ),
    ('answer = "test accuracy"', 'answer = "started"'): (
        25,
        "“answer” is “Started”; expected a column of numbers.",
    ),
    ('answer = "test accuracy"', 'answer = "our class"'): (
        25,
        "“answer” is “Our class”. Only the table of runs knows “Our class”, and only in a class; expected another "
        "column.",
    ),
    ('of = "units = 8"', 'of = "units = 8 and not class accuracy < 50 %"'): (
        26,
        "“of” is “units = 8 and not class accuracy < 50 %”. Only the table of runs knows “Our class”, and only in a "
        "class; expected another column.",
    ),
    ('of = "units = 8"', 'of = "unit = 8"'): (
        26,
        "“of” is “unit = 8”. There is no column “unit”. Do you mean “units”?",
    ),
    ('"about 90 %"]', '"about 50 %"]'): (
        27,
        "“choices” has “about 50 %”; expected different texts, none of them empty.",
    ),
    (', "about 90 %"]', "]"): (27, "“choices” has 1; expected 2 to 8 texts."),
    ("count = 1\n", "count = 0\n"): (32, "“count” must be a whole number from 1 to 100, not 0."),
    ('runs = "units = 8 and state = finished"\n', ""): (
        31,
        "“count” counts runs; expected “runs” beside it, the filter that they match.",
    ),
    ("drawings = 10", "drawings = 1_000_000"): (
        33,
        "“drawings” must be a whole number from 1 to 1,000, not 1,000,000.",
    ),
    ('filter = "units = 8"', 'filter = "units = eight"'): (
        39,
        "“filter” is “units = eight”. “Hidden units” is a number, and “eight” is not one. "
        "Example: units >= 128 and optimizer = adam.",
    ),
    ("{ visited = true }", '{ visited = "yes" }'): (40, "“visited” must be true or false, not “yes”."),
    ("{ visited = true }", "{}"): (
        40,
        "The criterion asks for nothing; expected runs, drawings or visited = true.",
    ),
}


@pytest.mark.parametrize(("found", "wrong"), WRONG)
def test_a_problem_is_reported_with_its_line_and_what_was_expected(found, wrong):
    assert found in VALID
    assert problems_of(VALID.replace(found, wrong, 1)) == [WRONG[found, wrong]]


def test_all_problems_of_a_file_are_reported_at_once_in_the_order_of_their_lines():
    text = VALID.replace("minutes = 10", "minutes = 0").replace("count = 1", "count = 0").replace('"runs"', '"run"')
    assert [line for line, _ in problems_of(text)] == [3, 32, 38]


def test_the_text_of_the_error_names_the_file_the_line_and_how_many_more_there_are():
    with pytest.raises(LessonError) as error:
        read_lesson(VALID.replace("10", "0"), "units", "en")
    assert str(error.value) == ("units.toml, line 3: “minutes” must be a whole number from 1 to 240, not 0. (1 more)")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('title = "a" b', 1),
        ("title = 'a'\ntitle = 'b'", 2),
        ("# a comment\n\n'title'", 3),
        ('a = 1\ntext = """\nwithout an end\n\n', 2),
        ("a = 1\nhide = [\n'epochs',\n\n", 2),
        ('a = 1\nb = "\x07"', 2),
        (f"a = 1\nb = {'9' * 5000}", 2),
        ("a = 1\r\nb = 2\r\nc =\r\n", 3),
        ("a = 1\nb = 1979-13-40", 2),
    ],
)
def test_what_is_not_toml_is_reported_where_it_begins(text, line):
    ((reported, what),) = problems_of(text)
    assert (reported, what[:17]) == (line, "This is not TOML:")


def test_parts_of_a_step_that_stand_outside_of_it_are_told_where_they_belong():
    text = VALID.replace("[step.question]", "[question]")
    assert problems_of(text) == [(23, "There is no key “question” here; expected [step.question].")]


def test_tables_of_another_name_are_reported_where_the_first_of_them_begins():
    begin, steps = VALID.split("[[step]]", 1)
    text = f"{begin}[[steps]]{steps}".replace("[step.", "[steps.").replace("[[step]]", "[[steps]]")
    assert problems_of(text) == [
        (1, "“step” is missing; expected one or more tables [[step]]."),
        (5, 'There is no key “steps” here; do you mean "step"?'),
    ]


@pytest.mark.parametrize(
    ("found", "wrong", "hint"),
    [('"train"', "train", "(texts need quotes)"), ("[[step]]", "[step]", "(each step begins with [[step]])")],
)
def test_common_mistakes_in_the_syntax_get_a_hint(found, wrong, hint):
    ((_, what),) = problems_of(VALID.replace(found, wrong))
    assert hint in what


def test_brackets_within_brackets_end_somewhere():
    assert problems_of(f"a = 1\nb = {'[' * 20_000}") == [(2, "There are too many brackets within each other.")]


def test_a_key_of_thousands_of_parts_is_refused_before_it_is_read():
    text = f"a = 1\n{'b.' * 10_000}c = 2"
    assert problems_of(text) == [(2, "There are more than 100 dots here; expected keys without dots.")]


def test_a_file_that_is_too_large_is_refused():
    assert problems_of("#" * 64_001) == [(1, "The file has 64,001 bytes; expected at most 64,000.")]
