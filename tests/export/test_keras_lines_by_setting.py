"""The lines of Keras beside the settings of the Train page: those of the exported script, each."""

import pytest

from mnist_core.config import SETTINGS, TrainConfig
from mnist_core.export.code import script
from mnist_core.export.keras_lines_by_setting import keras_lines
from tests.support.all_settings import CHANGED

EVERYTHING = TrainConfig(**CHANGED)


@pytest.mark.parametrize("config", [TrainConfig(), EVERYTHING], ids=["default", "everything"])
def test_each_line_is_one_of_the_exported_script(store, config):
    run = store.run(store.submit(config))
    exported = {line.strip() for line in script(run).splitlines()}
    shown = {line for lines in keras_lines(config).values() for line in lines}
    assert shown <= exported, shown - exported


def test_every_setting_has_a_line_once_it_is_not_the_usual_one():
    lines = keras_lines(EVERYTHING)
    assert [name for name in SETTINGS if not lines[name]] == ["momentum"], "which adamw does not take"
    assert keras_lines(TrainConfig(optimizer="sgd", momentum=0.9))["momentum"] == [
        "MOMENTUM = 0.9",
        "optimizer=keras.optimizers.SGD(momentum=MOMENTUM),",
    ]


def test_the_lines_are_those_in_which_the_setting_takes_effect():
    lines = keras_lines(TrainConfig())
    assert lines["hidden_units"] == ["HIDDEN_UNITS = 256", 'keras.layers.Dense(HIDDEN_UNITS, activation="relu"),']
    assert lines["epochs"] == ["EPOCHS = 5", "for epoch in range(EPOCHS):"]
    assert lines["batch_size"] == ["BATCH_SIZE = 128", "model.fit(", "batch_size=BATCH_SIZE,"]
    assert lines["optimizer"] == [
        "model.compile(",
        'optimizer="rmsprop",',
        'loss="sparse_categorical_crossentropy",',
        'metrics=["accuracy"],',
    ]
    assert lines["learning_rate"] == ['optimizer="rmsprop",'], "the usual one of the optimizer"
    assert [lines[name] for name in ("dropout", "augment", "training_images", "label_noise")] == [[]] * 4


@pytest.mark.parametrize(
    ("initialisation", "lines"),
    [
        ("glorot", []),
        ("he", ["kernel_initializer=keras.initializers.HeUniform(),"]),
        ("zeros", ["kernel_initializer=keras.initializers.Zeros(),"]),
    ],
)
def test_initial_weights_that_are_not_those_of_keras_have_their_line(initialisation, lines):
    assert keras_lines(TrainConfig(initialisation=initialisation))["initialisation"] == lines


def test_each_hidden_layer_has_its_line():
    dense = 'keras.layers.Dense(HIDDEN_UNITS, activation="relu"),'
    assert keras_lines(TrainConfig(hidden_layers=3))["hidden_layers"] == [dense] * 3


def test_with_batch_normalisation_the_activation_has_a_line_of_its_own():
    lines = keras_lines(TrainConfig(batch_normalisation=True))
    assert lines["batch_normalisation"] == [
        "keras.layers.Dense(HIDDEN_UNITS, use_bias=False),",
        "keras.layers.BatchNormalization(),",
    ]
    assert lines["activation"] == ['keras.layers.Activation("relu"),']
