"""Visits: the browser's cookies, the run that a visit begins with, and links to runs."""

from __future__ import annotations

import json
import re

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_core.config import TrainConfig
from mnist_core.runs import State
from tests.support.runs_with_networks import BARS, add_run_with_network
from tests.support.visits import MAIN_PAGE, ME, PAGE_SECONDS, RUNS, SOMEBODY_ELSE, START, TRAIN

EVALUATE = "evaluate/page.py"


@pytest.fixture
def come_with(open_page, monkeypatch):
    """Open the app in a browser that has these cookies."""

    def come_with(**cookies: str) -> AppTest:
        monkeypatch.setattr(type(st.context), "cookies", cookies)
        app = AppTest.from_file(MAIN_PAGE, default_timeout=PAGE_SECONDS).run()
        assert not app.exception
        return app

    return come_with


def written(app) -> dict[str, str]:
    """The cookies that the browser is told to keep."""
    protos = [element.proto for element in app.get("bidi_component")]
    (told,) = [json.loads(proto.json) for proto in protos if proto.component_name == "digits_each_page"]
    assert told["age"] == 365 * 24 * 3600
    return told["cookies"]


def test_a_browser_that_was_here_is_known_again(come_with, store):
    run_id = add_run_with_network(store, State.FINISHED, owner="0123456789abcdef" * 2)
    app = come_with(mnist_browser="0123456789abcdef" * 2, mnist_nickname="Ada%20L.%20%F0%9F%8C%B8")
    assert app.text_input[0].value == "Ada L. 🌸"
    assert app.switch_page(TRAIN).run().query_params["run"] == str(run_id)
    assert written(app) == {
        "mnist_browser": "0123456789abcdef" * 2,
        "mnist_nickname": "Ada%20L.%20%F0%9F%8C%B8",
        "mnist_keras": "0",
        "mnist_marks": "start.train",
    }


@pytest.mark.parametrize("cookie", ["", "a" * 31, "a" * 33, "A" * 32, "g" * 32, "a" * 32 + "\n", "../" + "a" * 29])
def test_a_cookie_that_the_app_has_not_written_names_nobody(come_with, cookie):
    first, second = (written(come_with(mnist_browser=cookie))["mnist_browser"] for _ in range(2))
    assert re.fullmatch("[0-9a-f]{32}", first)
    assert first != second
    assert cookie not in (first, second)


@pytest.mark.parametrize(
    ("cookie", "name"), [("x" * 30, "x" * 23 + "…"), ("<b>", ""), ("a;b", ""), ("%E2%80%AEabc", "abc")]
)
def test_a_nickname_out_of_a_cookie_is_short_and_harmless(come_with, cookie, name):
    assert come_with(mnist_nickname=cookie).text_input[0].value == name


def test_a_new_nickname_goes_into_the_cookie_at_once(open_page):
    page = open_page(TRAIN)
    page.text("Your nickname").set_value("  Ada   Łukasz ")
    page.rerun()
    page.rerun()
    assert written(page.app)["mnist_nickname"] == "Ada%20%C5%81ukasz"


def test_each_of_several_changes_of_the_nickname_counts(open_page):
    page = open_page(TRAIN)
    for name in ("Ann", "Anna", "Annabel", "", "Ann"):
        page.text("Your nickname").set_value(name)
        page.rerun()
        assert written(page.app)["mnist_nickname"] == page.app.session_state["kept_nickname"] == name
        assert page.text("Your nickname").value == name
    page.go_to(RUNS)
    assert page.text("Your nickname").value == "Ann"
    page.text("Your nickname").set_value("  <b>Bob</b> ")
    page.rerun()
    kept = page.app.session_state["kept_nickname"]
    assert page.text("Your nickname").value == kept, "the field shows what is kept"


# -- whose runs -------------------------------------------------------------------------------------


def test_a_visit_goes_on_with_the_run_that_it_looked_at_last(open_page, store):
    first = add_run_with_network(store, State.FINISHED)
    others = add_run_with_network(store, State.FINISHED, owner=SOMEBODY_ELSE)
    newest = add_run_with_network(store, State.FINISHED)
    page = open_page(TRAIN)
    assert f"Run {newest}: " in page.words
    for run in (first, others):
        page.go_to(TRAIN, run)
        assert f"Run {run}: " in page.words
        page.go_to(RUNS)
        page.go_to(TRAIN)
        assert f"Run {run}: " in page.words
        assert page.app.query_params["run"] == str(run)
        page.go_to(EVALUATE)
        assert page.app.selectbox[0].value == run


def test_a_visit_to_ones_first_run_in_a_store_of_others_begins_with_nothing(open_page, store):
    add_run_with_network(store, State.FINISHED, owner=SOMEBODY_ELSE)
    page = open_page(TRAIN)
    assert "There is no run to show yet" in page.words
    assert "run" not in page.app.query_params


def test_mine_and_everyones_tell_whose_runs_they_are(open_page, store):
    for owner, nickname in ((ME, "Ada"), (SOMEBODY_ELSE, "Grace"), ("c" * 32, "")):
        add_run_with_network(store, State.FINISHED, owner=owner, nickname=nickname)
    page = open_page(RUNS)
    assert page.app.button_group[0].options == ["Mine", "Everyone's"]
    assert page.app.dataframe[0].value["Run"].tolist() == [1]
    assert "By" not in page.app.dataframe[0].value
    page.app.button_group[0].select("Everyone's")
    page.rerun()
    table = page.app.dataframe[0].value
    assert dict(zip(table["Run"], table["By"], strict=True)) == {1: "you", 2: "Grace", 3: ""}
    assert page.app.query_params["of"] == "all"
    assert page.downloads["CSV"] == "files/runs.csv?of=all"


