"""The Train page without a browser: runs in each state, and its widgets."""

import json
import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.config import TrainConfig
from mnist_core.data import MNIST_SHA256, load_dataset
from mnist_core.experiments import EXPERIMENTS, experiment_tag
from mnist_core.network import Network
from mnist_core.runs import DatasetStore, Failure, RunStore, State, WorkQueue
from mnist_core.runs.schema import runs as runs_table
from mnist_core.text.words import percent
from pages.shared import training_load
from pages.train import status
from pages.train.progress import progress
from tests.support.all_settings import DATA, DEFAULTS, LEARNING, MAIN, NETWORK, NUMBERS, label_of
from tests.support.idx_server import small_dataset
from tests.support.runs_with_networks import CONFIG, add_run_with_network
from tests.support.visits import MAIN_PAGE, ME, PAGE_SECONDS, RUNS, SOMEBODY_ELSE, TRAIN

GROUPS = (MAIN, DATA, NETWORK, LEARNING)

OF_SETTINGS = {"Train", "Experiments", "Start a sweep", "Share as an exercise"}
"""The buttons beside the settings."""

READS = (0, 1, 2)
"""The bars that a network of `runs_with_networks` reads right: all."""


def parameter_count(page):
    """The words on the button that opens the table of layers."""
    return page.app.get("popover")[0].proto.popover.label


def test_a_first_visit_shows_what_would_be_trained(open_page):
    page = open_page(TRAIN)
    assert "There is no run to show yet" in page.words
    assert parameter_count(page) == "203,530 parameters"
    assert page.buttons == OF_SETTINGS


def test_the_first_settings_are_those_of_the_core(open_page):
    page = open_page(TRAIN)
    fields = {field.label: field.value for field in [*page.app.number_input, *page.app.selectbox, *page.app.toggle]}
    fields["Hidden units"] = int(page.text("Hidden units").value)
    assert fields.pop("Dataset") == MNIST_SHA256
    without_effect = {name for name, limits in NUMBERS.items() if limits.beside}
    drawn = {label_of(name): value for name, value in DEFAULTS.items() if name not in without_effect}
    assert fields == drawn | {"Keras code": False}
    assert page.app.selectbox(key="setting_optimizer").options == ["rmsprop", "adam", "sgd", "adamw", "nadam"]
    assert page.app.selectbox(key="setting_activation").options == ["relu", "tanh", "sigmoid", "elu"]


def test_number_inputs_tell_their_limits_and_refuse_what_is_beyond(open_page):
    page = open_page(TRAIN)
    usual = {name: limits for name, limits in NUMBERS.items() if not limits.beside and name != "hidden_units"}
    assert page.text("Hidden units").help.endswith(f" From {NUMBERS['hidden_units'].words.split('from ')[1]}.")
    for name, limits in usual.items():
        field = page.number(label_of(name))
        assert (field.value, field.step or 1) == (limits.default, limits.step)
        assert field.help.endswith(f" From {limits.words.split('from ')[1]}.")
    for end in ("too_small", "too_large"):
        for name, limits in usual.items():
            page.number(label_of(name)).set_value(getattr(limits, end))
        page.rerun()
        for name, limits in usual.items():
            assert f"{label_of(name)} must be {limits.words}, not " in page.words


def test_more_settings_are_grouped_by_data_network_and_learning_with_the_seed_last(open_page):
    page = open_page(TRAIN)
    groups = [text.value for text in page.app.markdown if text.value in ("**Data**", "**Network**", "**Learning**")]
    assert groups == ["**Data**", "**Network**", "**Learning**"]
    numbers = [field.label for field in page.app.number_input]
    drawn = {name: limits for name, limits in NUMBERS.items() if not limits.beside and name != "hidden_units"}
    grouped = [label_of(name) for group in GROUPS for name, limits in drawn.items() if limits.group == group]
    assert numbers == [*(label for label in grouped if label != "Seed"), "Seed"]


def test_a_schedule_is_drawn_under_its_choice_unless_the_rate_stays(open_page, store):
    page = open_page(TRAIN, add_run_with_network(store, State.FINISHED))
    assert "schedule_preview" not in page.plots
    page.choose("Schedule", "cosine")
    assert "schedule_preview" in page.plots
    page.type("Learning rate", 11)
    assert "schedule_preview" not in page.plots, "that rate is refused"


