"""The export formats of a run. Each is declared here, with the function that makes its files.

The terminal, the workers, the downloads and the export menu read this list.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from mnist_core.errors import UserError
from mnist_core.text.sentence import marked

if TYPE_CHECKING:  # the terminal's `--help` names the formats, and need not load the store
    from mnist_core.runs import Run, RunStore


class Group(Enum):
    """The section of the export menu that shows a format, and the process that makes its files."""

    CODE = "code"
    """Made by the web process at each download. The maker must not import Keras, even indirectly."""
    MODEL = "model"
    """Made by a worker as a job. The maker may import anything."""
    DATA = "data"
    """Made like code, but only offered once the run has a network."""


class Format(NamedTuple):
    """One export format: `name` for programs, `label` for people, `help` as a sentence.

    `maker` is "module:function" in this package. The function returns the bytes of the file for a store and a run. Its
    module is imported when a file is made, since some import Keras. A format that `needs_settings` is not offered for
    imported networks, whose settings are unknown, and one that `needs_parent` only for runs that have one.
    """

    name: str
    label: str
    suffix: str
    media_type: str
    help: str
    group: Group
    maker: str
    needs_settings: bool = False
    needs_parent: bool = False

    def fits(self, run: Run) -> bool:
        """Whether the format is offered for a run."""
        return not (self.needs_settings and run.imported) and not (self.needs_parent and run.parent is None)

    def file_name(self, run: Run) -> str:
        """Return the file name for a run, such as "digits_run_7.py"."""
        return f"digits_run_{run.id}{self.suffix}"

    def make(self, store: RunStore, run: Run) -> bytes:
        """Return the run as a file of this format.

        Raises `NoNetworkYet`, `DamagedBlob`, and `UnknownSettings` for an imported or damaged run if settings are
        needed.
        """
        module, function = self.maker.split(":")
        maker: Callable[[RunStore, Run], bytes] = getattr(import_module(f"mnist_core.export.{module}"), function)
        return maker(store, run)


_DECLARED = (
    Format(
        name="script",
        label=marked("Python script"),
        suffix=".py",
        media_type="text/x-python",
        help=marked("This run, step by step, as a Keras program."),
        group=Group.CODE,
        maker="code:script_of",
        needs_settings=True,
    ),
    Format(
        name="notebook",
        label=marked("Notebook"),
        suffix=".ipynb",
        media_type="application/x-ipynb+json",
        help=marked("The same steps for Jupyter or Colab."),
        group=Group.CODE,
        maker="code:notebook_of",
        needs_settings=True,
    ),
    Format(
        name="start",
        label=marked("Starting weights"),
        suffix="_start.npz",
        media_type="application/zip",
        help=marked("The weights from which this run has started. Put the file beside the script or notebook."),
        group=Group.CODE,
        maker="tables:starting_weights_of",
        needs_parent=True,
    ),
    Format(
        name="keras",
        label=marked("Keras model"),
        suffix=".keras",
        media_type="application/zip",
        help=marked("Opens in plain Keras: keras.saving.load_model(…)"),
        group=Group.MODEL,
        maker="keras_model:keras_model_of",
    ),
    Format(
        name="onnx",
        label=marked("ONNX model"),
        suffix=".onnx",
        media_type="application/octet-stream",
        help=marked("Runs without Keras, for example in a browser."),
        group=Group.MODEL,
        maker="onnx_model:onnx_model_of",
    ),
    Format(
        name="npz",
        label=marked("Weights (NumPy)"),
        suffix=".npz",
        media_type="application/zip",
        help=marked("Every weight and bias as a NumPy array."),
        group=Group.DATA,
        maker="tables:weights_of",
    ),
    Format(
        name="csv",
        label=marked("History (CSV)"),
        suffix=".csv",
        media_type="text/csv",
        help=marked("Loss and accuracy at every point of the curves."),
        group=Group.DATA,
        maker="tables:history_of",
        needs_settings=True,
    ),
    Format(
        name="json",
        label=marked("Settings (JSON)"),
        suffix=".json",
        media_type="application/json",
        help=marked("The settings of this run, for programs."),
        group=Group.DATA,
        maker="tables:settings_of",
        needs_settings=True,
    ),
)

FORMATS = {item.name: item for item in _DECLARED}
"""By name, in the order of the export menu."""


def formats_of(group: Group) -> list[Format]:
    """Return the formats of a group in the order of the export menu."""
    return [item for item in FORMATS.values() if item.group is group]


class UnknownSettings(UserError):
    """The settings of a run are unknown, since its network was imported or this version cannot read them."""


def require_settings(run: Run) -> None:
    """Raise `UnknownSettings` if the run was imported or is damaged."""
    require_readable(run)
    if run.imported:
        raise UnknownSettings(
            "Run {run} was imported: how its network was trained is unknown, so it has no settings, "
            "history or code to export. Its model and weights can be exported.",
            run=run.id,
        )


def require_readable(run: Run) -> None:
    """Raise `UnknownSettings` if the run is damaged: default settings stand in for its own then."""
    from mnist_core.runs import State  # see above

    if run.state is State.DAMAGED:
        raise UnknownSettings(run.message)
