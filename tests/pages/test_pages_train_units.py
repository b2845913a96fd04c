"""Train: the field for the units of each layer, and that for the number of layers."""

from mnist_core.config import TrainConfig
from tests.support.visits import TRAIN


def test_the_units_say_how_many_layers_there_are(open_page, store):
    page = open_page(TRAIN)
    for text, layers in {"128": 1, "256, 64": 2, "32,16,8": 3, "0": 0, "64": 1}.items():
        page.type("Hidden units", text)
        assert page.number("Hidden layers").value == layers
    page.type("Hidden units", "256, 64")
    page.press("Train")
    assert store.runs()[0].config == TrainConfig(hidden_units=(256, 64))


def test_the_units_are_those_of_as_many_layers_as_are_chosen(open_page):
    page = open_page(TRAIN)
    page.type("Hidden units", "256, 64")
    for layers, shown in {3: "256, 64, 64", 1: "256", 2: "256", 0: "0", 5: "256"}.items():
        page.type("Hidden layers", layers)
        assert page.text("Hidden units").value == shown
        assert not page.button("Train").disabled


def test_a_text_that_is_no_units_is_refused_under_the_field(open_page):
    page = open_page(TRAIN)
    for text in ("many", "256,", "8, 0", "", "1, 2, 3, 4, 5, 6", "9" * 500):
        page.type("Hidden units", text)
        assert "Hidden units must be a whole number from 1 to 2,048, or 0 for no hidden layer, or several" in page.words
        assert page.button("Train").disabled


def test_what_a_network_without_a_hidden_layer_does_not_have_is_not_asked_for(open_page, store):
    page = open_page(TRAIN)
    page.type("Dropout", 0.2)
    page.type("Hidden layers", 0)
    assert "Dropout" not in [field.label for field in page.app.number_input]
    assert "Activation" not in [field.label for field in page.app.selectbox]
    assert "0 means no hidden layer." in page.words
    page.press("Train")
    assert store.runs()[0].config == TrainConfig(hidden_layers=0)
    assert "no hidden layer, 5 epochs" in page.words


def test_a_link_fills_in_the_units_of_each_layer_and_a_sweep_is_suggested_around_them(open_page):
    page = open_page(TRAIN)
    page.app.query_params.update(hidden_units="1500,64", epochs="3")
    page.rerun()
    assert (page.text("Hidden units").value, page.number("Hidden layers").value) == ("1500, 64", 2)
    page.press("Start a sweep")
    assert page.dialog.text_input[0].value == "750, 32; 1500, 64"
