"""The seeds of new runs, among several people who train the same settings."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from mnist_core.config import TrainConfig
from mnist_core.data import MNIST_SHA256
from mnist_core.runs import NewSeed, RunStore
from mnist_core.runs.schema import runs
from tests.support.databases import both_databases

PEOPLE = 8


@both_databases
@pytest.mark.parametrize("kind", NewSeed)
def test_people_who_submit_the_same_settings_at_the_same_moment_get_different_seeds(store, kind):
    start = Barrier(PEOPLE)

    def submit(person: int) -> int:
        start.wait()
        return store.submit(TrainConfig(), owner=f"person {person}", seed=kind)

    with ThreadPoolExecutor(PEOPLE) as pool:
        numbers = list(pool.map(submit, range(PEOPLE)))
    assert sorted(store.run(number).config.seed for number in numbers) == list(range(PEOPLE))


def test_a_seed_that_is_asked_for_is_taken_whoever_has_it(store):
    numbers = [store.submit(TrainConfig(seed=5), owner=owner) for owner in ("ada", "grace")]
    assert [store.run(number).config.seed for number in numbers] == [5, 5]


def test_only_runs_of_the_same_settings_and_images_have_taken_a_seed(store: RunStore):
    store.submit(TrainConfig(hidden_units=64), owner="ada")
    store.submit(TrainConfig(), owner="ada", dataset="mnist")
    deleted = store.submit(TrainConfig(seed=1), owner="ada")
    store.delete(deleted)
    config, sha256 = TrainConfig(), store.run(deleted).dataset_sha256
    assert store.new_seed(config, sha256, NewSeed.UNLIKE_OTHERS, "grace") == 1
    assert store.new_seed(config, sha256, NewSeed.UNLIKE_OTHERS, "ada") == 0
    assert store.new_seed(config, sha256, NewSeed.UNUSED, "ada") == 1
    assert store.new_seed(replace(config, hidden_units=65), sha256, NewSeed.UNUSED, "ada") == 0
    assert store.new_seed(config, "0" * 64, NewSeed.UNUSED, "ada") == 0


def test_a_run_of_before_there_were_other_images_than_mnist_counts_for_mnist(store: RunStore):
    number = store.submit(TrainConfig(), owner="ada")
    with store.writing() as connection:
        connection.execute(runs.update().values(dataset_sha256=""))
    assert [run.id for run in store.runs_with_settings(TrainConfig(), MNIST_SHA256)] == [number]
    assert not store.runs_with_settings(TrainConfig(), "0" * 64)
    assert store.new_seed(TrainConfig(), MNIST_SHA256, NewSeed.UNUSED, "grace") == 1