def test_early_stopping_is_offered_with_validation_images_alone_and_the_page_says_why(open_page):
    page = open_page(TRAIN)
    why = "the test accuracy would be too optimistic"
    assert why in page.words
    assert "Patience" not in {field.label for field in page.app.number_input}
    page.type("Validation images", 5000)
    assert why not in page.words
    assert "Min delta" not in {field.label for field in page.app.number_input}
    page.type("Patience", 3)
    page.type("Min delta", 0.001)
    page.type("Epochs", 90)
    assert "Takes at most" in page.words
    page.press("Train")
    page.type("Validation images", 0)
    assert "must be 0 without" not in page.words, "what is not asked for is not refused"


def test_what_no_training_images_mean_is_said_under_their_number(open_page):
    page = open_page(TRAIN)
    assert "0 means all of them." in page.words
    page.type("Training images", 500)
    assert "0 means" not in page.words


def test_what_an_optimizer_takes_is_asked_for_with_it_alone(open_page, store):
    page = open_page(TRAIN)
    labels = {field.label for field in page.app.number_input}
    assert not labels & {"Momentum", "Weight decay"}
    page.app.selectbox(key="setting_optimizer").select("sgd")
    page.rerun()
    page.type("Momentum", 0.9)
    page.press("Train")
    assert store.runs()[0].config == TrainConfig(optimizer="sgd", momentum=0.9)
    page.app.selectbox(key="setting_optimizer").select("adamw")
    page.rerun()
    assert "Momentum" not in {field.label for field in page.app.number_input}
    assert page.number("Weight decay").value == 0.004
    page.press("Train")
    assert store.runs()[0].config == TrainConfig(optimizer="adamw")


def test_beside_a_refused_number_nothing_tells_of_the_one_before(open_page, make_run):
    page = open_page(TRAIN, make_run(State.FINISHED))
    page.type("Hidden units", 4096)
    assert f"Hidden units must be {NUMBERS['hidden_units'].words}, not 4,096." in page.words
    assert page.button("Train").disabled
    assert "Takes" not in page.words
    assert "Start a sweep" not in page.buttons
    assert not any("parameters" in it.proto.popover.label for it in page.app.get("popover"))
    assert "Run 1: " in page.words, "the run stays on the page"
    page.type("Hidden units", 512)
    assert not page.button("Train").disabled


def test_a_number_that_the_images_do_not_allow_is_refused_under_its_field(open_page, store):
    info = DatasetStore(store).add(small_dataset(), owner=ME)
    page = open_page(TRAIN, store.submit(TrainConfig(batch_size=8), owner=ME, dataset=info.sha256))
    page.type("Batch size", 601)
    assert said_after(page, "Batch size") == "Batch size must be at most 600, the number of training images, not 601."
    page.type("Validation images", 400)
    assert "Batch size must be at most 200, the number of images left to train on, not 601." in page.words
    page.type("Validation images", 600)
    told = "Validation images must be less than 600, the number of training images, not 600."
    assert said_after(page, "Validation images") == told
    assert "Not valid in More settings: validation images." in page.words, "they may be folded"
    assert page.button("Train").disabled
    assert "Unlike run" not in page.words


def said_after(page, label):
    """The text that comes next after a number's field, without its colour and size."""
    elements = list(page.app.main)
    place = next(place for place, it in enumerate(elements) if getattr(it, "label", "") == label)
    return elements[place + 1].value.removeprefix(":red[:small[").removesuffix("]]")


def test_an_address_outside_the_limits_is_named(open_page):
    page = open_page(TRAIN)
    page.app.query_params.update(hidden_units="2049", epochs="100")
    page.rerun()
    told = (
        "The link asks for settings that are not possible. Hidden units must be "
        f"{NUMBERS['hidden_units'].words}, not 2,049. The default is used"
    )
    assert told in page.words
    assert (page.text("Hidden units").value, page.number("Epochs").value) == ("256", 100)
    page.app.query_params.clear()
    page.app.query_params.update(colour="7")
    page.rerun()
    assert "There is no setting named “colour”." in page.words
    assert "used instead" not in page.words


