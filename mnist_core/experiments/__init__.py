"""Ready experiments: two or three runs that differ in one setting, and what came out of them."""

from mnist_core.experiments.experiment_runs import ExperimentRuns, experiment_tag, find_experiment
from mnist_core.experiments.ready_experiments import EXPERIMENTS, Experiment
from mnist_core.experiments.result import result_sentence

__all__ = ["EXPERIMENTS", "Experiment", "ExperimentRuns", "experiment_tag", "find_experiment", "result_sentence"]
