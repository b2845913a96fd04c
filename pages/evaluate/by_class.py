"""The view *By class* of Evaluate: metrics of each class, wrong labels, the first images, and handwriting."""

from __future__ import annotations

from mnist_core import evaluation
from mnist_core.evaluation.confusion_matrix import confusion_matrix
from pages.evaluate.class_drawings import show_class_drawings
from pages.evaluate.class_metrics import show_metrics
from pages.evaluate.first_images import show_first_images
from pages.evaluate.wrong_labels import show_wrong_labels
from pages.shared.handwriting_score import handwriting_section
from pages.shared.network_picker import ChosenNetwork


def show_by_class(network: ChosenNetwork) -> None:
    """Show how well a network, whose probabilities are finite, reads each class."""
    dataset, probabilities = network.dataset, network.test_probabilities
    show_wrong_labels(network, evaluation.score(probabilities, dataset.test_labels).accuracy)
    predicted = probabilities.argmax(axis=1)
    show_metrics(dataset, confusion_matrix(dataset.test_labels, predicted, len(dataset.class_names)))
    show_first_images(network)
    show_class_drawings(network)
    handwriting_section(network, dataset.class_names)