def test_the_lines_of_keras_are_shown_on_a_switch(open_page):
    page = open_page(TRAIN)
    line = '`keras.layers.Dense(HIDDEN_UNITS, activation="relu"),`'
    assert line not in page.words
    switch = next(it for it in page.app.toggle if it.label == "Keras code")
    switch.set_value(True)
    page.rerun()
    assert line in page.words
    assert "`HIDDEN_UNITS = 256`" in page.words
    page.type("Hidden units", 64)
    assert "`HIDDEN_UNITS = 64`" in page.words


TERMS = {
    "layer": "Each layer computes new numbers",
    "relu": "relu keeps positive values",
    "softmax": "gets the probability",
    "loss": "sparse categorical cross-entropy: for one image −log p",
    "optimizer": "The optimizer is the rule",
    "metric": "Accuracy is the metric",
    "epoch": "One such pass is called an epoch",
    "step": "A step is one correction",
    "batch": "The number of images in a batch",
}
"""What the notebook explains, with the beginning of what is said of it."""


def test_each_term_of_the_notebook_is_explained_at_a_question_mark(open_page, store):
    page = open_page(TRAIN, store.submit(TrainConfig(), owner=ME))
    kinds = (page.app.number_input, page.app.selectbox, page.app.caption)
    helps = [it.proto.help for kind in kinds for it in kind] + [*progress.NUMBERS.values(), progress.STEPS]
    assert {term for term, words in TERMS.items() if not any(words in it for it in helps)} == set()


def test_parameter_count_follows_the_settings(open_page):
    page = open_page(TRAIN)
    page.type("Hidden units", 64)
    assert parameter_count(page) == "50,890 parameters"
    page.type("Hidden layers", 2)
    assert parameter_count(page) == f"{50_890 + 64 * 64 + 64:,} parameters"
    assert "every input and one bias" in page.words
    page.app.toggle(key="setting_batch_normalisation").set_value(True).run()
    assert parameter_count(page) == f"{50_890 + 64 * 64 + 64 + 2 * 64:,} parameters", "two for each bias"
    assert "batch normalisation would subtract a bias again" in page.words


def test_learning_rate_follows_the_optimizer(open_page):
    page = open_page(TRAIN)
    page.choose("Optimizer", "sgd")
    assert page.number("Learning rate").value == 0.01
    page.choose("Optimizer", "adam")
    assert page.number("Learning rate").value == 0.001


def test_a_typed_learning_rate_stays_when_the_optimizer_changes(open_page):
    page = open_page(TRAIN)
    page.type("Learning rate", 0.01)
    assert "The usual learning rate of rmsprop is 0.001." in page.words
    for optimizer, told in [("sgd", False), ("adam", True)]:  # of sgd, it is the usual one
        page.choose("Optimizer", optimizer)
        assert page.number("Learning rate").value == 0.01
        assert ("usual learning rate of" in page.words) == told
    page.type("Learning rate", 0.001)
    page.choose("Optimizer", "sgd")
    assert page.number("Learning rate").value == 0.01, "back at the usual one, it follows again"


def test_a_learning_rate_that_a_link_asks_for_stays_as_well(open_page):
    app = AppTest.from_file(MAIN_PAGE, default_timeout=PAGE_SECONDS)
    app.query_params["learning_rate"] = "0.02"
    app.run()
    app.selectbox(key="setting_optimizer").select("adam").run()
    assert app.number_input(key="setting_learning_rate").value == 0.02


def test_train_submits_one_run_with_the_settings_typed(open_page, store):
    page = open_page(TRAIN)
    for label, value in {"Hidden units": 48, "Epochs": 3, "Batch size": 256, "Seed": 7, "Dropout": 0.2}.items():
        page.type(label, value)
    page.choose("Optimizer", "adam")
    page.choose("Activation", "tanh")
    page.app.toggle[0].set_value(True)
    page.press("Train")
    page.rerun()
    expected = TrainConfig(48, 3, 256, 7, optimizer="adam", activation="tanh", dropout=0.2, augment=True)
    assert [(run.config, run.owner) for run in store.runs()] == [(expected, ME)]
    assert page.app.query_params["run"] == str(store.runs()[0].id)


def test_the_nickname_goes_with_the_run(open_page, store):
    page = open_page(TRAIN)
    page.text("Your nickname").set_value("  Ada   L. ")
    page.rerun()
    page.press("Train")
    assert store.runs()[0].nickname == "Ada L."


