"""The rankings of a class against places worked out by hand."""

from __future__ import annotations

import pytest

from mnist_core.rankings.by_guess import Guess, by_guess, number_in
from mnist_core.rankings.by_handwriting import ClassScore, by_accuracy, by_parameters
from mnist_core.rankings.places import places


def test_equals_share_a_place_and_the_next_one_is_left_out():
    assert [place for place, _ in places([3, 1, 1, 2], key=lambda it: it)] == [1, 1, 3, 4]


def score(run: int, nickname: str, right: int, drawings: int = 100, parameters: int = 1000) -> ClassScore:
    return ClassScore(run, nickname, right, drawings, parameters)


def test_students_are_ranked_by_their_best_run_on_the_class():
    scores = [score(1, "Ada", 80), score(2, "Ada", 90), score(3, "Bob", 45, 50), score(4, "Cy", 95)]
    ranked = [(place, it.nickname, it.run) for place, it in by_accuracy(scores)]
    assert ranked == [(1, "Cy", 4), (2, "Ada", 2), (2, "Bob", 3)], "45 of 50 is 90 of 100"


def test_a_few_drawings_rank_nobody():
    assert by_accuracy([score(1, "Ada", 19, 19), score(2, "Bob", 10, 20)])[0].entry.nickname == "Bob"
    assert by_parameters([score(1, "Ada", 19, 19)]) == []


def test_the_smallest_network_near_the_best_is_first():
    scores = [
        score(1, "Ada", 100, parameters=200_000),
        score(2, "Bob", 95, parameters=8_000),  # just 95 % of the best
        score(3, "Cy", 94, parameters=5_000),  # too bad
        score(4, "Ada", 96, parameters=8_000),  # as small as Bob's, and better
        score(5, "Dee", 95, parameters=8_000),
    ]
    ranked = [(place, it.nickname, it.run) for place, it in by_parameters(scores)]
    assert ranked == [(1, "Ada", 4), (2, "Bob", 2), (2, "Dee", 5)]


def test_a_class_that_reads_nothing_has_no_smallest_network():
    assert by_parameters([score(1, "Ada", 0)]) == []
    assert by_accuracy([]) == []


def test_the_closest_guess_is_first():
    guesses = [
        Guess("Ada", 90, 96),  # 6 of 96: 6.25 %
        Guess("Ada", 40, 80),  # 50 %
        Guess("Bob", 75, 80),  # 6.25 %
        Guess("Cy", 97, 97),
        Guess("Dee", 0, 0),
    ]
    ranked = [(place, it.best.nickname, it.guesses) for place, it in by_guess(guesses)]
    assert ranked == [(1, "Cy", 1), (1, "Dee", 1), (3, "Ada", 2), (3, "Bob", 1)]
    assert by_guess(guesses)[2].entry.best.error == pytest.approx(0.0625)


@pytest.mark.parametrize(
    ("text", "number"),
    [("97.5 %", 97.5), ("1,234", 1234), ("-3", -3), ("1e-05", 1e-05), ("–", None), ("It learns", None), ("", None)],
)
def test_the_number_of_a_guess(text, number):
    assert number_in(text) == number
