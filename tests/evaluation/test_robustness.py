"""Accuracies on disturbed images: the plain one without a disturbance, and where they fall below 90 %."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mnist_core.analyses.analysis import Progress, Subject
from mnist_core.analyses.robustness import compute
from mnist_core.evaluation.disturbances import DISTURBANCES
from mnist_core.evaluation.resampling import Images
from mnist_core.evaluation.robustness import Limits, limits_of, right_answers, robustness_sample
from tests.support.random_networks import deep_network
from tests.support.runs_with_networks import BARS, network

IMAGES, LABELS = BARS.test_images, BARS.test_labels


@pytest.fixture(scope="module")
def analysed():
    """What the analysis finds for a network that reads two of three bars, and the progress that it reports."""
    steps, progress = compute(Subject(network((0, 1, 0)), BARS), {}), []
    while True:
        try:
            progress.append(next(steps))
        except StopIteration as over:
            return over.value, progress


def test_strength_0_is_the_plain_accuracy(analysed):
    arrays, _ = analysed
    for kind in DISTURBANCES:
        assert len(arrays[kind.name]) == len(kind.strengths)
        assert arrays[kind.name][kind.strengths.index(0)] == 2 / 3
    assert arrays["images"] == 120


def test_other_strengths_are_the_accuracy_on_disturbed_images(analysed):
    arrays, _ = analysed
    turned = np.rot90(IMAGES, k=-1, axes=(1, 2))
    expected = (network((0, 1, 0)).predict(turned).argmax(axis=1) == LABELS).mean()
    assert arrays["rotation"][-1] == pytest.approx(expected)
    assert expected != 2 / 3


def test_progress_rises_to_the_end_and_says_what_is_being_done(analysed):
    _, progress = analysed
    fractions = [step.fraction for step in progress]
    assert all(isinstance(step, Progress) for step in progress)
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < 0.05
    assert 0.95 < fractions[-1] <= 1
    assert [*dict.fromkeys(step.doing for step in progress)] == [kind.title for kind in DISTURBANCES]


def test_images_are_disturbed_in_parts_by_their_numbers(monkeypatch):
    numbers: list[int] = []

    def note(images: Images, _strength: float, first: int) -> Images:
        numbers.append(first)
        return images

    monkeypatch.setattr("mnist_core.evaluation.robustness.CHUNK", 50)
    noted = replace(DISTURBANCES[0], apply=note)
    assert sum(right_answers(network((0, 1, 0)), IMAGES, LABELS, noted, 0.1)) == 80
    assert numbers == [0, 50, 100]


@pytest.mark.parametrize(("sizes", "images"), [((256,), 10_000), ((1024, 1024), 10_000), ((2048, 1024), 5_000)])
def test_only_large_networks_read_fewer_images(sizes, images):
    assert len(robustness_sample(deep_network("relu", sizes), 10_000)) == images


@pytest.mark.parametrize(
    ("accuracies", "limits"),
    [
        ([0.5, 0.95, 0.98, 0.85, 0.2], Limits(-1 - 0.05 / 0.45, 1 * 0.08 / 0.13)),
        ([0.9, 0.95, 0.98, 0.92, 0.9], Limits(None, None)),
        ([0.99, 0.5, 0.98, 0.5, 0.99], Limits(-0.08 / 0.48, 0.08 / 0.48)),
        ([0.5, 0.5, 0.89, 0.95, 0.5], Limits(0.0, 0.0)),
    ],
    ids=["both sides", "never below", "the first time", "from the beginning"],
)
def test_where_it_falls_below_nine_tenths(accuracies, limits):
    found = limits_of((-2, -1, 0, 1, 2), np.array(accuracies))
    assert found == pytest.approx(limits)


def test_there_is_no_other_side_where_strengths_begin_at_0():
    assert limits_of((0, 1), np.array([0.95, 0.85])) == pytest.approx(Limits(None, 0.5))
