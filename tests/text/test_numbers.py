"""Numbers that people type or put into an address: however long they are, they get a sentence."""

from __future__ import annotations

import contextlib
import json
import math

import numpy as np
import pytest

from mnist_core.charts.parallel_axes import brush_in_words
from mnist_core.cli.main import main
from mnist_core.config import LIMITS, ConfigError, TrainConfig
from mnist_core.errors import UserError
from mnist_core.ledger import COLUMNS, FilterError, ViewState, matching
from mnist_core.ledger.view_state import ADDRESS
from mnist_core.runs import RunNotFound
from mnist_core.search.options import VARIABLE
from mnist_core.search.space import Space
from mnist_core.text.numbers import parse_number, parse_run, parse_whole
from tests.support import sample_records
from tests.support.visits import RUNS, TRAIN

LONG = [
    "9" * 400,
    "9" * 5000,
    f"-{'9' * 400}",
    "1e999",
    "-1e999",
    "inf",
    "nan",
    "9" * 19,
    "1e-999",
    "0x10",
    "١٢",
    "²",
    "",
]
SWEEPS, EVALUATE, DRAW, DATA = "compare/sweeps.py", "evaluate/page.py", "draw/page.py", "data/page.py"

every_number = pytest.mark.parametrize("text", LONG, ids=lambda text: f"{text[:6]}_{len(text)}")


def test_a_number_is_what_it_is_written_as():
    for text, value in (("12", 12), ("-7", -7), (" 3 ", 3), ("0.5", 0.5), ("1e3", 1000.0), ("9" * 18, 10**18 - 1)):
        assert parse_number(text) == value
        assert type(parse_number(text)) is type(value)
    assert parse_number("9" * 5000) == parse_number("1e999") == math.inf
    assert math.isnan(parse_number("nan")), "which is within no limits"
    for text in ("", "many", "1,000", "0x10", "1 2"):
        with pytest.raises(ValueError, match=r".+"):
            parse_number(text)
    with pytest.raises(ValueError, match="whole"):
        parse_whole("9" * 400)
    with pytest.raises(UserError, match="There is no run 99999999999999999…"):
        parse_run("9" * 400)


def test_a_run_has_a_number_from_1_to_the_largest_that_every_database_can_tell():
    assert [parse_run(text) for text in ("1", "2147483647")] == [1, 2**31 - 1]
    for text in ("0", "-1", "2147483648", "1.0"):
        with pytest.raises(UserError, match=f"There is no run {text}"):
            parse_run(text)


@pytest.mark.parametrize("name", VARIABLE)
def test_values_to_vary_get_a_sentence(name):
    for text in LONG:
        for words in (text, f"1, {text}", f"1..{text}", f"{text}..1", f"{text}..{text}/3"):
            with contextlib.suppress(ConfigError):
                values = Space.parse({name: words}).grid_values(name)
                assert all(math.isfinite(value) for value in values if isinstance(value, (int, float))), words[:30]


@every_number
def test_filters_compare_with_any_number(text):
    frame = sample_records.frame(sample_records.run())
    for item in COLUMNS:
        for sign in ("=", "<", ">=", "contains"):
            with contextlib.suppress(FilterError):
                assert len(matching(frame, f"{item.name} {sign} {text[:200]}")) <= 1


@pytest.mark.parametrize("day", ["0001-01-01", "1677-01-01", "2262-12-31", "9999-12-31", "2026-13-01"])
def test_filters_take_days_of_any_century(day):
    frame = sample_records.frame(sample_records.run())
    with contextlib.suppress(FilterError):
        assert len(matching(frame, f"started >= {day}")) == int(day < "2026")


@pytest.mark.parametrize(
    "value", [10**400, -(10**400), 10**5000, 1e308, math.inf, np.array([1, 2]), np.float64("nan")], ids=lambda _: ""
)
@pytest.mark.parametrize("name", LIMITS)
def test_settings_refuse_any_number_outside_their_limits(name, value):
    with pytest.raises(ConfigError, match=r"must be a .{0,120}, not .{1,60}$"):
        TrainConfig(**{name: value})


@pytest.mark.parametrize(
    "text", ['{"epochs": %s}' % ("9" * 5000), '{"epochs": 1e999}', "[" * 100_000, '{"epochs": NaN}']
)
def test_settings_from_elsewhere_get_a_sentence(text):
    with pytest.raises(ConfigError, match=r"^.{1,300}$"):
        TrainConfig.from_json(text)


@pytest.mark.slow
@pytest.mark.parametrize("page", [TRAIN, RUNS, SWEEPS, EVALUATE, DRAW, DATA])
def test_no_number_in_an_address_breaks_a_page(page, open_page):
    visit = open_page(TRAIN)
    if page != TRAIN:
        visit.app.switch_page(page)
    for text in ("9" * 400, "9" * 5000, "1e999", "nan"):
        visit.app.query_params.clear()
        for name in ("run", "sweep", "dataset", *ADDRESS, *LIMITS):
            visit.app.query_params[name] = text
        visit.rerun()
        assert all(len(box.value) < 4000 for kind in (visit.app.warning, visit.app.error) for box in kind)


@every_number
def test_a_brushed_range_of_any_numbers_is_told(text):
    for item in COLUMNS:
        view, _problems = ViewState.from_query({"brush": f"{item.name}:-{text}..{text};{item.name}:{text}..1e300"})
        assert len("".join(brush_in_words(brush) for brush in view.brush)) < 20_000, item.name


@every_number
def test_a_choice_from_an_address_is_finite_or_refused(text):
    view, _problems = ViewState.from_query(dict.fromkeys(ADDRESS, text))
    json.dumps(view.to_query())


OPTIONS = [
    *(["train", f"--{name.replace('_', '-')}"] for name in LIMITS),
    *(["sweep", f"--{name.replace('_', '-')}"] for name in (*VARIABLE, "seed", "seeds", "validation_images")),
    ["sweep", "--hidden-units", "8,16", "--sampler", "random", "--trials"],
    ["sweep", "--hidden-units", "8..16", "--sampler", "tpe", "--seeds", "2", "--limit-minutes"],
    ["evaluate"],
    ["predict", "nothing.png", "--run"],
    ["export"],
]


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_terminal_says_what_is_wrong_with_a_number_in_a_sentence(options, database_url, capsys, monkeypatch):
    monkeypatch.setattr("mnist_core.cli.train.train", None)
    monkeypatch.setattr("mnist_core.cli.sweep.sweep", None)
    for text in ("9" * 400, "9" * 5000, "1e999", f"-{'9' * 30}", "nan"):
        try:
            code: object = main([*options, text])
        except SystemExit as ended:
            code = ended.code
        assert code == 2, text[:6]
        error = capsys.readouterr().err
        assert error.startswith("Error: "), text[:6]
        assert len(error) < 500, text[:6]


def test_runs_beyond_what_a_database_can_tell_are_not_there(store):
    for number in (2**31, 2**63, 10**400, -(2**64)):
        with pytest.raises(RunNotFound):
            store.run(number)
