"""Principal components: the same as scikit-learn's, with signs that do not depend on the machine."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from mnist_core.data.loading import load_dataset
from mnist_core.embedding.pca import NARROW, PrincipalComponents

IMAGES = load_dataset().test_images[:400].reshape(400, -1) / 255
RNG = np.random.default_rng(0)


@pytest.mark.parametrize("values", [IMAGES, IMAGES[:, 300:340], IMAGES[:20], RNG.random((300, NARROW))])
def test_the_map_is_that_of_scikit_learn_up_to_the_sign_of_each_direction(values):
    found, reference = PrincipalComponents.of(values), PCA(2, svd_solver="full").fit(values)
    signs = np.sign((found.components * reference.components_).sum(axis=1))
    expected = reference.transform(values) * signs
    assert np.abs(found.positions(values) - expected).max() < 1e-3 * np.abs(expected).max(), "less than a pixel"
    assert found.explained == pytest.approx(reference.explained_variance_ratio_, rel=1e-4)


def test_the_largest_weight_of_a_direction_is_above_nought():
    for values in (IMAGES, -IMAGES):
        components = PrincipalComponents.of(values).components
        assert (components[[0, 1], np.abs(components).argmax(axis=1)] > 0).all()


def test_a_new_image_is_placed_where_the_same_one_lies():
    found = PrincipalComponents.of(IMAGES)
    assert found.positions(IMAGES[7:8])[0] == pytest.approx(found.positions(IMAGES)[7])


def test_one_unit_makes_a_line_and_equal_images_a_point():
    line = PrincipalComponents.of(RNG.random((50, 1)))
    assert line.explained.tolist() == pytest.approx([1, 0])
    assert not line.positions(RNG.random((5, 1)))[:, 1].any()
    assert not PrincipalComponents.of(np.ones((5, 784))).positions(np.ones((5, 784))).any()
