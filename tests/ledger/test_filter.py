"""Filters in words: which runs each keeps, and what is said of one that makes no sense."""

import pandas as pd
import pytest

from mnist_core.ledger import FilterError, ViewState, matching
from mnist_core.model.architecture import Architecture, Hidden
from mnist_core.runs import State
from tests.support.sample_records import DAY, FIRST_OF_MARCH, frame, new_run, run


@pytest.fixture(scope="module")
def runs() -> pd.DataFrame:
    """Four finished runs of two people, begun on the 3rd to the 6th of March, and one that has just begun."""
    ada, grace = {"nickname": "Ada"}, {"nickname": "Grace"}
    return frame(
        run(1, name="run of 64", hidden_units=64, test_accuracy=0.970, created_at=FIRST_OF_MARCH + 2.1 * DAY, **ada),
        run(2, name="run of 128", hidden_units=128, optimizer="adam", test_accuracy=0.976, tags=("odd", "week-1"),
            pinned=True, created_at=FIRST_OF_MARCH + 3.1 * DAY, **ada),
        run(3, name="run of 512", hidden_units=512, optimizer="adam", test_accuracy=0.982, seed=1, augment=True,
            created_at=FIRST_OF_MARCH + 4.1 * DAY, **grace),
        run(4, name="run of 64", hidden_units=64, seed=1, test_accuracy=0.974, sweep_id=7,
            created_at=FIRST_OF_MARCH + 5.1 * DAY, **grace),
        new_run(5, name="run of 32", hidden_units=32, created_at=FIRST_OF_MARCH + 6.1 * DAY, **grace),
    )  # fmt: skip


def kept(frame: pd.DataFrame, text: str) -> list[int]:
    return list(matching(frame, text).index)


@pytest.mark.parametrize(
    ("text", "runs_kept"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("  ", [1, 2, 3, 4, 5]),
        ("units >= 128 and optimizer = adam", [2, 3]),
        ("Hidden units = 64 and seed != 0", [4]),
        ("hidden_units in (64, 128) and accuracy > 97.1%", [2, 4]),
        ("units in (64)", [1, 4]),
        ("optimizer in (sgd, adam)", [2, 3]),
        ("tag = odd", [2]),
        ("tag = week", []),
        ("optimizer = ada", []),
        ("name = run", []),
        ("not tags contains week and accuracy > 90", [1, 3, 4]),
        ("'run of 512'", [3]),
        ("state = active", [5]),
        ("state = waiting", [5]),
        ("state in (waiting, paused) or state = Finished", [1, 2, 3, 4, 5]),
        ("state != Waiting", [1, 2, 3, 4]),
        ("state != active", [1, 2, 3, 4]),
        ("dataset = MNIST", [1, 2, 3, 4, 5]),
        ("dataset = Fashion-MNIST", []),
        ("augment = on", [3]),
        ("augment is yes", [3]),
        ("augment != on", [1, 2, 4, 5]),
        ("augment = off", [1, 2, 4, 5]),
        ("pinned = true", [2]),
        ("name = 'run of 64'", [1, 4]),
        ('name = "run of 64"', [1, 4]),
        ("name != 'run of 64'", [2, 3, 5]),
        ("name contains 2", [2, 3, 5]),
        ("units contains 12", [2, 3]),
        ("learning_rate = .001 and lr < 1e-2", [1, 2, 3, 4, 5]),
        ("number = 3", [3]),
        ("time > 11.5", [1, 2, 3, 4]),
    ],
)
def test_filters_keep_what_they_say(runs, text, runs_kept):
    assert kept(runs, text) == runs_kept


