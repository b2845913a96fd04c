"""Datasets: their structure, loading and download, and how images are prepared for a network."""

from mnist_core.data.dataset import (
    DIGITS,
    IMAGE_SIZE,
    MNIST,
    MNIST_ARRAYS,
    MNIST_SHA256,
    PIXELS,
    Checksum,
    Dataset,
    DatasetError,
    checksum_of,
    content_sha256,
    flatten,
)
from mnist_core.data.loading import MNIST_PATH, load_dataset, read_mnist

__all__ = [
    "DIGITS",
    "IMAGE_SIZE",
    "MNIST",
    "MNIST_ARRAYS",
    "MNIST_PATH",
    "MNIST_SHA256",
    "PIXELS",
    "Checksum",
    "Dataset",
    "DatasetError",
    "checksum_of",
    "content_sha256",
    "flatten",
    "load_dataset",
    "read_mnist",
]
