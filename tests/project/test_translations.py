"""The catalogues of languages: German has all texts that can be translated, and only these, with their values."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("babel", reason="pip install -r requirements-dev.txt")

from babel.messages import Catalog

from mnist_core.text.translation import FOLDER
from scripts import translations

TEXTS = {
    "Train": "Trainieren",
    "Run {run:,}": "Lauf {run:,}",
    ("{number} image of {run}", "{number} images of {run}"): ("Ein Bild von {run}", "{number} Bilder von {run}"),
}


def catalogue(texts: dict) -> Catalog:
    made = Catalog(locale="de", fuzzy=False)
    for text, translation in texts.items():
        made.add(text, translation)
    return made


def faults(folder: Path, texts: dict) -> list[str]:
    """What is found wrong with a German catalogue of `texts`."""
    path = folder / "de.po"
    path.write_bytes(translations._as_po(catalogue(texts)))
    path.with_suffix(".mo").write_bytes(translations.compiled(translations.read(path)))
    return translations.faults_of(path, catalogue(dict.fromkeys(TEXTS, "")))


def test_german_is_complete_and_its_file_was_made_from_what_was_translated():
    texts = translations.collect()
    assert translations.faults_of(FOLDER / "de.po", texts) == []
    assert translations.unseen_texts(texts) == []


def test_a_good_catalogue_has_no_faults(tmp_path: Path):
    assert faults(tmp_path, TEXTS) == []


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"Train": ""}, "not translated: 'Train'"),
        ({"Run {run:,}": "Lauf {lauf:,}"}, "placeholders other than run: 'Run {run:,}'"),
        ({"Run {run:,}": "Lauf {run"}, "placeholders other than run: 'Run {run:,}'"),
        (
            {("{number} image of {run}", "{number} images of {run}"): ("Ein Bild", "{number} Bilder von {run}")},
            "placeholders other than number, run: '{number} image of {run}'",
        ),
        ({"Exam": "Prüfung"}, "no longer in the app: 'Exam'"),
    ],
)
def test_a_fault_is_named_with_its_text(tmp_path: Path, changed: dict, fault: str):
    assert faults(tmp_path, TEXTS | changed) == [fault]


def test_a_file_that_was_not_made_from_what_was_translated_is_a_fault(tmp_path: Path):
    faults(tmp_path, TEXTS)
    (tmp_path / "de.po").write_bytes(translations._as_po(catalogue(TEXTS | {"Train": "Training"})))
    found = translations.faults_of(tmp_path / "de.po", catalogue(dict.fromkeys(TEXTS, "")))
    assert found == ["de.mo was not made from de.po: call make translations"]


def test_bringing_in_new_texts_keeps_what_was_translated_and_drops_what_is_gone(tmp_path: Path):
    faults(tmp_path, TEXTS | {"Exam": "Prüfung"})
    translations.update(tmp_path / "de.po", catalogue({"Train": "", "Draw": ""}))
    assert {it.id: it.string for it in translations.read(tmp_path / "de.po") if it.id} == {
        "Train": "Trainieren",
        "Draw": "",
    }


@pytest.mark.parametrize(
    "call",
    ["""f"<p>{_('Train')}</p>\"""", """_("Run {run}", run=_('Train'))""", """f"{ngettext('Train', 'Run', 2)}\""""],
)
def test_a_text_that_is_not_collected_where_it_stands_is_named_with_its_place(tmp_path: Path, call: str):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "page.py").write_text(f"text = 1\ntext = {call}\n")
    found = translations.unseen_texts(catalogue({"Run": "", "Run {run}": ""}), tmp_path)
    assert found == ["pages/page.py:2: not seen, move it out of the call or f-string: 'Train'"]


def test_names_and_explanations_of_settings_are_among_the_texts():
    assert {
        "Hidden units",
        "How many times the training goes through all training images. One such pass is called an epoch.",
    } <= {it.id for it in translations.collect()}
