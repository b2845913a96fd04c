"""The charts of the app, one per module: each makes a plotly figure and a one-sentence summary from data."""

from mnist_core.charts.accuracy_by_cost import accuracy_against_cost
from mnist_core.charts.accuracy_by_setting import accuracy_against
from mnist_core.charts.attribution_map import attribution_heatmap, attribution_sentence
from mnist_core.charts.class_distribution import class_counts
from mnist_core.charts.confusion_matrix import EVERYTHING, Selection, confusion_heatmap, confusion_sentence
from mnist_core.charts.figure import BLUE, GREY, ORANGE, SERIES, Chart
from mnist_core.charts.learning_curve import MOST_POINTS, Curve, LearningCurves, learning_curves
from mnist_core.charts.parallel_axes import brush_in_words, brushes_of, parallel_coordinates
from mnist_core.charts.probabilities import probability_bars
from mnist_core.charts.run_comparison import RunCurve, View, compared_curves

__all__ = [
    "BLUE",
    "EVERYTHING",
    "GREY",
    "MOST_POINTS",
    "ORANGE",
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