def test_a_long_training_is_asked_for_first(open_page, store):
    page = open_page(TRAIN)
    for label, value in {"Hidden units": 2048, "Epochs": 100, "Hidden layers": 3}.items():
        page.type(label, value)
    page.press("Train")
    assert not store.runs()
    assert "This will take a while" in page.dialog.proto.dialog.title
    page.answer("Train", "Train anyway")
    assert [run.config.hidden_units for run in store.runs()] == [2048]


def test_a_short_training_is_not_asked_for_however_long_the_queue(open_page, store):
    others = [store.submit(TrainConfig(), owner=f"person {number}") for number in range(250)]
    page = open_page(TRAIN)
    assert any(re.search("Takes .* minutes", it.value) for it in page.app.caption)
    page.press("Train")
    assert "Train anyway" not in page.buttons
    assert len(store.runs()) == len(others) + 1


def test_one_run_too_many_is_refused_with_a_sentence_beside_the_run_that_is_shown(open_page, store, monkeypatch):
    monkeypatch.setenv("MNIST_QUEUE_LIMIT", "1")
    page = open_page(TRAIN)
    page.press("Train")
    page.press("Train")
    assert "One person may have 1 run training, waiting or paused at a time, and you have 1" in page.words
    assert "Run 1: 256 units" in page.words
    assert len(store.runs()) == 1


def test_settings_and_run_survive_a_visit_to_another_page(open_page):
    page = open_page(TRAIN)
    page.type("Hidden units", 77)
    page.press("Train")
    page.go_to(RUNS)
    page.go_to(TRAIN)
    assert page.text("Hidden units").value == "77"
    assert "Run 1: 77 units" in page.words
    assert page.app.query_params["run"] == "1"


# -- the settings and the run that is shown -------------------------------------------------------


def test_settings_that_differ_from_the_shown_run_are_named_and_can_be_turned_back(open_page, store):
    page = open_page(TRAIN, store.submit(TrainConfig(hidden_units=64, optimizer="adam"), owner=ME))
    assert "Unlike run" not in page.words
    page.type("Hidden units", 512)
    page.type("Learning rate", 0.00002)
    assert "Unlike run 1: hidden units 512, not 64; learning rate 0.00002, not 0.001." in page.words
    page.press("Use these settings")
    assert (page.text("Hidden units").value, page.number("Learning rate").value) == ("64", 0.001)
    assert "Unlike run" not in page.words


def test_a_link_to_a_run_fills_in_its_settings(open_page, store):
    run_id = store.submit(TrainConfig(hidden_units=64, optimizer="sgd", seed=3), owner=SOMEBODY_ELSE)
    page = open_page(TRAIN, run_id)
    assert (page.text("Hidden units").value, page.app.selectbox(key="setting_optimizer").value) == ("64", "sgd")
    page.choose("Optimizer", "adam")
    page.go_to(RUNS)
    page.go_to(TRAIN, run_id)
    assert page.app.selectbox(key="setting_optimizer").value == "adam", "once, at the beginning of a visit"


def test_a_link_to_a_deleted_run_fills_in_nothing(open_page, store):
    run_id = store.submit(TrainConfig(hidden_units=64), owner=SOMEBODY_ELSE)
    store.delete(run_id)
    assert open_page(TRAIN, run_id).text("Hidden units").value == "256"


def test_a_dataset_other_than_that_of_the_run_is_named(open_page, store):
    info = DatasetStore(store).add(small_dataset(), owner=ME)
    page = open_page(TRAIN, store.submit(TrainConfig(batch_size=8), owner=ME, dataset=info.sha256))
    assert page.app.selectbox(key="dataset").value == info.sha256
    page.choose("Dataset", MNIST_SHA256)
    assert "Unlike run 1: dataset MNIST, not " in page.words


# -- seeds ----------------------------------------------------------------------------------------


def test_the_same_settings_get_another_seed_with_another_person(open_page, store):
    store.submit(TrainConfig(), owner="")  # from the terminal
    seeds = []
    for person in (ME, SOMEBODY_ELSE, "c" * 32, SOMEBODY_ELSE):
        page = open_page(TRAIN, owner=person)
        page.press("Train")
        seeds.append(store.runs(person)[0].config.seed)
    assert seeds == [0, 1, 2, 1], "a person's own stays"


