"""t-SNE: the very maps that openTSNE makes, and the place that it gives to another image."""

from __future__ import annotations

import numpy as np
import pytest
from openTSNE import TSNE
from openTSNE.initialization import jitter, rescale

from mnist_core.analyses import tsne_epochs, tsne_maps, tsne_places
from mnist_core.analyses.analysis import Subject
from mnist_core.data import Dataset
from mnist_core.data.loading import load_dataset
from mnist_core.embedding.image_map import pca_maps
from mnist_core.embedding.layers import layer_outputs
from mnist_core.embedding.pca import PrincipalComponents
from mnist_core.embedding.tsne import place_on, tsne_map
from mnist_core.errors import UserError
from mnist_core.network import Network

IMAGES = load_dataset().test_images[:60].reshape(60, -1) / np.float32(255)
INITIAL = PrincipalComponents.of(IMAGES).positions(IMAGES)


def finished(steps):
    """The fractions that were reported, and the map."""
    reported = []
    while True:
        try:
            reported.append(next(steps))
        except StopIteration as over:
            return reported, over.value


@pytest.fixture(scope="module")
def made():
    return finished(tsne_map(IMAGES, INITIAL))


@pytest.fixture(scope="module")
def by_opentsne():
    start = jitter(rescale(INITIAL.astype(np.float64)), random_state=0)
    settings = {"perplexity": 19, "neighbors": "exact", "negative_gradient_method": "bh"}
    return TSNE(initialization=start, random_state=0, n_jobs=1, **settings).fit(IMAGES)


def test_the_map_is_that_of_opentsne_bit_by_bit(made, by_opentsne):
    assert np.array_equal(made[1], np.asarray(by_opentsne))


def test_its_progress_rises_from_nought_to_one(made):
    reported, _ = made
    assert reported[0] == 0
    assert reported == sorted(reported)
    assert 0.9 < reported[-1] < 1


def test_an_image_gets_the_place_that_opentsne_gives_it(made, by_opentsne):
    new = load_dataset().test_images[60:63].reshape(3, -1) / np.float32(255)
    assert place_on(made[1], IMAGES, new) == pytest.approx(np.asarray(by_opentsne.transform(new)), abs=1e-9)


def test_too_few_images_are_refused_with_a_sentence():
    with pytest.raises(UserError, match="at least 10 images"):
        next(tsne_map(IMAGES[:9], INITIAL[:9]))


def test_equal_images_and_a_dozen_make_a_map_too():
    for values in (np.zeros((12, 5), np.float32), IMAGES[:12]):
        _, positions = finished(tsne_map(values, PrincipalComponents.of(values).positions(values)))
        assert np.isfinite(positions).all()


@pytest.fixture(scope="module")
def subject() -> Subject:
    """The starter network with 40 test images, and a memory of what analyses have found."""
    everything = load_dataset()
    few = everything.test_images[:40], everything.test_labels[:40]
    dataset = Dataset("few", *few, *few, everything.class_names)
    return Subject(Network.load("starter"), dataset)


def test_each_layer_is_mapped_from_the_layer_before_and_a_drawing_gets_its_place(subject):
    reported, made = finished(tsne_maps.compute(subject, {}))
    outputs = layer_outputs(subject.network, subject.dataset.test_images)
    components = PrincipalComponents.of(outputs[0])
    _, first = finished(tsne_map(outputs[0], components.positions(outputs[0])))
    _, second = finished(tsne_map(outputs[1], first))
    assert np.allclose(made["positions"][:2], [first, second], atol=1e-2)
    assert [step.fraction for step in reported] == sorted(step.fraction for step in reported)
    assert reported[-1].doing == "Mapping the images by t-SNE: logits"

    asked = subject._replace(earlier=lambda name, _parameters: made if name == "t-SNE maps" else None)
    drawing = {"drawing": subject.dataset.test_images[3].tobytes().hex()}
    _, found = finished(tsne_places.compute(asked, drawing))
    for place, positions, values in zip(found["places"], made["positions"], outputs, strict=True):
        assert place == pytest.approx(place_on(positions, values, values[3:4])[0], abs=1e-5)


def test_each_epoch_is_mapped_from_the_epoch_before(subject):
    trained = subject.network
    untrained = Network.from_weights([0.5 * array for array in trained.weights], "relu")
    networks = {0: untrained, 3: trained}
    asked = subject._replace(after_epoch=networks.get)
    reported, made = finished(tsne_epochs.compute(asked, {"layer": 1, "epochs": [0, 3]}))
    first, second = (layer_outputs(network, subject.dataset.test_images)[1] for network in networks.values())
    _, before = finished(tsne_map(first, pca_maps([first])[0].positions))
    _, after = finished(tsne_map(second, before))
    assert np.allclose(made["positions"], [before, after], atol=1e-2)
    assert [step.doing.split(": ")[1] for step in (reported[0], reported[-1])] == ["before training", "epoch 3"]
    with pytest.raises(UserError, match="not stored any more"):
        finished(tsne_epochs.compute(asked, {"layer": 1, "epochs": [0, 1]}))


def test_a_drawing_has_no_place_on_maps_of_another_network(subject):
    with pytest.raises(UserError, match="Make them again first"):
        finished(tsne_places.compute(subject, {"drawing": bytes(784).hex()}))
