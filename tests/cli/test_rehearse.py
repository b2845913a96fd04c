"""The command `rehearse`: a class of made-up students, in a store of its own."""

from __future__ import annotations

import pytest

from mnist_core.cli import rehearse
from mnist_core.cli.main import main
from mnist_core.cli.rehearse import open_rehearsal
from mnist_core.data import load_dataset
from mnist_core.runs import ClassStore, HandwritingStore, RunStore, State


@pytest.fixture
def own_store(tmp_path, monkeypatch) -> str:
    url = f"sqlite:///{tmp_path / 'rehearsal.sqlite'}"
    monkeypatch.setattr(rehearse, "DATABASE", url)
    monkeypatch.setenv("MNIST_DATABASE_URL", f"sqlite:///{tmp_path / 'runs.sqlite'}")
    return url


def test_the_made_up_class_is_in_a_store_of_its_own(own_store, capsys):
    assert main(["rehearse", "--students", "3", "--no-serve"]) == 0
    assert "3 made-up students" in capsys.readouterr().out
    with RunStore.open() as real:
        assert ClassStore(real).all() == []
        assert real.runs() == []
    with RunStore.open(own_store) as store:
        assert [it.made_up for it in ClassStore(store).all()] == [True]


def test_each_student_has_drawn_ten_digits_of_their_own_and_trains(store):
    classroom = open_rehearsal(store, 4)
    drawings = HandwritingStore(store).drawings(classroom.set_id)
    images = load_dataset("mnist")
    known = {image.tobytes(): label for image, label in zip(images.test_images, images.test_labels, strict=True)}
    assert sorted(drawings.labels.tolist()) == sorted([*range(10)] * 4)
    assert [known[image.tobytes()] for image in drawings.images] == drawings.labels.tolist(), "real digits of the test"
    assert len({image.tobytes() for image in drawings.images}) == 40
    assert ClassStore(store).students(classroom.id)[0].nickname == "Made-up 1"
    assert [run.state for run in ClassStore(store).runs(classroom.id)] == [State.ACTIVE] * 4


def test_a_second_rehearsal_replaces_the_first(store):
    first = open_rehearsal(store, 2)
    second = open_rehearsal(store, 1)
    assert ClassStore(store).all() == [second]
    assert first.code != second.code
    assert len(store.runs()) == 1


@pytest.mark.parametrize("count", ["0", "101", "-1", "many"])
def test_a_count_that_makes_no_sense_is_refused(count, capsys):
    with pytest.raises(SystemExit):
        main(["rehearse", f"--students={count}"])
    assert "--students" in capsys.readouterr().err