def test_a_seed_that_somebody_takes_while_the_page_is_open_is_not_taken_again(open_page, store):
    pages = [open_page(TRAIN, owner=person) for person in (ME, SOMEBODY_ELSE)]
    assert [page.number("Seed").value for page in pages] == [0, 0]
    for page in pages:
        page.press("Train")
    assert [run.config.seed for run in store.runs()] == [1, 0]
    assert pages[1].number("Seed").value == 1
    assert "Unlike run" not in pages[1].words


def test_other_settings_begin_with_the_usual_seed(open_page, store):
    store.submit(TrainConfig(), owner=SOMEBODY_ELSE)
    page = open_page(TRAIN)
    assert page.number("Seed").value == 1
    page.type("Hidden units", 64)
    assert page.number("Seed").value == 0


@pytest.mark.parametrize("typed", [0, 7])
def test_a_typed_seed_stays_whatever_others_have_trained(open_page, store, typed):
    store.submit(TrainConfig(seed=typed), owner=SOMEBODY_ELSE)
    store.submit(TrainConfig(), owner=SOMEBODY_ELSE)
    page = open_page(TRAIN)
    page.type("Seed", typed + 1)
    page.type("Seed", typed)
    page.press("Train")
    assert store.runs(ME)[0].config.seed == typed


def test_a_run_brings_its_seed_along_if_it_is_ones_own(open_page, store):
    """With that of somebody else, the same network would be trained again."""
    assert open_page(TRAIN, store.submit(TrainConfig(seed=7), owner=ME)).number("Seed").value == 7
    others = open_page(TRAIN, store.submit(TrainConfig(epochs=3), owner=SOMEBODY_ELSE))
    assert (others.number("Epochs").value, others.number("Seed").value) == (3, 1)


def test_a_link_chooses_a_seed_if_it_names_one(open_page, store):
    store.submit(TrainConfig(epochs=3), owner=SOMEBODY_ELSE)
    for asked, seed in (({"epochs": "3"}, 1), ({"epochs": "3", "seed": "0"}, 0)):
        page = open_page(TRAIN)
        page.app.query_params.update(asked)
        page.rerun()
        assert (page.number("Epochs").value, page.number("Seed").value) == (3, seed)


def test_the_same_settings_again_are_told_and_another_seed_is_offered(open_page, make_run, store):
    run_id = make_run(State.FINISHED)
    page = open_page(TRAIN, run_id)
    assert f"Run {run_id} has the same settings and seed." in page.words
    page.press("Another seed")
    assert page.number("Seed").value == 1
    assert "same settings and seed" not in page.words
    assert f"Unlike run {run_id}: seed 1, not 0." in page.words


# -- a run in each of its states ------------------------------------------------------------------


def test_without_workers_a_new_run_waits_and_the_page_says_so(open_page):
    page = open_page(TRAIN)
    page.press("Train")
    assert "No worker is running" in page.words
    assert {"Pause", "Stop", "+1 epoch"} <= page.buttons


def test_a_new_run_waits_for_workers_that_are_warming_up(open_page, store):
    WorkQueue(store).heartbeat("worker", ready=False)
    page = open_page(TRAIN)
    page.press("Train")
    assert "warming up" in page.words


def test_a_second_run_is_told_its_place(open_page, store, monkeypatch):
    monkeypatch.setattr(status, "SHORT_WAIT", 0.0)
    monkeypatch.setattr(training_load, "FRESH_SECONDS", 1e-6)
    WorkQueue(store).heartbeat("worker", ready=True)
    page = open_page(TRAIN)
    page.press("Train")
    assert "it is next" in page.words
    assert re.search(r"Epoch 1 of 5 · step 0 of 2,345 · about \d+ seconds left", page.progress["words"])
    page.press("Train")
    assert "one run is before it" in page.words


def test_a_run_that_is_about_to_begin_is_not_said_to_wait(open_page, store):
    WorkQueue(store).heartbeat("worker", ready=True)
    page = open_page(TRAIN)
    page.press("Train")
    assert page.progress["notice"] is None


def test_an_active_run_shows_how_far_it_is(open_page, make_run, store):
    run = store.run(make_run(State.ACTIVE))
    page = open_page(TRAIN, run.id)
    assert f"Epoch 2 of 2 · step {run.step:,} of {run.steps:,}" in page.progress["words"]
    assert page.progress["fraction"] == run.step / run.steps
    assert page.metrics["Training accuracy"] == percent(run.accuracy)
    assert page.metrics["Test accuracy"] == percent(run.test_accuracy)
    assert {"Pause", "Stop", "+1 epoch"} <= page.buttons
    assert "Resume" not in page.buttons


