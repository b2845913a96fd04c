"""What a run can be taken home as: names, file names and media types."""

from __future__ import annotations

from typing import NamedTuple

from mnist_core.errors import UserError
from mnist_core.runs import Run


class Format(NamedTuple):
    """One kind of file: `name` for programs, `label` for people, `help` in a sentence."""

    name: str
    label: str
    suffix: str
    media_type: str
    help: str

    def file_name(self, run: Run) -> str:
        """Return what the file of a run is called, such as "digits_run_7.py"."""
        return f"digits_run_{run.id}{self.suffix}"


SCRIPT = Format("script", "Python script", ".py", "text/x-python", "The whole story of this run as a program of Keras.")
NOTEBOOK = Format("notebook", "Notebook", ".ipynb", "application/x-ipynb+json", "The same story for Jupyter or Colab.")
KERAS = Format("keras", "Keras model", ".keras", "application/zip", "Loads in plain Keras: keras.saving.load_model(…)")
ONNX = Format(
    "onnx", "ONNX model", ".onnx", "application/octet-stream", "Runs without Keras, for example in a browser."
)
WEIGHTS = Format("npz", "Weights (NumPy)", ".npz", "application/zip", "Every weight and bias as a NumPy array.")
HISTORY = Format("csv", "History (CSV)", ".csv", "text/csv", "Loss and accuracy at every point of the curves.")
SETTINGS = Format("json", "Settings (JSON)", ".json", "application/json", "The settings of this run, for programs.")

FORMATS = {item.name: item for item in (SCRIPT, NOTEBOOK, KERAS, ONNX, WEIGHTS, HISTORY, SETTINGS)}


LARGEST_IMPORT = 64_000_000
"""Bytes of a `.keras` file; the largest network of this app takes 42 MB without its optimizer's state."""


class NothingToTell(UserError):
    """A run that cannot be told as code: its training is unknown."""


def require_settings(run: Run) -> None:
    """Raise `NothingToTell` if nobody knows with which settings the run was trained."""
    if run.imported:
        raise NothingToTell(
            f"Run {run.id} was imported: how its network was trained is unknown, so there are no settings and no code "
            "to take home. Its model and weights can be had."
        )
