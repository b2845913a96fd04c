"""What an analysis is: a name and a function that computes arrays piece by piece.

Another analysis is one module of this package: its name, what its parameters are, a function that computes its arrays
(see `Compute`), and what pages need to read them; and its entry in `registry`. Pages submit it by an
`runs.AnalysisRequest`, which `pages/shared/analysis_job.py` does and shows.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from numpy.typing import NDArray

from mnist_core.data import Dataset
from mnist_core.model.numpy_network import Network


class Progress(NamedTuple):
    """How far an analysis is, `fraction` from 0 to 1, and what is being done, in words such as "Rotated images"."""

    fraction: float
    doing: str


Arrays = Mapping[str, NDArray]
Parameters = Mapping[str, Any]


def _nothing(_name: str, _parameters: Parameters) -> Arrays | None:
    return None


def _no_network(_epoch: int) -> Network | None:
    return None


class Subject(NamedTuple):
    """What is analysed: a network and the images that it classifies.

    `earlier` returns what another analysis, by its name and parameters, has found out about the same network; None if
    it was not made, or for an earlier step of the run. `after_epoch` returns the network of the run after an epoch;
    None if it is not stored.
    """

    network: Network
    dataset: Dataset
    earlier: Callable[[str, Parameters], Arrays | None] = _nothing
    after_epoch: Callable[[int], Network | None] = _no_network


Steps = Generator[Progress, None, Arrays]
Compute = Callable[[Subject, Parameters], Steps]
"""Yields its progress between pieces of at most some 0.5 s, and returns its arrays.

Between two pieces, the worker trains the runs that wait, or drops the analysis. It must give the same arrays for the
same input, since it is started again if its worker dies. It may raise `UserError` with a sentence for people.
"""


@dataclass(frozen=True)
class Analysis:
    """An analysis. A new name is due if its arrays get another meaning: results of earlier versions are in stores."""

    name: str
    compute: Compute