@pytest.mark.parametrize(
    ("state", "badge", "offered"),
    [
        (State.PAUSED, "Paused", {"Resume", "Stop", "+1 epoch"}),
        (State.FINISHED, "Finished", {"+1 epoch"}),
        (State.STOPPED, "Stopped", {"+1 epoch"}),
        (State.FAILED, "Failed", set()),
    ],
)
def test_a_run_at_rest_offers_what_can_be_done_with_it(open_page, make_run, state, badge, offered):
    page = open_page(TRAIN, make_run(state))
    assert f"badge[{badge}]" in page.words
    assert offered <= page.buttons
    assert not page.buttons & ({"Pause", "Resume", "Stop"} - offered)


def test_a_finished_run_says_how_well_it_generalises(open_page, make_run, store):
    """By the network that it ended with, and not by the mean of the last epoch, which the curve shows."""
    run, dataset = store.run(make_run(State.FINISHED)), load_dataset()
    page = open_page(TRAIN, run.id)
    network = Network.from_bytes(store.network_bytes(run.id))
    right = (network.predict(dataset.train_images).argmax(axis=1) == dataset.train_labels).mean()
    assert page.metrics["Training accuracy"] == percent(right) != percent(run.accuracy)
    assert page.metrics["Test accuracy"] == percent(run.test_accuracy)
    learned, tested = percent(right), percent(run.test_accuracy)
    assert f"**{learned}** of the training images and **{tested}** of the test images correctly" in page.words
    assert "It starts again with each epoch, so it jumps there" in page.words


def test_a_failed_run_says_why(open_page, make_run):
    assert "The training diverged in epoch 2" in open_page(TRAIN, make_run(State.FAILED)).words


def test_a_failure_that_may_pass_can_be_resumed(open_page, make_run, store):
    run_id = make_run(State.ACTIVE)
    queue = WorkQueue(store)
    queue.remove_worker("a worker of the test")
    turn = queue.claim("another", run_id)
    assert turn is not None
    queue.fail(turn, "The disk is full.")
    page = open_page(TRAIN, run_id)
    assert not any(label.startswith("Train again") for label in page.buttons)
    page.press("Resume")
    assert store.run(run_id).state is State.ACTIVE


def test_after_a_run_that_diverged_a_smaller_learning_rate_is_offered_once(open_page, make_run):
    """By a hint, whose button fills it in; and the numbers, which mean nothing, give way to the reason."""
    page = open_page(TRAIN, make_run(State.FAILED))
    (data,) = components(page, "digits_hints")
    assert [(hint["label"], hint["value"]) for hint in data["hints"]] == [("Try learning rate 0.0001", 0.0001)]
    assert not any("0.0001" in label for label in page.buttons)
    assert page.progress["no_numbers"]


def test_hints_on_a_finished_run_rest_on_its_network_as_well(open_page, store):
    page = open_page(TRAIN, add_run_with_network(store, State.FINISHED, READS, config=replace(CONFIG, l2=0.1)))
    (data,) = components(page, "digits_hints")
    squares = 3 * 56 * 0.1**2 + 3 * 0.5**2  # of 56 weights of each of 3 bars, and of their answers
    assert (
        f"The penalty for large weights is {0.1 * squares:.3f}, beside a training loss of" in data["hints"][0]["text"]
    )
    assert (data["hints"][0]["label"], data["hints"][0]["value"]) == ("Try L2 0.01", 0.01)


def test_what_is_trained_again_learns_from_the_same_images(open_page, store):
    info, queue = DatasetStore(store).add(small_dataset(), owner=ME), WorkQueue(store)
    store.submit(TrainConfig(learning_rate=2, batch_size=8), owner=ME, dataset=info.sha256)
    turn = queue.claim("a worker of the test")
    assert turn is not None
    queue.fail(turn, "Its checkpoint is damaged.", Failure.CHECKPOINT)
    page = open_page(TRAIN)
    page.press("Train again from the start")
    assert store.runs(ME)[0].config == TrainConfig(learning_rate=2, batch_size=8)
    assert store.runs(ME)[0].dataset_sha256 == info.sha256
    assert page.app.selectbox(key="dataset").value == info.sha256


