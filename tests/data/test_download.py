"""Datasets are downloaded from a server that also fails, stalls, breaks off and lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mnist_core.data import Dataset, DatasetError, download
from mnist_core.data.background_download import BackgroundDownload
from mnist_core.data.download import DownloadFailed, Source, fetch
from mnist_core.data.fashion_mnist import FASHION_MNIST
from scripts.running_app import wait_until
from tests.support.idx_server import TRAIN_IMAGES, IdxServer, idx_files, idx_server, small_dataset


@pytest.fixture(scope="module")
def shapes() -> Dataset:
    return small_dataset()


@pytest.fixture
def server(shapes: Dataset) -> Iterator[IdxServer]:
    with idx_server(idx_files(shapes)) as server:
        yield server


@pytest.fixture
def source(server: IdxServer, shapes: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setenv("MNIST_DATA_DIR", str(tmp_path))
    return server.source(shapes)


def test_a_dataset_is_downloaded_once_and_with_progress(source, server, shapes):
    told: list[tuple[int, int]] = []
    dataset = fetch(source, lambda done, total: told.append((done, total)))
    assert dataset.sha256 == shapes.sha256
    assert dataset.class_names == ("bar 0", "bar 1", "bar 2")
    assert told == sorted(told)
    assert told[-1] == (source.size, source.size)
    assert len(told) > 8, "the large file comes in several parts"
    fetch(source)
    assert set(server.asked.values()) == {1}


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("fails", "was answered with 500"),
        ("stalls", "was silent for too long"),
        ("breaks off", "broke off in the middle"),
        ("lies", "is not the expected file"),
        ("is too large", "is larger than the [0-9,]+ bytes that were expected"),
        ("never ends", "is larger than the [0-9,]+ bytes that were expected"),
    ],
)
def test_a_server_in_trouble_leaves_no_file_behind_and_a_second_try_ends_well(source, server, shapes, trouble, words):
    server.trouble[TRAIN_IMAGES] = trouble
    with pytest.raises(DownloadFailed, match=words) as raised:
        fetch(source, timeout=0.5)
    assert f"into the folder {source.folder}" in str(raised.value)
    assert "MNIST_SHAPES_URL names another address" in str(raised.value)
    assert not list(source.folder.iterdir())
    server.trouble.clear()
    assert fetch(source).sha256 == shapes.sha256


def test_no_more_is_read_of_a_file_than_it_should_have(source, server):
    server.trouble[TRAIN_IMAGES] = "never ends"
    with pytest.raises(DownloadFailed):
        fetch(source)
    buffers = 10_000_000  # of the two ends of a connection
    wait_until(lambda: server.sent, "something was sent")
    assert server.sent < len(server.files[TRAIN_IMAGES]) + buffers


class Clock:
    """Whoever looks at it a second time finds that many seconds gone."""

    def __init__(self, seconds: float) -> None:
        self.now, self.seconds = 0.0, seconds

    def monotonic(self) -> float:
        now, self.now = self.now, self.seconds
        return now


@pytest.mark.parametrize("trouble", ["", "dribbles"])
def test_a_file_may_not_take_longer_than_half_an_hour(source, server, monkeypatch, trouble):
    server.trouble[TRAIN_IMAGES] = trouble
    monkeypatch.setattr(download, "time", Clock(seconds=1801))
    with pytest.raises(DownloadFailed, match="took longer than 30 minutes"):
        fetch(source)
    assert not list(source.folder.iterdir())


def test_a_file_may_take_nearly_half_an_hour(source, shapes, monkeypatch):
    monkeypatch.setattr(download, "time", Clock(seconds=1799))
    assert fetch(source).sha256 == shapes.sha256


def test_without_a_network_the_sentence_says_where_files_can_be_put_and_then_they_are_read(source, server, shapes):
    offline = replace(source, url="http://127.0.0.1:9/")
    with pytest.raises(DownloadFailed, match="cannot be reached"):
        fetch(offline)
    for name, data in server.files.items():
        (source.folder / name).write_bytes(data)
    assert fetch(offline).sha256 == shapes.sha256
    assert not server.asked


def test_a_damaged_file_in_the_folder_is_downloaded_again(source, server, shapes):
    fetch(source)
    (source.folder / TRAIN_IMAGES).write_bytes(b"cut off")
    assert fetch(source).sha256 == shapes.sha256
    assert server.asked[TRAIN_IMAGES] == 2


def test_the_address_is_a_setting(source, server, shapes, monkeypatch):
    elsewhere = replace(source, url="http://nowhere.invalid/")
    monkeypatch.setenv("MNIST_SHAPES_URL", server.url)
    assert fetch(elsewhere).sha256 == shapes.sha256
    monkeypatch.setenv("MNIST_SHAPES_URL", "file:///etc/passwd")
    with pytest.raises(DatasetError, match="MNIST_SHAPES_URL must be an address that begins with http"):
        fetch(elsewhere)


def test_a_page_looks_on_while_one_download_runs_and_another_try_joins_it(source, server, shapes):
    server.trouble[TRAIN_IMAGES] = "stalls"
    kept: list[Dataset] = []
    fetching = BackgroundDownload(source, kept.append)
    fetching.start()
    wait_until(lambda: server.asked[TRAIN_IMAGES], "the server is asked")
    fetching.start()
    assert fetching.running
    server.go_on.set()  # the connection breaks off
    wait_until(lambda: not fetching.running, "the download has ended")
    assert "Shapes could not be downloaded" in fetching.problem
    assert server.asked[TRAIN_IMAGES] == 1
    server.trouble.clear()
    fetching.start()
    wait_until(lambda: not fetching.running, "the download has ended")
    assert (fetching.problem, fetching.done) == ("", 1.0)
    assert kept[0].sha256 == shapes.sha256


def test_fashion_mnist_is_zalandos(monkeypatch):
    monkeypatch.delenv("MNIST_FASHION_URL", raising=False)
    assert FASHION_MNIST.address == "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
    assert [file.md5 for file in FASHION_MNIST.files] == [
        "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "25c81989df183df01b3e8a0aad5dffbe",
        "bef4ecab320f06d8554ea6380940ec79",
        "bb300cfdad3c16e7a12a480ee83cd310",
    ]
    assert FASHION_MNIST.class_names[9] == "Ankle boot"