def test_a_person_whose_runs_are_gone_gets_a_sentence(open_page, store):
    add_run_with_network(store, State.FINISHED)
    page = open_page(RUNS)
    page.app.query_params["of"] = "0123456789ab"
    page.rerun()
    assert "That person has no runs." in page.words


# -- links ------------------------------------------------------------------------------------------


def test_the_link_of_a_run_asks_for_its_settings_and_its_images(open_page, store):
    plain = store.submit(TrainConfig(64, 3, 256, 7, optimizer="adam"), owner=SOMEBODY_ELSE)
    link = open_page(TRAIN, plain).app.code[0].value
    assert link.endswith("/?hidden_units=64&epochs=3&batch_size=256&seed=7&optimizer=adam")
    other = open_page(TRAIN, add_run_with_network(store, State.FINISHED))
    assert other.app.code[0].value.endswith(f"&dataset={BARS.sha256}")


def test_the_link_of_a_run_fills_in_what_it_was_trained_with(open_page, store):
    config = TrainConfig(64, 3, 256, 7, optimizer="adam", dropout=0.25, augment=True, learning_rate=0.02)
    link = open_page(TRAIN, store.submit(config, owner=ME)).app.code[0].value
    page = open_page(TRAIN, owner=SOMEBODY_ELSE)
    for part in link.partition("?")[2].split("&"):
        name, _, value = part.partition("=")
        page.app.query_params[name] = value
    page.rerun()
    page.press("Train")
    assert store.runs(SOMEBODY_ELSE)[0].config == config


def test_that_the_lines_of_keras_are_wanted_is_remembered_in_a_cookie(open_page, come_with):
    page = open_page(TRAIN)
    next(it for it in page.app.toggle if it.label == "Keras code").set_value(True)
    page.rerun()
    page.rerun()
    assert written(page.app)["mnist_keras"] == "1"
    app = come_with(mnist_keras="1").switch_page(TRAIN).run()
    assert any("HIDDEN_UNITS = 256" in it.value for it in app.markdown)


def test_the_language_is_remembered_in_a_cookie_once_it_was_chosen(open_page, come_with):
    page = open_page(START)
    assert "mnist_language" not in written(page.app)
    page.app.sidebar.button_group[0].select("de")
    page.rerun()
    assert written(page.app)["mnist_language"] == "de"
    assert come_with(mnist_language="de").sidebar.button_group[0].value == "de"


@pytest.mark.parametrize("cookie", ["xx", "DE", "../de", "de\n", "<b>"])
def test_a_cookie_of_no_language_leaves_the_choice_to_the_browser(come_with, cookie):
    assert come_with(mnist_language=cookie).sidebar.button_group[0].value == "en"


# -- what was done once --


def test_what_a_browser_has_done_is_ticked_after_a_restart_of_the_server_too(come_with, store):
    app = come_with(mnist_browser=ME, mnist_marks="data.draw")
    labels = [element.proto.label for element in app.get("page_link")]
    assert [label[0] for label in labels if label.endswith("(done)")] == ["1", "4"]
    assert written(app)["mnist_marks"] == "data.draw.start"


def test_what_is_done_in_one_tab_is_not_forgotten_by_another(open_page, store):
    first, second = open_page(START), open_page(START)
    second.go_to("data/page.py")
    first.rerun()
    assert written(first.app)["mnist_marks"] == "data.start"


@pytest.mark.parametrize("cookie", ["<b>", "DATA", "data;draw", "x" * 201, "."])
def test_a_cookie_that_the_app_has_not_written_counts_for_nothing(come_with, store, cookie):
    assert written(come_with(mnist_marks=cookie))["mnist_marks"] == "start"


# -- the nickname -----------------------------------------------------------------------------------

QUESTION = "Others train here too: your nickname"


def asks(page) -> bool:
    return QUESTION in [field.label for field in page.app.text_input]


def test_a_person_alone_is_not_asked_for_a_nickname(open_page, store):
    store.submit(TrainConfig())  # at the terminal
    store.delete(store.submit(TrainConfig(), owner=SOMEBODY_ELSE))
    assert not asks(open_page(TRAIN, store.submit(TrainConfig(), owner=ME)))


def test_in_company_the_nickname_is_asked_for_under_ones_own_run_and_names_it(open_page, store):
    theirs, mine = store.submit(TrainConfig(), owner=SOMEBODY_ELSE), store.submit(TrainConfig(), owner=ME)
    assert not asks(open_page(TRAIN, theirs))
    page = open_page(TRAIN, mine)
    next(field for field in page.app.text_input if field.label == QUESTION).set_value("Ada")
    page.rerun()
    page.rerun()
    assert not asks(page)
    assert [store.run(run).nickname for run in (theirs, mine)] == ["", "Ada"]
    assert next(field for field in page.app.text_input if field.label == "Your nickname").value == "Ada"


def test_who_wants_no_nickname_is_not_asked_again(open_page, store):
    store.submit(TrainConfig(), owner=SOMEBODY_ELSE)
    mine = store.submit(TrainConfig(), owner=ME)
    page = open_page(TRAIN, mine)
    page.press("No nickname")
    assert written(page.app)["mnist_marks"] == "no_nickname.train"
    assert not asks(open_page(TRAIN, mine))