def test_pause_resume_and_stop_do_so(open_page, make_run, store):
    run_id = make_run(State.ACTIVE)
    page = open_page(TRAIN, run_id)
    for label, state in [("Pause", State.PAUSED), ("Resume", State.ACTIVE), ("Stop", State.STOPPED)]:
        page.press(label)
        assert store.run(run_id).state is state


def test_one_more_epoch_makes_a_finished_run_active_again(open_page, make_run, store):
    run_id = make_run(State.FINISHED)
    page = open_page(TRAIN, run_id)
    page.press("+1 epoch")
    run = store.run(run_id)
    assert (run.state, run.config.epochs) == (State.ACTIVE, 3)
    assert f"Epoch 3 of 3 · step {run.step:,}" in page.progress["words"]


def test_a_run_of_the_most_epochs_is_not_offered_another(open_page, store):
    for epochs, offered in ((99, True), (100, False)):
        run_id = store.submit(TrainConfig(epochs=epochs), owner=ME)
        assert ("+1 epoch" in open_page(TRAIN, run_id).buttons) is offered


# -- whose run, and which -------------------------------------------------------------------------


def test_one_may_control_ones_own_run_from_anywhere(open_page, make_run, at_server):
    assert "Pause" in open_page(TRAIN, make_run(State.ACTIVE)).buttons


def test_only_the_person_at_the_server_may_control_somebody_elses_run(open_page, make_run, store, at_server):
    run_id = make_run(State.ACTIVE, owner=SOMEBODY_ELSE)
    page = open_page(TRAIN, run_id)
    assert ("only they can control it" in page.words) is not at_server
    if at_server:
        page.press("Pause")
        assert store.run(run_id).state is State.PAUSED
    else:
        assert page.buttons == OF_SETTINGS | {"Make Keras model", "Make ONNX model"}


@pytest.mark.parametrize("state", State)
def test_somebody_elses_run_can_be_watched(open_page, make_run, state):
    page = open_page(TRAIN, make_run(state, owner=SOMEBODY_ELSE, nickname="Grace"))
    assert "by Grace" in page.words
    if state is State.DAMAGED:
        assert "Training accuracy" not in page.metrics
        assert "cannot be read" in page.words
    else:
        assert page.metrics["Training accuracy"].endswith("%")


def test_a_browser_without_cookies_is_somebody_new(database_url):
    page = AppTest.from_file(MAIN_PAGE, default_timeout=PAGE_SECONDS).run()
    assert not page.exception


def test_a_visit_without_an_address_shows_ones_own_newest_run(open_page, make_run):
    make_run(State.FINISHED)
    newest = make_run(State.FINISHED)
    make_run(State.FINISHED, owner=SOMEBODY_ELSE)
    assert f"Run {newest}:" in open_page(TRAIN).words


@pytest.mark.parametrize("address", ["77", "999999999"])
def test_an_address_of_no_run_gets_a_sentence(open_page, address):
    page = open_page(TRAIN, address)
    assert f"There is no run {address}" in page.words
    assert "Train" in page.buttons


def test_nonsense_in_the_address_does_no_harm(open_page):
    page = open_page(TRAIN)
    for address in ("", "one", "-1", "²", "1; drop table runs", "9" * 40):
        page.go_to(TRAIN, address)
        assert "There is no run to show yet" in page.words


@pytest.mark.parametrize("name", ["<b>bold</b> & **stars** :red[x] $x$", "x" * 80])
def test_any_name_of_a_run_is_shown(open_page, make_run, name):
    assert "Run 1" in open_page(TRAIN, make_run(State.FINISHED, name=name)).words


# -- a store that cannot be used --------------------------------------------------------------------


@pytest.mark.parametrize("path", [TRAIN, RUNS])
@pytest.mark.parametrize("url", ["nonsense", "sqlite:////proc/nowhere/runs.sqlite", "oracle://host/runs"])
def test_a_store_that_cannot_be_opened_gets_a_sentence(open_page, monkeypatch, path, url):
    monkeypatch.setenv("MNIST_DATABASE_URL", url)
    page = open_page(path)
    assert "The run store" in page.app.error[0].value
    assert "Traceback" not in page.words


