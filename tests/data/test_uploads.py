"""Files that people upload: clear ones are converted, findings are told, and what cannot be used is named."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mnist_core.cli.parser import FIXES
from mnist_core.data import MNIST_PATH, Dataset, load_dataset
from mnist_core.data.dataset_file import BadDatasetFile
from mnist_core.data.uploads import csv_tables
from mnist_core.data.uploads.checks import CHECKS, findings, with_fixes
from mnist_core.data.uploads.read_upload import from_files, read_upload
from mnist_core.data.uploads.upload import Upload
from mnist_core.runs.dataset_store import pack
from tests.support.dataset_files import announcing, npy, picture, zipped
from tests.support.idx_server import LABELS, TRAIN_IMAGES, idx, idx_files, small_dataset

Arrays = dict[str, Any]

MNIST = load_dataset()
DIGITS = Dataset(
    "digits",
    MNIST.train_images[:420],
    MNIST.train_labels[:420],
    MNIST.test_images[:140],
    MNIST.test_labels[:140],
    MNIST.class_names,
)
X, Y, XT, YT = DIGITS.arrays.values()


def npz(arrays: Arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def with_images(change: Callable[[Any], Any]) -> Arrays:
    return DIGITS.arrays | {"x_train": change(X), "x_test": change(XT)}


def with_labels(change: Callable[[Any], Any]) -> Arrays:
    return DIGITS.arrays | {"y_train": change(Y), "y_test": change(YT)}


def renamed(*names: str) -> Arrays:
    return dict(zip(names, DIGITS.arrays.values(), strict=True))


def read(arrays: Arrays) -> Upload:
    return read_upload({"mine.npz": npz(arrays)})


def table(images: np.ndarray, labels: Any, last: bool = False, header: str = "", separator: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    if header:
        names = [f"{header}{number}" for number in range(784)]
        writer.writerow([*names, "label"] if last else ["label", *names])
    for image, label in zip(images, labels, strict=True):
        writer.writerow([*image.ravel(), label] if last else [label, *image.ravel()])
    return text.getvalue().encode()


# -- what is clear ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        (DIGITS.arrays, ""),
        (with_images(lambda x: x[..., None]), "of the shape (n, 28, 28, 1), became (n, 28, 28)"),
        (with_images(lambda x: x[:, None]), "of the shape (n, 1, 28, 28), became (n, 28, 28)"),
        (with_images(lambda x: x.reshape(-1, 784)), "Rows of 784 pixels became images of 28 × 28"),
        (with_images(lambda x: x.reshape(-1, 784).T), "Rows of 784 pixels"),
        (with_images(lambda x: np.moveaxis(x, 0, -1)), "the last axis"),
        (with_images(lambda x: np.repeat(x[..., None], 3, -1)), "grey, stored in colour"),
        (with_images(lambda x: np.repeat(x[:, None], 3, 1)), "grey, stored in colour"),
        (with_images(lambda x: (x / 255).astype("f4")), "fractions from 0 to 1"),
        (with_images(lambda x: x / 255), "fractions from 0 to 1"),
        (with_images(lambda x: np.asfortranarray(x / 255)), "fractions from 0 to 1"),
        (with_images(lambda x: x / 127.5 - 1), "from −1 to 1"),
        (with_images(lambda x: x.astype("f4")), "0 to 255 of the type float32"),
        (with_images(lambda x: x.astype("i8")), "of the type int64, became bytes"),
        (with_images(lambda x: x.astype(">u2")), "of the type >u2, became bytes"),
        (with_images(lambda x: np.pad(x, ((0, 0), (2, 2), (2, 2)))), "32 × 32 pixels; their blank margins were cut"),
        (with_labels(lambda y: y[:, None]), "in a table of one column"),
        (with_labels(lambda y: y[None]), "in a table of one column"),
        (with_labels(lambda y: y.astype("f4")), "written as fractions, became integers"),
        (with_labels(lambda y: np.eye(10)[y]), "one-hot"),
        (with_labels(lambda y: np.eye(10, dtype=bool)[y]), "one-hot"),
        (with_labels(lambda y: y.astype(str)), "written as text and became numbers"),
        (with_labels(lambda y: y.astype(str).astype("S")), "written as text and became numbers"),
        (renamed("X_train", "Y_train", "X_test", "Y_test"), ""),
        (renamed("Xtrain", "ytrain", "Xtest", "ytest"), ""),
        (renamed("train_images", "train_labels", "test_images", "test_labels"), ""),
        (renamed("images_train", "labels_train", "images_test", "labels_test"), ""),
        (renamed("trainX", "trainY", "testX", "testY"), ""),
        (renamed("train_data", "train_targets", "test_data", "test_targets"), ""),
        (renamed("training/imgs", "training/lbls", "testing/imgs", "testing/lbls"), ""),
        (renamed("arr_0", "arr_1", "arr_2", "arr_3"), "arr_2 was taken for images, arr_3 for their labels"),
        ({"arr_0": X, "arr_1": XT, "arr_2": Y, "arr_3": YT}, "arr_1 was taken for images, arr_3 for their labels"),
        (DIGITS.arrays | {"notes": np.arange(3)}, "Left out: notes"),
    ],
)
def test_what_is_clear_is_converted_and_said(arrays, said):
    upload = read(arrays)
    assert upload.dataset("mine").sha256 == DIGITS.sha256
    assert said in " ".join(upload.notes)
    assert bool(said) == bool(upload.notes)
    assert not findings(upload)


def test_true_and_false_become_ink_and_background():
    upload = read(with_images(lambda x: x > 127))
    assert upload.train.images.tobytes() == np.where(X > 127, 255, 0).astype(np.uint8).tobytes()
    assert upload.notes == ("True and false became 255 and 0.",)


def test_validation_images_learn_along_or_test():
    med = {"train_images": X, "train_labels": Y[:, None], "val_images": XT[:40], "val_labels": YT[:40, None]}
    upload = read(med | {"test_images": XT[40:], "test_labels": YT[40:, None]})
    assert (len(upload.train.labels), len(upload.test.labels)) == (460, 100)
    assert (upload.train.images[420:] == XT[:40]).all()
    assert "The 40 validation images were added to the training images." in upload.notes
    upload = read(med)
    assert (upload.test.images == XT[:40]).all()
    assert "The 40 validation images became the test set, since there is no other." in upload.notes


def test_texts_name_the_classes_in_both_sets():
    names = np.array(["ant", "bee", "cat", "dog", "eel", "fox", "gnu", "hen", "ibis", "jay"])
    upload = read(with_labels(lambda y: names[y]))
    dataset = upload.dataset("mine")
    assert dataset.class_names == tuple(names)
    assert (dataset.train_labels == Y).all()
    assert (dataset.test_labels == YT).all()


def test_scikit_learns_digits_are_enlarged_and_scaled():
    small = X.reshape(-1, 14, 2, 14, 2).mean((2, 4))[:, 3:11, 3:11] // 16
    upload = read({"data": small.reshape(-1, 64), "target": Y, "images": small, "target_names": np.arange(10)})
    assert upload.train.images.shape == (420, 28, 28)
    assert [finding.check.key for finding in findings(upload)] == ["scale", "hold-out"]
    assert with_fixes(upload, ["scale"]).train.images.max() == 255


IDX_NAMES = (
    "train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte",
    "train-images.idx3-ubyte train-labels.idx1-ubyte t10k-images.idx3-ubyte t10k-labels.idx1-ubyte",
    "emnist-letters-train-images-idx3-ubyte emnist-letters-train-labels-idx1-ubyte "
    "emnist-letters-test-images-idx3-ubyte emnist-letters-test-labels-idx1-ubyte",
    "my-train-images.idx my-train-labels.idx my-test-images.idx my-test-labels.idx",
    "Train_X Train_Y Test_X Test_Y",
)


@pytest.mark.parametrize("names", IDX_NAMES)
@pytest.mark.parametrize("packed", [True, False])
def test_idx_files_are_taken_under_any_name_that_says_what_they_are(names, packed):
    contents = [idx(array) for array in DIGITS.arrays.values()]
    files = {
        name + (".gz" if packed else ""): gzip.compress(data, 1) if packed else data
        for name, data in zip(names.split(), contents, strict=True)
    }
    assert from_files(files, "mine").sha256 == DIGITS.sha256
    assert from_files({"all.zip": zipped({f"gzip/{name}": data for name, data in files.items()})}, "x").sha256 == (
        DIGITS.sha256
    )


def test_two_idx_files_are_a_training_set():
    files = {"train-images-idx3-ubyte": idx(X), "train-labels-idx1-ubyte": idx(Y)}
    assert [finding.check.key for finding in findings(read_upload(files))] == ["hold-out"]


@pytest.mark.parametrize(
    ("images", "options"),
    [
        (X, {"header": "pixel"}),
        (X, {}),
        (X, {"last": True}),
        (X, {"last": True, "header": "px", "separator": ";"}),
        (X, {"header": "", "separator": "\t"}),
        ((X / np.float32(255)).round(6), {"header": "1x"}),
    ],
)
def test_tables_of_a_label_and_pixels_are_taken(images, options):
    test = XT if images.dtype == np.uint8 else XT / np.float32(255)
    files = {"mine.csv": table(images, Y, **options), "mine_test.csv": table(test, YT, **options)}
    upload = read_upload(files)
    assert upload.dataset("mine").sha256 == DIGITS.sha256
    assert f"The {'last' if options.get('last') else 'first'} column was taken for the label." in upload.notes


@pytest.mark.parametrize(("side", "rows"), [(28, 3821), (180, 92)])
def test_a_table_is_read_in_chunks_of_as_many_values_however_wide_it_is(monkeypatch, side, rows):
    asked = []

    def read_csv(*arguments: Any, **options: Any) -> Any:
        asked.append(options["chunksize"])
        return pd.read_csv(*arguments, **options)

    monkeypatch.setattr(csv_tables, "pd", SimpleNamespace(read_csv=read_csv, api=pd.api))
    line = ",".join(["0"] * side**2)
    csv_tables.splits_in({"wide.csv": f"0,{line}\n1,{line}\n".encode()})
    assert asked == [rows]


def test_a_column_that_numbers_the_rows_is_left_out():
    lines = table(X, Y, header="pixel").decode().splitlines()
    numbered = "\n".join(f"{'' if at == 0 else at - 1},{line}" for at, line in enumerate(lines))
    upload = read_upload({"mine.csv": numbered.encode()})
    assert (upload.train.images == X).all()
    assert (upload.train.labels == Y).all()


def test_a_table_of_letters_names_its_classes():
    names = np.array(list("ABCDEFGHIJ"))
    upload = read_upload({"letters.csv.gz": gzip.compress(table(X, names[Y]))})
    assert upload.class_names == tuple(names)
    assert (upload.train.labels == Y).all()


def test_folders_of_pictures_are_taken():
    files = {f"digits/training/{label}/{number}.png": picture(X[number]) for number, label in enumerate(Y)}
    files |= {f"digits/testing/{label}/{number}.png": picture(XT[number]) for number, label in enumerate(YT)}
    for found in ({"mine.zip": zipped(files | {"__MACOSX/._0.png": b"", "digits/README.txt": b"hello"})}, files):
        upload = read_upload(found)
        assert (len(upload.train.labels), len(upload.test.labels)) == (420, 140)
        assert sorted(map(bytes, upload.train.images)) == sorted(map(bytes, X))
        for image, label in zip(upload.test.images, upload.test.labels, strict=True):
            assert YT[next(at for at, it in enumerate(XT) if (it == image).all())] == label
        assert not upload.notes


@pytest.mark.parametrize(
    ("file", "note"),
    [
        (picture(X[0]), ""),
        (picture(np.repeat(X[0][..., None], 3, -1)), ""),
        (picture(X[0].astype(np.uint16) * 257), ""),
        (picture(X[0].repeat(3, 0).repeat(3, 1)), "84 × 84 pixels were resized"),
        (picture(np.pad(X[0], ((0, 0), (0, 28)))), "56 × 28 pixels were resized"),
        (picture(np.dstack([255 - X[0], X[0], X[0]])), "Coloured pictures were made grey"),
        (picture(X[0], "BMP"), ""),
    ],
)
def test_pictures_of_all_sorts_are_read(file, note):
    upload = read_upload({"mine.zip": zipped({"5/a.png": file, "cat/b.png": picture(X[1])})})
    image = upload.train.images[upload.train.labels.tolist().index(0)]
    assert upload.class_names == ("5", "cat")
    assert note in " ".join(upload.notes)
    if "resized" not in note and "Coloured" not in note:
        assert (image == X[0]).all()


def test_transparent_pictures_lie_on_paper_on_which_they_are_seen():
    black = np.zeros((28, 28, 4), np.uint8)
    black[..., 3] = X[0]
    white = black | np.array([255, 255, 255, 0], np.uint8)
    upload = read_upload({"mine.zip": zipped({"0/a.png": picture(black), "1/b.png": picture(white)})})
    assert (upload.train.images[0] == 255 - X[0]).all()
    assert (upload.train.images[1] == X[0]).all()


def test_some_damaged_pictures_are_left_out_and_told():
    files = {f"{label}/{number}.png": picture(X[number]) for number, label in enumerate(Y[:20])}
    files["3/damaged.png"] = b"\x89PNG"
    upload = read_upload({"mine.zip": zipped(files)})
    assert len(upload.train.labels) == 20
    assert "Damaged pictures were left out: “3/damaged.png”." in upload.notes


def test_an_array_a_file_as_kmnist_has_it_goes_together():
    names = ("kmnist-train-imgs", "kmnist-train-labels", "kmnist-test-imgs", "kmnist-test-labels")
    files = {f"{name}.npz": npz({"arr_0": array}) for name, array in renamed(*names).items()}
    assert from_files(files, "mine").sha256 == DIGITS.sha256


def test_npy_files_go_together():
    files = {}
    for name, array in DIGITS.arrays.items():
        buffer = io.BytesIO()
        np.save(buffer, array)
        files[f"{name}.npy"] = buffer.getvalue()
    assert from_files(files, "mine").sha256 == DIGITS.sha256


def test_a_dataset_that_was_downloaded_here_is_itself_again():
    shapes = small_dataset()
    assert from_files({"shapes.npz": pack(shapes)}, "x").sha256 == shapes.sha256
    assert from_files(idx_files(shapes), "x", shapes.class_names).sha256 == shapes.sha256


# -- what is suspicious -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arrays", "keys", "said"),
    [
        (with_images(lambda x: 255 - x), ["invert"], "dark on light paper"),
        (with_images(lambda x: 1 - x / 255), ["invert"], "dark on light paper"),
        (with_images(lambda x: x.transpose(0, 2, 1)), ["turn"], "as in the files of EMNIST"),
        (with_images(lambda x: 255 - x.transpose(0, 2, 1)), ["invert", "turn"], "seem to be exchanged"),
    ],
)
def test_suspicious_images_are_told_and_cured(arrays, keys, said):
    upload = read(arrays)
    found = findings(upload)
    assert [finding.check.key for finding in found] == keys
    assert said in " ".join(finding.sentence for finding in found)
    assert with_fixes(upload, keys).dataset("mine").sha256 == DIGITS.sha256
    assert not findings(with_fixes(upload, keys))


def test_images_of_zeros_and_ones_are_scaled():
    upload = read(with_images(lambda x: (x <= 127).astype(np.uint8)))
    assert [finding.check.key for finding in findings(upload)] == ["scale", "invert"]
    assert (with_fixes(upload, ["scale", "invert"]).train.images == np.where(X > 127, 255, 0)).all()


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (lambda y: y + 1, [str(label) for label in range(1, 11)]),
        (lambda y: y * 2, [str(label) for label in range(0, 20, 2)]),
        (lambda y: y.astype(int) - 1, [str(label) for label in range(-1, 9)]),
        (lambda y: y.astype(int) + 65, [str(label) for label in range(65, 75)]),
        (lambda y: np.eye(11)[y + 1], [str(label) for label in range(1, 11)]),
    ],
)
def test_labels_that_do_not_begin_at_0_or_have_gaps_are_renumbered(change, names):
    upload = read(with_labels(change))
    assert [finding.check.key for finding in findings(upload)] == ["renumber"]
    dataset = with_fixes(upload, ["renumber"]).dataset("mine")
    assert dataset.class_names == tuple(names)
    assert (dataset.train_labels == Y).all()
    assert (dataset.test_labels == YT).all()


def test_names_that_were_typed_are_given_to_the_labels_that_occur():
    letters = list("ABCDEFGHIJ")
    upload = read_upload({"mine.npz": npz(with_labels(lambda y: y + 1))}, letters)
    assert with_fixes(upload, ["renumber"]).dataset("mine").class_names == tuple(letters)
    all_named = read_upload({"mine.npz": npz(with_labels(lambda y: y + 1))}, ["?", *letters])
    assert not findings(all_named), "a class may be without images if it was named"


def test_a_class_without_test_images_is_told_and_gets_some():
    upload = read(DIGITS.arrays | {"x_test": XT[YT != 3], "y_test": YT[YT != 3]})
    (found,) = findings(upload)
    assert found.sentence == "The test set has no image of 1 class: 3."
    after = with_fixes(upload, ["hold-out"])
    threes = int((Y == 3).sum())
    assert (after.test.labels == 3).sum() == round(threes / 7) == threes - (after.train.labels == 3).sum()
    assert (after.test.labels != 3).sum() == (YT != 3).sum()


def test_a_single_image_of_a_class_is_to_learn_from():
    one_of_each = np.unique(Y, return_index=True)[1]
    upload = read({"images": X[one_of_each], "labels": Y[one_of_each]})
    assert not findings(upload)
    with pytest.raises(BadDatasetFile, match=r"no test images.*two or more"):
        with_fixes(upload, ["hold-out"]).dataset("mine")
    first = (Y != 3) | (np.cumsum(Y == 3) == 1)
    assert not findings(read({"x_train": X[first], "y_train": Y[first], "x_test": XT[YT != 3], "y_test": YT[YT != 3]}))


def test_what_is_held_out_is_always_the_same_and_of_every_class():
    both = [with_fixes(read({"images": X, "labels": Y}), ["hold-out"]) for _ in range(2)]
    assert both[0].dataset("a").sha256 == both[1].dataset("b").sha256
    assert len(both[0].train.labels) + len(both[0].test.labels) == 420
    counts = np.bincount(both[0].test.labels)
    assert counts.tolist() == [max(1, round(count / 7)) for count in np.bincount(Y)]
    assert sorted(map(bytes, np.concatenate([both[0].train.images, both[0].test.images]))) == sorted(map(bytes, X))


def test_what_is_all_right_has_no_findings():
    for data in (MNIST_PATH.read_bytes(), *(pack(small_dataset(classes=classes)) for classes in (2, 3, 10, 12))):
        assert not findings(read_upload({"mine.npz": data}))


def test_each_cure_has_an_option_in_the_terminal():
    assert list(FIXES) == [check.key for check in CHECKS]


# -- what cannot be used ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.mat", b"MATLAB 5.0 MAT-file, Platform: GLNXA64" + bytes(200), r"is a MATLAB file.*loadmat"),
        ("a.dat", b"MATLAB 7.3 MAT-file" + bytes(600), "is a MATLAB file"),
        ("mnist.npz", b"\x89HDF\r\n\x1a\n" + bytes(99), r"“mnist.npz” is an HDF5 file.*h5py"),
        ("a.parquet", b"PAR1" + bytes(300) + b"PAR1", r"is a Parquet file.*read_parquet"),
        ("a.pkl", b"\x80\x04\x95" + bytes(99) + b".", r"is a pickle.*never opened here"),
        ("mnist.pkl.gz", gzip.compress(b"\x80\x02" + bytes(99)), "is a pickle"),
        ("a.npy", b"(lp0\nI1\na.", "is a pickle"),
        ("a.xlsx", zipped({"xl/workbook.xml": b"", "[Content_Types].xml": b""}), "is an Excel workbook"),
        ("a.pt", zipped({"archive/data.pkl": b"", "archive/version": b"3"}), "is a PyTorch file"),
        ("a.keras", zipped({"model.weights.h5": b"", "config.json": b""}), "is a Keras network"),
        ("a.tar", bytes(257) + b"ustar\x0000" + bytes(300), r"is a tar archive.*Unpack"),
        ("a.tgz", gzip.compress(bytes(257) + b"ustar\x0000" + bytes(300)), "is a tar archive"),
        ("a.rar", b"Rar!\x1a\x07\x01\x00" + bytes(99), "is a RAR archive"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(99), "is a 7-Zip archive"),
        ("a.pdf", b"%PDF-1.7\n" + bytes(99), "is a PDF"),
        ("a.png", picture(X[0]), r"is a PNG picture.*a folder for each class"),
        ("a.csv", b"<!DOCTYPE html><html>", "is a web page"),
        ("a.csv", b"version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer"),
        ("a.npy", npy(X[:9]), r"is one array \(npy\).*y_train.npy"),
        ("a.json", b'{"images": []}', "is a JSON file"),
        ("a.db", b"SQLite format 3\x00" + bytes(99), "is an SQLite database"),
        ("a.bin", bytes(range(128, 190)), "The type of the file"),
        ("a.txt", b"Hello, world\n", "is text, but not a table"),
        (
            "a.zip",
            zipped({"matlab/emnist.mat": b"MATLAB 5.0 MAT-file" + bytes(99)}),
            "emnist.mat in a.zip” is a MATLAB",
        ),
        ("a.npz", b"", "is empty"),
        ("a.npz", b"not one", r"is not an npz file, or it is damaged.*x_train"),
        ("train-images-idx3-ubyte", b"\x89nonsense", r"is not an idx file, or it is damaged.*idx files as MNIST"),
        ("a.zip", zipped({"readme.txt": b"hello"}), "neither pictures nor data"),
        ("a.zip", zipped({"a.zip": b"PK\x03\x04"}), "neither pictures nor data"),
        ("a.zip", zipped({"train.csv": b"1,2,3", "x.npy": b"\x93NUMPY"}), "damaged or cut off"),
    ],
)
def test_files_of_other_kinds_are_called_what_they_are(name, data, words):
    with pytest.raises(BadDatasetFile, match=words):
        read_upload({name: data})


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        (with_images(lambda x: x[:, :4, :1]), r"shape \(420, 4, 1\)|4 pixels"),
        (with_images(lambda x: x.reshape(-1)), r"shape \(329280,\).*\(n, 28, 28\)"),
        (with_images(lambda x: x.astype("f4") / 120 - 0.4), r"values from -0.4 to 1.7.*standardised"),
        (with_images(lambda x: x.astype("u2") * 257), r"values from 0 to 65535.*x / 65535"),
        (with_images(lambda x: np.where(x == 255, np.nan, x)), "not a number"),
        (with_images(lambda x: x.astype(complex)), "the type complex128"),
        (with_images(lambda x: np.stack([x, x, 255 - x], -1)), "images in colour"),
        (with_labels(lambda y: y - 0.5), "has the label 4.5. The app expects a whole number"),
        (with_labels(lambda y: np.eye(10)[y] / 2), "not one-hot"),
        (with_labels(lambda y: y.astype(object)), "pickled Python objects, which are never unpacked"),
        (with_labels(lambda y: y[:-1]), "has 420 images, and y_train has 419 labels"),
        ({"arr_0": X}, "arr_0 holds images, but there are no labels"),
        ({"arr_0": Y}, "arr_0 holds labels, but there are no images"),
        ({"x_train": X, "y_train": Y, "x_test": XT}, "x_test holds images, but there are no labels"),
        ({"a": X, "b": X[:5], "c": Y}, "not clear which arrays are images"),
        ({"x_train": X, "train_images": X, "y_train": Y}, "not clear which of these to take: x_train, train_images"),
        ({"y": np.arange(3)}, "y holds labels, but there are no images"),
        ({}, "holds no arrays|not an npz file|neither"),
    ],
)
def test_arrays_that_are_in_doubt_are_refused(arrays, words):
    with pytest.raises(BadDatasetFile, match=words):
        read(arrays)


def test_idx_files_get_sentences_of_their_own():
    for change, words in [
        (lambda data: data[:-900], "cut off: gzip cannot unpack it"),
        (lambda _: idx(X)[:-1], "it declares 329,280 numbers and has 329,279"),
        (lambda _: b"\x89nonsense", "is not an idx file"),
        (lambda _: idx(Y), "both hold labels, and their names do not tell the sets apart"),
    ]:
        files = idx_files(DIGITS)
        files[TRAIN_IMAGES] = change(files[TRAIN_IMAGES])
        with pytest.raises(BadDatasetFile, match=words) as told:
            read_upload(files)
        assert "x_train" not in str(told.value)
    with pytest.raises(BadDatasetFile, match="holds images, and no file holds the labels"):
        read_upload({name: data for name, data in idx_files(DIGITS).items() if name != LABELS[0]})


def test_tables_get_sentences_of_their_own():
    good = table(X[:3], Y[:3]).decode()
    for text, words in [
        (",".join(f"pixel{number}" for number in range(784)) + "\n" + "1," * 783 + "1", "784 columns: pixels without"),
        (good + "1,2\r\n", "line 4, where a pixel is expected"),
        (good + "5," * 800 + "\r\n", "line 4 has 801 cells"),
        (good.replace(",0,", ",zero,", 1), "“zero” in line 1, where a pixel"),
        (good.replace("\n0,0,", "\n0,,", 1), "“” in line 2, where a pixel"),
        ("label," + ",".join(f"pixel{number}" for number in range(784)), "headings, but no rows"),
        ("1,2,3,4,5,6,7,8\n", "has 8 columns"),
        ("1," * 70_000, "first line of more than"),
        (good.replace(",0,", ",1e400,", 1), "not a number .NaN. or infinite"),
        (good + "x" * 200 + ",0" * 784, "a label of 200 characters"),
    ]:
        with pytest.raises(BadDatasetFile, match=words) as told:
            read_upload({"mine.csv": text.encode()})
        assert not {"idx", "x_train"} & set(str(told.value).split())


def test_files_that_do_not_go_together_are_refused():
    with pytest.raises(BadDatasetFile, match=r"different kinds: “a.npz” \(npz\), “b.csv” \(csv\)"):
        read_upload({"a.npz": npz(DIGITS.arrays), "b.csv": table(X, Y)})
    with pytest.raises(BadDatasetFile, match="which images are for training and which for testing"):
        read_upload({"a.csv": table(X[:9], Y[:9]), "b.csv": table(X[:9], Y[:9])})
    with pytest.raises(BadDatasetFile, match="is not in a folder named after its class"):
        read_upload({"a.zip": zipped({"train/5_0.png": picture(X[0]), "train/5_1.png": picture(X[1])})})


def test_a_header_that_promises_more_than_there_is_is_refused_by_what_it_promises():
    promised = {"x": (10**6, 28, 28)}
    with pytest.raises(BadDatasetFile, match="784 million numbers in all"):
        read_upload({"a.npz": announcing(promised, y=np.zeros(10**6, np.uint8))})
    with pytest.raises(BadDatasetFile, match="x is damaged or cut off: it declares 78,400 bytes and has fewer"):
        read_upload({"a.npz": announcing({"x": (100, 28, 28)}, y=np.zeros(100, np.uint8))})


@pytest.mark.slow
def test_nothing_but_the_readable_error_comes_out_of_damaged_files():
    random = np.random.default_rng(0)
    small = {name: array[:12] for name, array in DIGITS.arrays.items()}
    files = {
        "a.npz": npz(small),
        "b.npz": npz({"data": small["x_train"] / 255, "target": small["y_train"].astype(str)}),
        "c.csv": table(X[:12], Y[:12], header="pixel"),
        "d.zip": zipped({f"{label}/{number}.png": picture(X[number]) for number, label in enumerate(Y[:12])}),
        "train-images-idx3-ubyte": idx(X[:3]),
        "train-labels-idx1-ubyte.gz": gzip.compress(idx(Y[:3])),
        "e.zip": zipped({"train.csv": table(X[:12], Y[:12])}),
    }
    for name, data in files.items():
        for _ in range(12):
            damaged = bytearray(data)
            for place in random.integers(0, min(len(data), 400 if random.random() < 0.5 else 10**9), 3):
                damaged[place] = random.integers(256)
            changed = bytes(damaged[: random.integers(1, len(data))] if random.random() < 0.2 else damaged)
            with contextlib.suppress(BadDatasetFile):
                upload = read_upload({name: changed})
                with_fixes(upload, [finding.check.key for finding in findings(upload)]).dataset("mine")