@pytest.mark.parametrize(
    ("text", "runs_kept"),
    [
        ("units < 128", [1, 4, 5]),
        ("units <= 128", [1, 2, 4, 5]),
        ("units ≤ 128", [1, 2, 4, 5]),
        ("units > 128", [3]),
        ("units >= 128", [2, 3]),
        ("units ≥ 128", [2, 3]),
        ("units = 128", [2]),
        ("units == 128", [2]),
        ("units is 128", [2]),
        ("units != 128", [1, 3, 4, 5]),
        ("units <> 128", [1, 3, 4, 5]),
        ("units ≠ 128", [1, 3, 4, 5]),
        ("name ~ 512", [3]),
    ],
)
def test_each_operator_by_each_of_its_signs(runs, text, runs_kept):
    assert kept(runs, text) == runs_kept


@pytest.mark.parametrize(
    ("text", "runs_kept"),
    [
        ("units = 64 or units = 512 and by = grace and seed = 0", [1, 4]),
        ("by = grace and units = 512 or units = 64", [1, 3, 4]),
        ("(units = 64 or units = 512) and by = grace", [3, 4]),
        ("by = grace and (units = 512 or units = 64)", [3, 4]),
        ("units = 64, by = grace", [4]),
        ("units = 512 or units = 64, by = grace", [3, 4]),
        ("not units = 64 and by = ada", [2]),
        ("not units = 64 or by = ada", [1, 2, 3, 5]),
        ("not (units = 64 and by = ada)", [2, 3, 4, 5]),
        ("not not units = 64", [1, 4]),
        ("not not not units = 64", [2, 3, 5]),
        ("((units = 64))", [1, 4]),
        ("adam or 'of 64'", [1, 2, 3, 4]),
    ],
)
def test_not_binds_tighter_than_and_which_binds_tighter_than_or(runs, text, runs_kept):
    assert kept(runs, text) == runs_kept


@pytest.mark.parametrize("text", ["OPTIMIZER = ADAM AND Units > 200", "optimizer IS Adam and UNITS > 200"])
def test_case_does_not_matter(runs, text):
    assert kept(runs, text) == [3]
    assert kept(runs, "NOT name CONTAINS OF OR number IN (2)") == [2]


@pytest.mark.parametrize("name", ["Hidden units", "hidden_units", "HIDDEN UNITS", "units", "neurons"])
def test_columns_go_by_name_label_and_alias(runs, name):
    assert kept(runs, f"{name} = 512") == [3]


# -- what is not known --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "condition",
    ["accuracy = 0", "accuracy != 97", "accuracy < 100", "accuracy <= 100", "accuracy > 0", "accuracy >= 0",
     "accuracy in (0, 97)", "accuracy contains n", "gap < 100", "gap != 0", "loss != 0.5", "sweep != 1",
     "sweep contains a"],
)  # fmt: skip
def test_a_value_that_is_not_known_meets_no_comparison(runs, condition):
    assert 5 not in kept(runs, condition)


@pytest.mark.parametrize(
    "condition",
    ["epochs < 3", "epochs != 5", "augment = off", "augment != on", "optimizer = none", "optimizer != adam",
     "optimizer contains n", "sgd", "nan"],
)  # fmt: skip
def test_settings_that_are_not_known_of_an_imported_network_meet_none_either(runs, condition):
    layers = Architecture((Hidden(64, "relu"), Hidden(32, "gelu")))
    both = pd.concat([runs, frame(run(9, imported="a.keras", layers=layers))])
    assert 9 not in kept(both, condition)
    assert 9 in kept(both, "activation contains gelu")
    assert 9 in kept(both, "state = imported")


# -- days -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "runs_kept"),
    [
        ("= 2026-03-05", [2, 3]),
        ("= 2026-3-5", [2, 3]),
        ("!= 2026-03-05", [1, 4]),
        ("< 2026-03-05", [1]),
        ("<= 2026-03-05", [1, 2, 3]),
        ("> 2026-03-05", [4]),
        (">= 2026-03-05", [2, 3, 4]),
        ("in (2026-03-04, 2026-03-06)", [1, 4]),
    ],
)
def test_a_day_means_all_of_it_from_midnight_to_midnight(condition, runs_kept):
    """In UTC: two runs were begun in the first and the last second of the 5th of March, two just beside it."""
    start = FIRST_OF_MARCH + 4 * DAY
    moments = (start - 1, start, start + DAY - 1, start + DAY)
    begun = frame(*(run(number, created_at=moment) for number, moment in enumerate(moments, 1)))
    assert kept(begun, f"started {condition}") == runs_kept


