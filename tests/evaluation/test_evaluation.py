"""Accuracy, confusion matrix, metrics and mispredictions, against pandas and scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from mnist_core.data import load_dataset
from mnist_core.evaluation import correct_predictions, mispredictions, score
from mnist_core.evaluation.confusion_matrix import (
    class_metrics,
    confusion_matrix,
    most_confused_pairs,
    top_confusions,
)
from mnist_core.network import Network


@pytest.fixture(scope="module")
def labels():
    return load_dataset().test_labels


@pytest.fixture(scope="module")
def probabilities():
    """What the network that comes with the app makes of the test images."""
    return Network.load("starter").predict(load_dataset().test_images)


@pytest.fixture(scope="module")
def predicted(probabilities):
    return probabilities.argmax(axis=1)


def test_confusion_matrix_is_the_crosstab(labels, predicted):
    expected = pd.crosstab(pd.Series(labels, name="True"), pd.Series(predicted, name="Predicted"))
    pd.testing.assert_frame_equal(
        confusion_matrix(labels, predicted), expected, check_index_type=False, check_column_type=False
    )


def test_a_class_that_is_never_predicted_keeps_its_column(labels, predicted):
    never_five = np.where(predicted == 5, 3, predicted)
    matrix = confusion_matrix(labels, never_five)
    crosstab = pd.crosstab(labels, never_five)
    assert matrix.shape == (10, 10)
    assert 5 not in crosstab.columns
    assert (matrix[5] == 0).all()
    assert (matrix[crosstab.columns].to_numpy() == crosstab.to_numpy()).all()


def test_a_class_without_examples_keeps_its_row():
    matrix = confusion_matrix(np.array([0, 2]), np.array([2, 2]), classes=3)
    assert matrix.to_numpy().tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 1]]


def test_no_examples_at_all_give_an_empty_matrix():
    nothing = np.array([], dtype=np.uint8)
    assert confusion_matrix(nothing, nothing).to_numpy().tolist() == np.zeros((10, 10)).tolist()


@pytest.mark.parametrize("missing", [None, 5])
def test_metrics_are_those_of_scikit_learn(labels, predicted, missing):
    predicted = predicted if missing is None else np.where(predicted == missing, 3, predicted)
    expected = metrics.precision_recall_fscore_support(labels, predicted, zero_division=0)
    table = class_metrics(confusion_matrix(labels, predicted))
    assert list(table.columns) == ["precision", "recall", "f1", "support"]
    np.testing.assert_allclose(table.to_numpy().T, expected, rtol=1e-12)


def test_metrics_of_a_few_examples_are_those_worked_out_by_hand():
    """Of three As, one is read as B and one as C; both Bs are read right, and C is never right."""
    table = class_metrics(pd.DataFrame([[1, 1, 1], [0, 2, 0], [0, 0, 0]]))
    assert table["precision"].tolist()[:2] == pytest.approx([1, 2 / 3])
    assert table["recall"].tolist()[:2] == pytest.approx([1 / 3, 1])
    assert table["f1"].tolist()[:2] == pytest.approx([0.5, 0.8])


def test_a_class_without_examples_has_no_metrics():
    table = class_metrics(confusion_matrix(np.array([0, 0, 2]), np.array([0, 1, 2]), classes=3))
    assert table.loc[1, ["precision", "recall", "f1"]].isna().all()
    assert table["recall"].mean() == 0.75, "averages are of the classes that have examples"
    assert table["support"].tolist() == [2, 0, 1]


def test_score_is_that_of_scikit_learn(labels, probabilities, predicted):
    result = score(probabilities, labels)
    exact = probabilities.astype(np.float64)
    assert result.accuracy == metrics.accuracy_score(labels, predicted)
    assert result.loss == pytest.approx(metrics.log_loss(labels, exact / exact.sum(axis=1, keepdims=True)), rel=1e-5)


def test_a_certain_error_has_a_finite_loss():
    assert score(np.array([[1.0, 0.0]]), np.array([1])).loss == pytest.approx(-np.log(1e-7))


def test_mispredictions_are_all_the_errors_most_confident_first(labels, probabilities, predicted):
    wrong = mispredictions(probabilities, labels)
    assert set(wrong.indices) == set(np.flatnonzero(predicted != labels))
    assert (np.diff(wrong.confidence) <= 0).all()
    assert (wrong.true == labels[wrong.indices]).all()
    assert (wrong.predicted == predicted[wrong.indices]).all()
    assert (wrong.confidence == probabilities[wrong.indices].max(axis=1)).all()


def test_equally_confident_errors_keep_the_order_of_the_set():
    wrong = mispredictions(np.full((80, 2), 0.5, dtype=np.float32), np.arange(80) % 2)
    assert wrong.indices.tolist() == list(range(1, 80, 2))


def test_mispredictions_filtered_by_cell_are_as_many_as_the_matrix_says(labels, probabilities, predicted):
    wrong, counts = mispredictions(probabilities, labels), confusion_matrix(labels, predicted).to_numpy()
    cells = [(true, read) for true in range(10) for read in range(10) if true != read]
    assert [len(wrong.only(*cell).indices) for cell in cells] == [counts[cell] for cell in cells]
    assert len(wrong.only(true=9).indices) == counts[9].sum() - counts[9, 9]
    assert len(wrong.only(predicted=9).indices) == counts[:, 9].sum() - counts[9, 9]
    assert len(wrong.only(4, 4).indices) == 0
    assert (wrong.only().indices == wrong.indices).all()


def test_top_confusions_are_the_largest_cells_beside_the_diagonal():
    matrix = pd.DataFrame([[90, 0, 2], [7, 80, 0], [0, 2, 70]])
    assert top_confusions(matrix) == [(1, 0, 7), (0, 2, 2), (2, 1, 2)]
    assert top_confusions(matrix, count=1) == [(1, 0, 7)]


def test_a_perfect_network_has_no_confusions():
    assert top_confusions(pd.DataFrame(np.diag([3, 4, 5]))) == []


def test_the_two_classes_that_are_confused_most_are_counted_in_both_directions():
    matrix = pd.DataFrame([[90, 5, 3], [0, 80, 0], [3, 0, 70]])
    assert most_confused_pairs(matrix) == (6, [(0, 2)])
    assert most_confused_pairs(pd.DataFrame([[9, 1, 0], [1, 9, 0], [0, 2, 9]])) == (2, [(0, 1), (1, 2)])
    assert most_confused_pairs(pd.DataFrame(np.diag([3, 4]))) == (0, [])


def test_correct_predictions_are_all_of_a_class_the_least_confident_first(labels, probabilities, predicted):
    right = correct_predictions(probabilities, labels, 4)
    assert set(right.indices) == set(np.flatnonzero((predicted == 4) & (labels == 4)))
    assert (np.diff(right.confidence) >= 0).all()
    assert (right.confidence == probabilities[right.indices, 4]).all()
    assert set(right.true) == set(right.predicted) == {4}
