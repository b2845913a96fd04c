"""Every chart of the app, defined once: from data to a plotly figure and the sentence that says the same."""

from mnist_core.charts.attribution import attribution_heatmap, attribution_sentence
from mnist_core.charts.bars import class_counts, probability_bars
from mnist_core.charts.comparison import RunCurve, View, compared_curves
from mnist_core.charts.confusion import EVERYTHING, Selection, confusion_heatmap, confusion_sentence
from mnist_core.charts.figure import BLUE, ORANGE, QUIET, SERIES, Chart
from mnist_core.charts.learning import MOST_POINTS, Curve, LearningCurves, learning_curves
from mnist_core.charts.many_runs import (
    accuracy_against,
    accuracy_against_cost,
    brush_in_words,
    brushes_of,
    parallel_coordinates,
)

__all__ = [
    "BLUE",
    "EVERYTHING",
    "MOST_POINTS",
    "ORANGE",
    "QUIET",
    "SERIES",
    "Chart",
    "Curve",
    "LearningCurves",
    "RunCurve",
    "Selection",
    "View",
    "accuracy_against",
    "accuracy_against_cost",
    "attribution_heatmap",
    "attribution_sentence",
    "brush_in_words",
    "brushes_of",
    "class_counts",
    "compared_curves",
    "confusion_heatmap",
    "confusion_sentence",
    "learning_curves",
    "parallel_coordinates",
    "probability_bars",
]