# -- percentages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "runs_kept"),
    [
        ("accuracy >= 1", [4]),  # all of the images: a fraction
        ("accuracy >= 1 %", [2, 3, 4]),
        ("accuracy >= 1%", [2, 3, 4]),
        ("accuracy < 1 %", [1]),
        ("accuracy < 1", [1, 2, 3]),
        ("accuracy > 1.5", [3, 4]),  # more than 1 can only be percent
        ("accuracy = 97.5", [3]),
        ("accuracy = 97.5 %", [3]),
        ("accuracy = 0.975", [3]),
        ("accuracy = 0.975 %", []),
        ("accuracy = 0.5 %", [1]),
        ("accuracy = 100", [4]),
        ("accuracy = 100 %", [4]),
        ("gap < 1", [1, 3]),  # gaps are in points, as on the screen
        ("gap <= 1", [1, 2, 3]),
        ("gap < 1 %", [1, 3]),
        ("gap > 1.5", [4]),
        ("gap < 0.5", [3]),
    ],
)
def test_what_1_and_1_percent_mean(condition, runs_kept):
    accuracies = ((0.005, 0.011), (0.015, 0.025), (0.975, 0.976), (1.0, 1.02))
    measured = [run(number, test_accuracy=it, train_accuracy=was) for number, (it, was) in enumerate(accuracies, 1)]
    table = frame(*measured).assign(gap=[0.006, 0.01, 0.001, 0.02])  # as decimals, which their difference is not
    assert kept(table, condition) == runs_kept


# -- words ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def words() -> pd.DataFrame:
    """Runs of which each has another word in another column."""
    return frame(
        run(1, name="alpha"),
        run(2, notes="bravo"),
        run(3, nickname="Charlie"),
        run(4, tags=("delta", "echo")),
        run(5, optimizer="sgd"),
        run(6, activation="tanh"),
        run(7, dataset="golf", dataset_sha256="7" * 64),
        run(8, state=State.STOPPED),
        new_run(9),
        run(10, hidden_units=777, seed=777, augment=True, pinned=True, sweep_id=777, seconds=777.0),
    )


@pytest.mark.parametrize(
    ("text", "runs_kept"),
    [("alpha", [1]), ("ALPH", [1]), ("bravo", [2]), ("charlie", [3]), ("delta", [4]), ("cho", [4]), ("sgd", [5]),
     ("tanh", [6]), ("golf", [7]), ("stopped", [8]), ("waiting", [9]), ("active", [9]), ("'alpha'", [1]),
     ("alpha or bravo", [1, 2]), ("alpha and bravo", []), ("not finished", [8, 9])],
)  # fmt: skip
def test_a_word_is_looked_for_in_names_notes_people_tags_states_and_settings_of_words(words, text, runs_kept):
    assert kept(words, text) == runs_kept


@pytest.mark.parametrize("text", ["777", "off", "true", "optimizer", "0.001", "'alpha or bravo'", "a.pha"])
def test_a_word_is_not_looked_for_in_numbers_switches_and_the_names_of_columns(words, text):
    assert kept(words, text) == []


@pytest.mark.parametrize("name", ["and", "and or", "not (x)", "units > 3", "it's", "a, b", "ä & b", "100 %"])
def test_in_quotation_marks_anything_is_a_text(name):
    quoted = f'"{name}"'
    runs = frame(run(1, name=name), run(2, name="another"))
    assert kept(runs, f"name = {quoted}") == [1]
    assert kept(runs, f"name in ({quoted}, x)") == [1]
    assert kept(runs, quoted) == [1]
    assert kept(runs, f"not {quoted}") == [2]


