"""Optuna's decisions in a sweep: the next setting, when to prune one, and the importance of each varied setting.

The Optuna study is rebuilt from the runs of the sweep for each question, which takes about 50 ms for 200 settings.
Optuna could keep its own tables in the same database. But then an answer and the run made from it would be two
transactions, and a worker that dies between them would leave one without the other. So the runs are the study.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.config import Value, value_in_words
from mnist_core.runs.sweeps.records import Curves
from mnist_core.search.options import Sampler
from mnist_core.search.plan import Plan
from mnist_core.search.space import LOGARITHMIC, Combination, Space, Span, rounded, whole
from mnist_core.sweeps.trials import Trial

if TYPE_CHECKING:
    import optuna

STARTUP_TRIALS = 10
"""Settings that TPE samples at random before it models the results. In a small sweep they are fewer."""
FEWEST_TO_COMPARE = 4
"""The number of complete settings from which on others are pruned by their median."""
TARGET_QUANTILE = 0.25
MOST_ATTEMPTS = 20
"""How often to ask for a new setting: one that was tried already would give the same run."""


def next_setting(plan: Plan, trials: Sequence[Trial], curves: Curves, number: int) -> Combination:
    """Return the setting with this number (from 0) of a sweep. It is deterministic."""
    if plan.sampler is Sampler.GRID:
        return list(plan.space.grid())[number]
    taken = [trial.setting for trial in trials]
    setting: Combination = {}
    space = distributions(plan.space)
    study = _study(plan, trials, curves, [plan.base.seed, number])
    for _ in range(MOST_ATTEMPTS):
        found = study.ask(space).params
        setting = {name: _value(plan.space, name, value) for name, value in found.items()}
        if setting not in taken:
            return setting
    return _first_untried(plan.space, taken) or setting


def should_prune(plan: Plan, trials: Sequence[Trial], curves: Curves, trial: Trial) -> bool:
    """Whether a setting is worse after its latest epoch than the median of the earlier settings at the same epoch."""
    import optuna

    study = _study(plan, trials, curves, [0])
    pruner = optuna.pruners.MedianPruner(n_startup_trials=FEWEST_TO_COMPARE)
    index = [it.number for it in trials].index(trial.number)
    return bool(pruner.prune(study, study.get_trials(deepcopy=False)[index]))


def importance(plan: Plan, trials: Sequence[Trial], curves: Curves) -> dict[str, float]:
    """Return the importance of each varied setting: its share (0 to 1, in sum 1) in the variation of the accuracy.

    For a grid, this is the variance of the means for each value: the main effects of an analysis of variance. Otherwise
    it is PED-ANOVA (Watanabe, Bansal and Hutter, "PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in
    Arbitrary Subspaces", IJCAI 2023), which asks what distinguishes the best quarter of settings. In a small grid, the
    best quarter says little: on 3 × 3, PED-ANOVA found two settings equally important whose main effects were 1 : 34.
    Empty with fewer than two varied settings or four complete ones, or if all are equally good.
    """
    done = [trial for trial in trials if trial.complete]
    if len(plan.space.names) < 2 or len(done) < FEWEST_TO_COMPARE or len({trial.accuracy for trial in done}) < 2:
        return {}
    if plan.sampler is Sampler.GRID:
        return _main_effects(plan.space.names, done)
    import optuna

    study = _study(plan, done, curves, [0])
    evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=TARGET_QUANTILE)
    try:
        found = optuna.importance.get_param_importances(study, evaluator=evaluator)
    except (RuntimeError, ValueError):  # too few different results
        return {}
    return {name: float(share) for name, share in found.items() if np.isfinite(share)}


def _main_effects(names: Sequence[str], done: Sequence[Trial]) -> dict[str, float]:
    effects = {}
    for name in names:
        groups: dict[object, list[float]] = {}
        for trial in done:
            groups.setdefault(trial.setting[name], []).append(trial.accuracy or 0.0)
        effects[name] = float(np.var([np.mean(group) for group in groups.values()]))
    total = sum(effects.values())
    return {name: effect / total for name, effect in effects.items()} if total else {}


def distributions(space: Space) -> dict[str, optuna.distributions.BaseDistribution]:
    """Return the search space as Optuna's distributions."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    found: dict[str, optuna.distributions.BaseDistribution] = {}
    for name, values in space.varied.items():
        if not isinstance(values, Span):
            found[name] = CategoricalDistribution([_choice(value) for value in values])
        elif whole(name):
            found[name] = IntDistribution(int(values.low), int(values.high), log=name in LOGARITHMIC)
        else:
            found[name] = FloatDistribution(values.low, values.high, log=name in LOGARITHMIC)
    return found


def _study(plan: Plan, trials: Sequence[Trial], curves: Curves, entropy: list[int]) -> optuna.Study:
    """Return a study in memory with all trials, and a sampler seeded with `entropy`."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    seed = int(np.random.SeedSequence(entropy).generate_state(1)[0])
    if plan.sampler is Sampler.TPE:
        at_first = max(3, min(STARTUP_TRIALS, plan.trials // 3))
        sampler: optuna.samplers.BaseSampler = optuna.samplers.TPESampler(
            seed=seed, n_startup_trials=at_first, multivariate=True, constant_liar=True
        )
    else:
        sampler = optuna.samplers.RandomSampler(seed=seed)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    space = distributions(plan.space)
    study.add_trials([_as_optuna(trial, space, curves) for trial in trials])
    return study


def _as_optuna(
    trial: Trial, space: dict[str, optuna.distributions.BaseDistribution], curves: Curves
) -> optuna.trial.FrozenTrial:
    """Return a trial for Optuna. Its values are means over the seeds that have reached the epoch."""
    from optuna.trial import TrialState, create_trial

    epochs = sorted({epoch for run in trial.runs for epoch in curves.get(run.id, {})})
    means = {
        epoch: float(np.mean([curve[epoch] for run in trial.runs if epoch in (curve := curves.get(run.id, {}))]))
        for epoch in epochs
    }
    state = TrialState.COMPLETE if trial.complete else TrialState.PRUNED if trial.given_up else TrialState.RUNNING
    return create_trial(
        state=state,
        value=trial.accuracy if trial.complete else None,
        params={name: _choice(value) for name, value in trial.setting.items()},
        distributions=space,
        intermediate_values=means,
    )


def _choice(value: Value) -> int | float | str | bool:
    """Return a value as one of Optuna's choices, which are single numbers and texts."""
    return value_in_words(value) if isinstance(value, tuple) else value


def _value(space: Space, name: str, found: int | float | str | bool) -> Value:
    """Return the value of a setting that Optuna has found."""
    values = space.varied[name]
    if isinstance(values, Span):
        return rounded(name, float(found), values)
    return next(value for value in values if _choice(value) == found)


def _first_untried(space: Space, taken: list[Combination]) -> Combination | None:
    """Return the first setting of the grid that was not tried, for when sampling keeps missing the last ones."""
    return next((setting for setting in space.grid() if setting not in taken), None)
