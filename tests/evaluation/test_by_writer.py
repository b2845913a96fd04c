"""Misread drawings of each writer, counted by hand."""

from __future__ import annotations

import numpy as np

from mnist_core.evaluation.by_writer import misread_by_writer


def test_who_is_misread_most_comes_first():
    writers = ["ada", "bob", "ada", "cy", "bob", "bob", "di"]
    right = np.array([True, False, True, False, True, False, False])
    assert misread_by_writer(writers, right) == [("bob", 2, 3), ("cy", 1, 1), ("di", 1, 1), ("ada", 0, 2)]
