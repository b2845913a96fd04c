"""Optuna's part of a sweep: the next setting, whether one is hopeless, and what the accuracy depended on.

Optuna's study is made anew from the sweep's runs whenever it is asked, which takes some 50 ms for 200 settings. Its own
tables could stand in the same database, but an answer of Optuna's and the run that is made of it would then be two
transactions, and a worker that dies between them would leave one without the other. So the runs are the study.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.config import LIMITS
from mnist_core.runs.sweeps.records import Curves
from mnist_core.search.options import Sampler
from mnist_core.search.plan import Plan
from mnist_core.search.space import LOGARITHMIC, Combination, Space, Span, rounded, whole
from mnist_core.sweeps.trials import Trial

if TYPE_CHECKING:
    import optuna

RANDOM_AT_FIRST = 10
"""Settings that TPE chooses at random before it trusts what it has seen; fewer in a small sweep."""
FEWEST_TO_COMPARE = 4
"""Complete settings from which on the median says that another is hopeless."""
BETTER_SHARE = 0.25
TRIES = 20
"""How often to ask for a setting that nobody has had: with the same seed it would be the same run."""


def next_setting(plan: Plan, trials: Sequence[Trial], curves: Curves, number: int) -> Combination:
    """Return the setting with this number (from 0) of a sweep; equal input gives an equal answer."""
    if plan.sampler is Sampler.GRID:
        return list(plan.space.grid())[number]
    taken = [trial.setting for trial in trials]
    setting: Combination = {}
    space = distributions(plan.space)
    study = _study(plan, trials, curves, [plan.base.seed, number])
    for _ in range(TRIES):
        found = study.ask(space).params
        setting = {name: _readable(plan.space, name, value) for name, value in found.items()}
        if setting not in taken:
            return setting
    return _first_left(plan.space, taken) or setting


def should_prune(plan: Plan, trials: Sequence[Trial], curves: Curves, trial: Trial) -> bool:
    """Whether a setting does worse, after its latest epoch, than the median of the earlier ones did after as many."""
    import optuna

    study = _study(plan, trials, curves, [0])
    pruner = optuna.pruners.MedianPruner(n_startup_trials=FEWEST_TO_COMPARE)
    index = [it.number for it in trials].index(trial.number)
    return bool(pruner.prune(study, study.get_trials(deepcopy=False)[index]))


def importance(plan: Plan, trials: Sequence[Trial], curves: Curves) -> dict[str, float]:
    """Return the share (0 to 1, together 1) that each varied setting has in the differences of validation accuracy.

    In a grid, the variance of the means for each value of a setting: the main effects of an analysis of variance.
    Else by PED-ANOVA: Watanabe, Bansal and Hutter, "PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in
    Arbitrary Subspaces" (IJCAI 2023), which asks what sets the better quarter apart. (Of a grid's few settings the
    best ones say little: on 3 × 3, PED-ANOVA found two settings equally important whose main effects were 1 to 34.)
    Empty with fewer than two varied settings or four complete ones, or where all are equally good.
    """
    done = [trial for trial in trials if trial.complete]
    if len(plan.space.names) < 2 or len(done) < FEWEST_TO_COMPARE or len({trial.accuracy for trial in done}) < 2:
        return {}
    if plan.sampler is Sampler.GRID:
        return _main_effects(plan.space.names, done)
    import optuna

    study = _study(plan, done, curves, [0])
    evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=BETTER_SHARE)
    try:
        found = optuna.importance.get_param_importances(study, evaluator=evaluator)
    except (RuntimeError, ValueError):  # too few different results to tell anything from
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
    """Return the space as Optuna knows it."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    found: dict[str, optuna.distributions.BaseDistribution] = {}
    for name, values in space.varied.items():
        if not isinstance(values, Span):
            found[name] = CategoricalDistribution(values)
        elif whole(name):
            found[name] = IntDistribution(int(values.low), int(values.high), log=name in LOGARITHMIC)
        else:
            found[name] = FloatDistribution(values.low, values.high, log=name in LOGARITHMIC)
    return found


def _study(plan: Plan, trials: Sequence[Trial], curves: Curves, entropy: list[int]) -> optuna.Study:
    """Return a study in memory that knows all trials, with a sampler that starts from `entropy`."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    seed = int(np.random.SeedSequence(entropy).generate_state(1)[0])
    if plan.sampler is Sampler.TPE:
        at_first = max(3, min(RANDOM_AT_FIRST, plan.trials // 3))
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
    """A setting is judged by the mean of its seeds, after each epoch by those that have come so far."""
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
        params=dict(trial.setting),
        distributions=space,
        intermediate_values=means,
    )


def _readable(space: Space, name: str, value: int | float | str | bool) -> int | float | str | bool:
    values = space.varied[name]
    if isinstance(values, Span) and name in LIMITS:
        return rounded(name, float(value), values)
    return value


def _first_left(space: Space, taken: list[Combination]) -> Combination | None:
    """Return the first setting of the grid that nobody has had, if chance keeps missing the last ones."""
    return next((setting for setting in space.grid() if setting not in taken), None)
