"""Datasets in the form that the program writes: good ones are taken, others refused; nothing is unpickled."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
import pytest

from mnist_core.data import MNIST_PATH, load_dataset
from mnist_core.data.dataset_file import BadDatasetFile, from_npz, parse_class_names
from mnist_core.runs.dataset_store import pack
from tests.support.idx_server import small_dataset

SHAPES = small_dataset()


def npz(**changed: Any) -> bytes:
    """The file of a good dataset, with some of its arrays exchanged, or left out for None."""
    arrays: dict[str, Any] = {name: it for name, it in (SHAPES.arrays | changed).items() if it is not None}
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def test_an_npz_file_in_the_layout_of_mnist_is_taken():
    dataset = from_npz(npz(y_train=SHAPES.train_labels.astype(np.int64)), "mine", SHAPES.class_names)
    assert (dataset.name, dataset.sha256) == ("mine", SHAPES.sha256)
    assert from_npz(npz(), "mine").class_names == ("0", "1", "2")
    assert from_npz(pack(SHAPES), "again").class_names == SHAPES.class_names, "what was downloaded has its names"


def test_a_hundred_classes_are_taken_and_no_more():
    many = np.arange(600) % 101
    with pytest.raises(BadDatasetFile, match="y_train has a label 100; the app expects labels from 0 to 99"):
        from_npz(npz(y_train=many), "mine")
    assert len(from_npz(npz(y_train=many % 100), "mine").class_names) == 100


class Bomb:
    def __reduce__(self):
        return pytest.fail, ("it was unpickled",)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"x_train": np.zeros((600, 32, 32), np.uint8)}, r"x_train has the shape \(600, 32, 32\).*\(n, 28, 28\)"),
        ({"x_test": SHAPES.test_images / 255}, "x_test has .* the type float64.*uint8, 0 to 255"),
        ({"x_test": np.zeros((0, 28, 28), np.uint8)}, "x_test has the shape"),
        ({"y_test": None}, "no array y_test.*The app expects"),
        ({"y_test": np.zeros(119, np.uint8)}, "whole number for each of the 120 images"),
        ({"y_test": SHAPES.test_labels - 0.5}, "y_test has .* the type float64"),
        ({"y_train": np.full(600, -1)}, "a label -1; the app expects labels from 0"),
        ({"y_train": np.zeros(600, int), "y_test": np.zeros(120, int)}, "at least two classes"),
        ({"y_train": np.array([Bomb()] * 600)}, "pickled Python objects, which are never unpacked"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_was_expected(changed, words):
    with pytest.raises(BadDatasetFile, match=words):
        from_npz(npz(**changed), "mine")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a", "b"], "a label 2; the app expects labels from 0 to 1"),
        (["a", "b", "b"], "must differ"),
        (["a", "b", "c" * 31], "1 to 30 characters"),
        (["a", "b", "<b>c"], "none of <>"),
        (["a", "b\n", "c"], "no control characters"),
    ],
)
def test_class_names_must_fit_the_labels(names, words):
    with pytest.raises(BadDatasetFile, match=words):
        from_npz(npz(), "mine", names)


def test_class_names_are_typed_with_commas_or_one_a_line():
    assert parse_class_names(" T-shirt/top,  Ankle   boot\n\nBag; ") == ("T-shirt/top", "Ankle boot", "Bag")


def test_a_header_that_promises_more_than_there_is_is_refused():
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "|u1", "fortran_order": False, "shape": (10**9, 28, 28)})
    archive = io.BytesIO(npz(x_train=None))
    with zipfile.ZipFile(archive, "a") as changed:
        changed.writestr("x_train.npy", buffer.getvalue())
    with pytest.raises(BadDatasetFile, match="x_train is damaged or cut off: it declares 784,000,000,000 bytes"):
        from_npz(archive.getvalue(), "mine")


@pytest.mark.parametrize("data", [b"", b"<html>", npz()[:-5000], npz()[:5000], b"PK\x03\x04" + bytes(999)])
def test_damaged_npz_files_are_refused(data):
    with pytest.raises(BadDatasetFile, match=r"not an npz file, or it is damaged or cut off.*x_train"):
        from_npz(data, "mine")


def test_mnist_itself_is_recognised():
    assert from_npz(MNIST_PATH.read_bytes(), "x").sha256 == load_dataset().sha256