@pytest.mark.parametrize("path", [TRAIN, RUNS])
def test_a_file_that_is_no_database_gets_a_sentence(open_page, tmp_path, path):
    (tmp_path / "runs.sqlite").write_text("this is not a database, " * 100)
    assert "The file is damaged" in open_page(path).app.error[0].value


def test_a_store_of_another_version_gets_a_sentence(open_page, store: RunStore):
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE meta SET value = '999' WHERE key = 'schema_version'")
    assert "schema version 999" in open_page(TRAIN).app.error[0].value


def test_an_experiment_is_started_by_two_presses_and_each_of_its_runs_shows_all_curves(open_page, store):
    page = open_page(TRAIN)
    page.press("Experiments")
    (label,) = [it for it in page.buttons if it.startswith("Hidden units: 8, 32 and 256")]
    page.answer("Experiments", label)
    runs = store.runs(ME)
    assert [run.config for run in runs] == [TrainConfig(hidden_units=units) for units in (256, 32, 8)]
    assert page.app.query_params["run"] == str(runs[-1].id)
    for shown in runs:
        page.go_to(TRAIN, shown.id)
        assert "how much does the test accuracy gain from 8 to 32 units" in page.words
        assert f"experiment_{runs[-1].id}" in page.plots


def test_two_people_who_start_the_same_experiment_get_different_seeds(open_page, store):
    for person in (ME, SOMEBODY_ELSE):
        page = open_page(TRAIN, owner=person)
        page.press("Experiments")
        (label,) = [it for it in page.buttons if it.startswith("Hidden units: 8, 32 and 256")]
        page.answer("Experiments", label)
        assert "how much does the test accuracy gain from 8 to 32 units" in page.words
    seeds = [[run.config.seed for run in store.runs(person)] for person in (ME, SOMEBODY_ELSE)]
    assert seeds == [[0, 0, 0], [1, 1, 1]]


def test_an_experiment_that_is_one_run_too_many_starts_none(open_page, store, monkeypatch):
    monkeypatch.setenv("MNIST_QUEUE_LIMIT", "2")
    page = open_page(TRAIN)
    page.press("Experiments")
    (label,) = [it for it in page.buttons if it.startswith("Hidden units: 8, 32 and 256")]
    page.answer("Experiments", label)
    assert store.runs(ME) == []


def test_an_experiment_says_what_came_out_when_all_its_runs_have_ended(open_page, store):
    numbers = [add_run_with_network(store, State.FINISHED, reads) for reads in ((0, 1, 2), (0, 0, 0), (0, 1, 1))]
    with store.writing() as connection:
        for number, config in zip(numbers, EXPERIMENTS[0].configs, strict=True):
            changed = runs_table.update().where(runs_table.c.id == number)
            connection.execute(changed.values(config=config.to_json(), tags=experiment_tag(numbers[0])))
    page = open_page(TRAIN, numbers[1])
    assert "Test accuracy: 8 units 100.00 %, 32 units 33.33 % and 256 units 66.67 %." in page.words
    assert "The lead of 8 units is more than chance would explain." in page.words


def test_the_last_finished_run_of_the_same_person_stands_behind_the_curves(open_page, store):
    first, second, third = (add_run_with_network(store, State.FINISHED, reads) for reads in (READS, (0, 0, 0), READS))
    add_run_with_network(store, State.FINISHED, owner=SOMEBODY_ELSE)
    assert earlier_of(open_page(TRAIN, first)) == ""
    page = open_page(TRAIN, third)
    assert earlier_of(page) == f"run {second}: same settings"
    assert "Test accuracy 100.00 % against 33.33 %: the difference is more than chance" in page.words


def test_a_pinned_run_stands_behind_the_curves_instead(open_page, store):
    first, _, third = (add_run_with_network(store, State.FINISHED) for _ in range(3))
    store.pin(first)
    assert earlier_of(open_page(TRAIN, third)) == f"run {first}: same settings"


def earlier_of(page):
    """The name of the earlier run in the legend."""
    told = components(page, "digits_plot")
    names = [trace["name"] for data in told if data for trace in json.loads(data["figure"])["data"]]
    return next((name for name in names if name.startswith("run ")), "")


def components(page, name):
    """The data of all our components of that name."""
    return [json.loads(it.proto.json) for it in page.app.get("bidi_component") if it.proto.component_name == name]
