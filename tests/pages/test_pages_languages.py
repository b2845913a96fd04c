"""Languages of the pages: the browser's own, or the one that was chosen."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.charts.confusion_matrix import Numbers, confusion_heatmap
from mnist_core.charts.learning_curve import Curve, learning_curves
from mnist_core.config import TrainConfig
from mnist_core.data import DIGITS, load_dataset
from mnist_core.diagnosis.comparison_with_earlier_run import change_sentence, earlier_label
from mnist_core.diagnosis.hints.hint import rate_in_words
from mnist_core.runs import HandwritingStore, State
from mnist_core.text.translation import translated
from pages.components.plot.figure_language import figure_json
from pages.train.network_live.frames import frames_as_json
from pages.train.settings_differences import differences
from pages.visit.language import speaking
from tests.support.runs_with_networks import add_run_with_network
from tests.support.visits import ME, START, TRAIN, OpenPage

GERMAN_PLACES = ["Start", "Daten", "Trainieren", "Auswerten", "Einblicke", "Zeichnen", "Vergleichen", "Klasse"]
ENGLISH_PLACES = ["Start", "Data", "Train", "Evaluate", "Inside", "Draw", "Compare", "Class"]


def places(page: OpenPage) -> list[str]:
    """The navigation, each entry once; hidden pages of a place have its name too."""
    return list(dict.fromkeys(it["page_name"] for it in page.app._registered_pages.values() if it["icon"]))


def switch(page: OpenPage):
    return page.app.sidebar.button_group[0]


@pytest.mark.parametrize(
    ("locale", "expected"),
    [(None, ENGLISH_PLACES), ("en-US", ENGLISH_PLACES), ("de", GERMAN_PLACES), ("de-CH", GERMAN_PLACES)]
    + [(unknown, ENGLISH_PLACES) for unknown in ("tlh", "", "de_DE.UTF-8" * 40, "../../etc")],
)
def test_the_navigation_is_in_the_language_of_the_browser_and_else_in_english(open_page, locale, expected):
    assert places(open_page(START, locale=locale)) == expected


def test_two_people_with_different_languages_do_not_disturb_each_other(open_page):
    german, english = open_page(START, locale="de-DE"), open_page(START, locale="en-GB")
    for _ in range(2):
        german.rerun()
        english.rerun()
        assert (places(german), places(english)) == (GERMAN_PLACES, ENGLISH_PLACES)


def test_the_switch_overrules_the_browser_on_every_page(open_page):
    page = open_page(START, locale="de-DE")
    assert (switch(page).label, switch(page).options, switch(page).value) == ("Sprache", ["English", "Deutsch"], "de")
    switch(page).select("en")
    page.rerun()
    assert places(page) == ENGLISH_PLACES
    page.go_to("data/page.py")
    assert (places(page), switch(page).value) == (ENGLISH_PLACES, "en")


def test_draw_is_in_german(open_page):
    page = open_page("draw/page.py", locale="de-DE")
    assert "Zeichne eine Ziffer von 0 bis 9" in [it.value for it in page.app.header]
    assert page.app.button_group[0].options == ["Zeichnung", "Raster", "Testbild", "Foto", "Sammeln"]
    page.app.button_group[0].select("A test image")
    page.rerun()
    assert page.number("Nummer des Testbilds, 0 bis 9\u202f999")
    assert {"Was das Netz sieht", "Warum", "Mehrere Netze"} == set(group(page, "Erklärung").options)
    assert "Ich lese eine 7." in page.reading
    group(page, "Erklärung").select("Why")
    page.rerun()
    assert "Warum 7 und nicht 3?" in page.words
    assert "Um so viel liegt der Logit von 7 über dem von 3." in page.words


def group(page: OpenPage, label: str):
    return next(it for it in page.app.button_group if it.label == label)


def test_train_is_in_german_with_its_live_run_and_hints(open_page, store):
    config = TrainConfig(hidden_units=16, epochs=2, batch_size=512, initialisation="zeros")
    run = add_run_with_network(store, State.FINISHED, config=config)
    page = open_page(TRAIN, run, locale="de-DE")
    assert [it.value for it in page.app.title] == ["Trainieren"]
    assert page.number("Epochen").help == (
        "Wie oft das Training alle Trainingsbilder durchgeht. Ein solcher Durchgang heißt Epoche. Von 1 bis 100."
    )
    assert {"Trainieren", "Sweep starten"} <= page.buttons
    assert f"Lauf {run}: 16 Neuronen, 2 Epochen, Batch 512" in page.words
    assert "Fertig" in page.words
    assert "Es erkennt" in page.words
    assert page.progress["words"].startswith("Epoche 2 von 2 · Schritt ")
    assert "Jedes Neuron hat ein Gewicht für jede Eingabe und einen Bias." in page.words, "the layers"
    page.press("Sweep starten")
    assert {"Was sich unterscheiden soll", "Verdeckte Neuronen", "Lernrate"} <= {
        it.label for it in [*page.app.multiselect, *page.app.text_input]
    }
    page.press("Als Aufgabe teilen")
    assert [it.placeholder for it in page.app.multiselect] == 2 * ["Auswählen"], "and not Streamlit's English words"


def test_thousands_of_settings_have_no_comma_in_german(store):
    many, few = TrainConfig(hidden_units=1024), TrainConfig(hidden_units=512)
    run = replace(store.run(add_run_with_network(store, State.FINISHED)), config=few)
    change = change_sentence(replace(run, config=many), run)
    assert "512 → 1,024" in change
    assert "512 → 1\u202f024" in translated(change, "de")
    assert differences(many, few) == ["hidden units 1,024, not 512"]
    with speaking("de"):
        assert differences(many, few) == ["verdeckte Neuronen 1\u202f024, nicht 512"]
    fast = rate_in_words(TrainConfig(learning_rate=10.0))
    assert "10,000 times" in fast
    assert "10\u202f000" in translated(fast, "de")


def test_what_was_changed_is_in_german_in_the_legend(store):
    label = earlier_label(store.run(add_run_with_network(store, State.FINISHED)), TrainConfig(hidden_units=512))
    curve = Curve(label, [0.5, 1], [2.0, 1.0], [0.1, 0.2], [1], [1.0], [0.2])
    chart = learning_curves([curve._replace(name="")], 1, earlier=curve).accuracy
    names = [it["name"] for it in json.loads(figure_json(chart.figure, "de"))["data"]]
    assert names[-2:] == ["Lauf 1: 3 Neuronen, 2 Epochen, …", "Lauf 1: 3 Neuronen, 2 Epochen, …, Test"]


def test_the_pictures_of_a_network_are_described_in_the_language_of_who_asks(store):
    run = store.run(add_run_with_network(store, State.FINISHED))
    with speaking("de"):
        german = json.loads(frames_as_json(run, -1))
    english = json.loads(frames_as_json(run, -1))
    assert (german["title"], english["title"]) == (
        "Gewichte von 3 Neuronen",
        "Input weights of 3 hidden units",
    )
    assert german["words"]["answers"] == "Antworten auf 12 Testbilder"


def test_evaluate_is_in_german(open_page, store):
    run = add_run_with_network(store, State.FINISHED, reads=(0, 1, 1))
    page = open_page("evaluate/page.py", run, locale="de-DE")
    assert [it.value for it in page.app.title] == ["Auswerten"]
    assert {"Testgenauigkeit", "Testverlust", "Fehler"} <= page.metrics.keys()
    assert "Konfusionsmatrix" in [it.value for it in page.app.header]
    assert group(page, "Ansicht").options == ["Nach Klassen", "Epochen", "Sicherheit", "Robustheit", "Zwei Läufe"]
    assert any("als" in label and label.endswith("mal") for label in page.buttons), "a confusion is a button"
    for view, header in (("epochs", "Von Epoche zu Epoche"), ("two", "Verdächtige Labels")):
        group(page, "Ansicht").select(view)
        page.rerun()
        assert header in [it.value for it in page.app.header]


def test_handwriting_is_in_german(open_page, store):
    sets = HandwritingStore(store)
    number = sets.create("Ada", DIGITS, ME, "Ada")
    for image, label in zip(load_dataset().test_images[:2], (7, 2), strict=True):
        sets.keep(number, image, label, ME, "Ada")
    page = open_page("draw/handwriting.py", locale="de-DE")
    assert [it.value for it in page.app.title] == ["Handschrift"]
    assert [it.value for it in page.app.header] == ["Eine Zeichnung"]
    assert {"Sammlung löschen", "Diese Zeichnung löschen"} <= page.buttons
    assert "Wem eine Sammlung gehört, darf sie umbenennen" in page.words
    assert page.app.selectbox(key="handwriting_set_chosen").options == ["Ada (2) · deine"]
    page.press("Diese Zeichnung löschen")
    assert "Die Zeichnung wurde gelöscht." in page.words


def test_errors_are_in_german(open_page):
    page = open_page(TRAIN, run="4711", locale="de-DE")
    assert "Einen Lauf 4711 gibt es nicht. Vielleicht wurde er gelöscht" in page.words


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (Numbers.COUNTS, "1 als 0 gelesen: 3-mal"),
        (Numbers.RECALL, "1 als 0 gelesen: 3-mal (60.0 % von allen, die 1 sind)"),
        (Numbers.PRECISION, "1 als 0 gelesen: 3-mal (37.5 % von allen, die als 0 gelesen werden)"),
        (Numbers.ERRORS, "1 als 0 gelesen: 3-mal (100.0 % von allen Fehlern)"),
    ],
)
def test_what_is_under_the_pointer_in_a_confusion_matrix_is_in_german(numbers, said):
    matrix = pd.DataFrame([[5, 0], [3, 2]])
    figure = confusion_heatmap(matrix, ["0", "1"], numbers=numbers).figure
    assert f'"{said}"' in figure_json(figure, "de").encode().decode("unicode_escape")


TWO_RUNS = """
import streamlit as st
from pages.visit import language, session

for chosen in ("de", "en"):
    session.put("language", chosen)
    language.begin_page()
    st.text(language.current_language())
"""


def test_each_run_of_a_page_finds_the_language_again_though_the_thread_is_the_same():
    assert [text.value for text in AppTest.from_string(TWO_RUNS).run().text] == ["de", "en"]