# -- what makes no sense ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("unit >= 128", "There is no column “unit”. Do you mean “units”?"),
        ("colour = 3", "There is no column “colour”. Known: run, name, state, test accuracy,"),
        ("units >=", "After “Hidden units >=” a value is missing."),
        ("units >= and", "“Hidden units” is a number, and “and” is not one."),
        ("units = )", "After “Hidden units =” a value is missing."),
        ("units >= adam", "“Hidden units” is a number, and “adam” is not one."),
        ("units > 3 optimizer = adam", "The filter continues with “optimizer = adam” where “and”, “or” or its end was"),
        ("units > 3)", "The filter continues with “)” where"),
        ("(units > 3", "The filter has “its end” where “)” was expected."),
        ("(units > 3 units", "The filter has “units” where “)” was expected."),
        ("units in 3", "The filter has “3” where “(” was expected."),
        ("units in (3", "The filter has “its end” where “)” was expected."),
        ("units in ()", "After “Hidden units =” a value is missing."),
        ("units > 3 and", "The filter ends where a condition was expected."),
        ("not", "The filter ends where a condition was expected."),
        ("and", "The filter has “and” where a condition was expected."),
        ("units > 3 or or", "The filter has “or” where a condition was expected."),
        (") units", "The filter has “)” where a condition was expected."),
        ("seed = 0 and name = 'abc def", "cannot be read from “'abc def” on: a quotation mark is not closed."),
        ("units > 3 and !x", "cannot be read from “!x” on: '!' has no meaning here."),
        ("optimizer > adam", "“Optimizer” has no order: compare it with =, != or contains, not with >."),
        ("augment >= on", "“Augment” has no order"),
        ("augment = maybe", "“Augment” is on or off, not “maybe”."),
        ("started > yesterday", "“Started” needs a date, such as started >= 2026-05-01, not “yesterday”."),
        ("started contains 2026-05-01", "“Started” needs a date"),
        ("started = 2026", "“Started” needs a date"),
        ("started > 2026-02-31", "There is no date 2026-02-31."),
        ("(" * 21 + "units = 3" + ")" * 21, "The filter has more than 20 parentheses within each other."),
        ("(run = 1) or " + "(" * 21 + "run = 1" + ")" * 21, "The filter has more than 20 parentheses"),
        ("units '>' 3", "The filter continues with “> 3” where"),
        ("x" * 301, "The filter is too long: 301 characters, where 300 are allowed."),
        ("__import__('os')", "The filter continues with “( os )” where"),
    ],
)
def test_a_filter_that_makes_no_sense_gets_a_sentence_that_says_where(runs, text, told):
    with pytest.raises(FilterError) as error:
        matching(runs, text)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("{} = 3", 40),
        ("units = {}", 30),
        ("augment = {}", 30),
        ("started = {}", 30),
        ("units = 3 {}", 30),
        ("units = '{}", 29),
    ],
)
def test_no_more_than_the_beginning_of_something_long_is_quoted(runs, text, most):
    with pytest.raises(FilterError) as error:
        matching(runs, text.format("y" * 200))
    assert error.value.args[0].count("y" * most) == 1
    assert "y" * (most + 1) not in error.value.args[0]


def test_as_much_as_is_allowed_is_read(runs):
    assert kept(runs, "(" * 20 + "units = 64" + ")" * 20) == [1, 4]
    assert kept(runs, " or ".join(["(run=1)"] * 25)) == [1], "the depth is counted, not the number"
    assert kept(runs, "x" * 300) == []


@pytest.mark.parametrize(
    "text", ["units >= 128 and name = 'ä & b'", 'a=b&c;d "#"', "accuracy > 97.5 % or tag = week-1", "≥ +", "x" * 300]
)
def test_a_filter_is_the_same_after_its_way_through_an_address(text):
    assert ViewState.from_query(ViewState(filter=text).to_query()) == (ViewState(filter=text), [])
