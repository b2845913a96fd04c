"""MNIST as it is, its preprocessing, and what is said when the file is missing or damaged."""

import io

import numpy as np
import pytest

from mnist_core.data import MNIST_PATH, DatasetError, flatten, load_dataset, loading, read_mnist


@pytest.fixture(scope="module")
def mnist():
    return load_dataset()


def test_mnist_is_whole(mnist):
    assert mnist.train_images.shape == (60000, 28, 28)
    assert mnist.test_images.shape == (10000, 28, 28)
    assert mnist.train_labels.shape == (60000,)
    assert mnist.test_labels.shape == (10000,)
    assert {array.dtype for array in (*mnist.split("train"), *mnist.split("test"))} == {np.dtype(np.uint8)}
    assert mnist.class_names == tuple("0123456789")
    assert mnist.train_labels[:5].tolist() == [5, 0, 4, 1, 9]  # as in every tutorial
    assert mnist.test_labels[:5].tolist() == [7, 2, 1, 0, 4]


def test_mnist_cannot_be_changed_by_accident(mnist):
    for array in (*mnist.split("train"), *mnist.split("test")):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_loading_reads_the_file_once():
    assert load_dataset() is load_dataset("mnist")


def test_splits_are_found_by_name(mnist):
    assert mnist.split("train")[0] is mnist.train_images
    assert mnist.split("test")[1] is mnist.test_labels
    with pytest.raises(ValueError, match="'train' or 'test', not 'validation'"):
        mnist.split("validation")


def test_preprocessing_is_that_of_the_notebook(mnist):
    expected = mnist.test_images.reshape((10000, 28 * 28)).astype("float32") / 255
    result = flatten(mnist.test_images)
    assert result.dtype == np.float32
    assert (result.min(), result.max()) == (0.0, 1.0)
    np.testing.assert_array_equal(result, expected)


def test_an_unknown_dataset_is_refused():
    with pytest.raises(DatasetError, match=r"no dataset named 'imagenet'.*Known: mnist"):
        load_dataset("imagenet")


def damaged(kind):
    """The bytes of the MNIST file after an accident."""
    whole = MNIST_PATH.read_bytes()
    middle = len(whole) // 2
    return {
        "empty": b"",
        "truncated": whole[:middle],
        "no archive": b"<html>404 Not Found</html>",
        "one byte changed": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
    }[kind]


@pytest.mark.parametrize("kind", ["empty", "truncated", "no archive", "one byte changed"])
def test_a_damaged_file_is_named(tmp_path, kind):
    path = tmp_path / "mnist.npz"
    path.write_bytes(damaged(kind))
    with pytest.raises(DatasetError) as raised:
        read_mnist(path)
    assert "damaged" in str(raised.value)
    assert str(path) in str(raised.value)
    assert "Restore it" in str(raised.value)


def test_a_missing_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "MNIST_PATH", tmp_path / "gone.npz")
    with pytest.raises(DatasetError, match=r"missing.*gone\.npz.*Restore it"):
        load_dataset()


def archive(**changed):
    """An npz file of the arrays of MNIST, some of them exchanged."""
    with np.load(MNIST_PATH) as original:
        arrays = {**dict(original), **changed}
    buffer = io.BytesIO()
    np.savez(buffer, **{name: array for name, array in arrays.items() if array is not None})
    return buffer.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    "changed",
    [
        {"y_test": np.zeros(10000, dtype=np.uint8)},
        {"x_test": load_dataset().test_images.reshape(10000, 784)},
        {"y_test": None},
        {"y_test": np.array([{"an": "object"}], dtype=object)},
    ],
    ids=["other labels", "another shape", "an array missing", "pickled objects"],
)
def test_an_archive_of_other_content_is_refused(tmp_path, changed):
    path = tmp_path / "mnist.npz"
    path.write_bytes(archive(**changed))
    with pytest.raises(DatasetError, match="damaged"):
        read_mnist(path)
