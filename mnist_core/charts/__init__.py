"""Every chart of the app, defined once: from data to a plotly figure and the sentence that says the same."""

from mnist_core.charts.attribution import attribution_heatmap, attribution_sentence
from mnist_core.charts.bars import class_counts, probability_bars
from mnist_core.charts.confusion import EVERYTHING, Selection, confusion_heatmap, confusion_sentence
from mnist_core.charts.figure import BLUE, ORANGE, QUIET, SERIES, Chart, percent
from mnist_core.charts.learning import MOST_POINTS, Curve, LearningCurves, learning_curves

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
    "Selection",
    "attribution_heatmap",
    "attribution_sentence",
    "class_counts",
    "confusion_heatmap",
    "confusion_sentence",
    "learning_curves",
    "percent",
    "probability_bars",
]
