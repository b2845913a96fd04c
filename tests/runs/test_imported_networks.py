"""A changed network is kept as a finished run of its own, within the limits of uploads, and is exported as it reads."""

from __future__ import annotations

import numpy as np
import pytest

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.evaluation import Score
from mnist_core.model.surgery import with_pruned_weights
from mnist_core.runs import DatasetStore, ImportedNetwork, QuotaReached, RunStore, State, keep_network
from mnist_core.runs.quotas import STORE_SETTING
from tests.support.convolution_by_hand import convolutional_network
from tests.support.runs_with_networks import BARS, CONFIG, network
from tests.support.visits import ME


def keep(store: RunStore, data: bytes, source: str = "run 7, 80 % of the weights set to 0") -> int:
    found = ImportedNetwork(data, CONFIG, Score(0.1, 0.9), network().architecture, ["It was made from run 7."])
    dataset = DatasetStore(store).add(BARS).sha256
    return keep_network(store, found, source, owner=ME, nickname="Ada", dataset=dataset)


def test_it_is_a_finished_run_that_names_its_parent(store):
    data = network().to_bytes()
    run = store.run(keep(store, data))
    assert (run.state, run.status, run.test_accuracy) == (State.FINISHED, "Imported", 0.9)
    assert (run.owner, run.nickname) == (ME, "Ada")
    assert run.description == "run 7, 80 % of the weights set to 0, 3 units, relu"
    assert run.import_notes == ("It was made from run 7.",)
    assert store.network_bytes(run.id) == data


def test_what_is_kept_counts_as_an_upload(store, monkeypatch):
    monkeypatch.setenv(STORE_SETTING, "10 MB")
    with pytest.raises(QuotaReached):
        keep(store, b"n" * 3_000_000)
    assert not store.runs()


@pytest.mark.slow
def test_a_kept_network_with_convolutional_layers_is_exported_as_it_reads(store, tmp_path):
    import keras

    from mnist_core.export.keras_model import keras_model_of

    pruned = with_pruned_weights(convolutional_network(), 0.5)
    config = TrainConfig(architecture="convolutional", hidden_units=len(pruned.layers[0].bias))
    found = ImportedNetwork(pruned.to_bytes(), config, Score(0.1, 0.9))
    run = keep_network(store, found, "run 7", owner=ME, nickname="", dataset=load_dataset().sha256)
    (tmp_path / "network.keras").write_bytes(keras_model_of(store, store.run(run)))
    images = load_dataset().test_images[:50]
    read = keras.models.load_model(tmp_path / "network.keras").predict(images.reshape(50, 784) / 255, verbose=0)
    np.testing.assert_allclose(read, pruned.predict(images), atol=1e-5)
