"""The ledger: the table of all runs, which can be filtered, compared with a baseline, grouped and shared by a link."""

from mnist_core.ledger.column_declaration import Column, Kind
from mnist_core.ledger.columns import COLUMNS, column
from mnist_core.ledger.comparable_runs import ComparableRuns, comparable_runs
from mnist_core.ledger.filter import matching
from mnist_core.ledger.filter_condition import FilterError
from mnist_core.ledger.pareto_frontier import frontier
from mnist_core.ledger.settings_comparison import settings_side_by_side
from mnist_core.ledger.significance import Comparison, RunResult, compare
from mnist_core.ledger.table import (
    brushed,
    constant_settings,
    differences,
    differing_settings,
    fold_sweeps,
    frame_of,
    group_seeds,
    judged_by,
    sort,
    to_csv,
    with_class_accuracies,
)
from mnist_core.ledger.view_state import ADDRESS, Brush, ViewState, owner_tag

__all__ = [
    "ADDRESS",
    "COLUMNS",
    "Brush",
    "Column",
    "ComparableRuns",
    "Comparison",
    "FilterError",
    "Kind",
    "RunResult",
    "ViewState",
    "brushed",
    "column",
    "comparable_runs",
    "compare",
    "constant_settings",
    "differences",
    "differing_settings",
    "fold_sweeps",
    "frame_of",
    "frontier",
    "group_seeds",
    "judged_by",
    "matching",
    "owner_tag",
    "settings_side_by_side",
    "sort",
    "to_csv",
    "with_class_accuracies",
]
