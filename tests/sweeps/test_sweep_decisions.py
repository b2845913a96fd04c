"""What a worker decides for a sweep as it stands: which runs begin, which are stopped early, and when it is over."""

import math
from dataclasses import replace
from typing import Any

import pytest

from mnist_core.config import TrainConfig, Value
from mnist_core.runs import Run, State
from mnist_core.runs.sweeps.records import Curves, Decision, SweepTurn
from mnist_core.search.options import Sampler
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from mnist_core.sweeps import study
from mnist_core.sweeps.advance import decide
from mnist_core.sweeps.trials import Trial
from tests.support.sample_records import sweep_run, trial, turn_of

BASE = TrainConfig(epochs=4, seed=5)
UNITS = Space.parse({"hidden_units": "8, 9, 10, 11, 12, 13"})
PLAN = Plan(BASE, UNITS)
PRUNING = Plan(BASE, UNITS, pruning=True)
EPOCH = 391


def decided(turn: SweepTurn) -> Decision:
    """What is decided without a look into the store, which only the conclusion needs."""
    return decide(None, turn)  # type: ignore[arg-type]


def begun(decision: Decision) -> list[tuple[int, int, int]]:
    """Setting, units and seed of each run that begins."""
    return [(new.trial, sum(new.config.units_of_each_layer), new.config.seed) for new in decision.start]


def number_of(value: Value) -> float:
    """A value that is a number."""
    assert isinstance(value, (int, float))
    return value


def done(number: int, setting: int, accuracy: float = 0.9, **changes: Any) -> Run:
    usual: dict[str, Any] = {"epochs": 4, "step": 4 * EPOCH, "hidden_units": 8 + setting}
    return sweep_run(number, setting, accuracy, **usual | changes)


def going(number: int, setting: int, epochs: int, **changes: Any) -> Run:
    return done(number, setting, state=State.ACTIVE, step=epochs * EPOCH, **changes)


# -- which runs begin ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("active", "workers", "begins"), [(0, 1, 1), (1, 1, 0), (0, 3, 3), (1, 3, 2), (3, 3, 0), (4, 3, 0)]
)
def test_each_ready_worker_gets_a_run(active, workers, begins):
    turn = turn_of(PLAN, [going(number, number - 1, 1) for number in range(1, active + 1)], workers=workers)
    decision = decided(turn)
    assert begun(decision) == [(number, 8 + number, 5) for number in range(active, active + begins)]
    assert decision.made == active + begins


def test_a_run_that_somebody_paused_or_deleted_does_not_hold_up_the_others():
    for waiting in (done(1, 0, state=State.PAUSED), going(1, 0, 1, deleted_at=1.0)):
        assert begun(decided(turn_of(PLAN, [waiting]))) == [(1, 9, 5)]


def test_all_seeds_of_a_setting_come_before_the_next_setting():
    plan = Plan(BASE, UNITS, seeds=3)
    assert begun(decided(turn_of(plan, [], workers=4))) == [(0, 8, 5), (0, 8, 6), (0, 8, 7), (1, 9, 5)]
    assert begun(decided(turn_of(plan, [done(1, 0), done(2, 0)]))) == [(0, 8, 7)]


def test_further_seeds_of_a_setting_that_was_given_up_are_passed_over():
    plan = Plan(BASE, UNITS, seeds=3)
    decision = decided(turn_of(plan, [done(1, 0, state=State.FAILED)]))
    assert begun(decision) == [(1, 9, 5)]
    assert decision.made == 4


def test_no_more_runs_begin_than_were_planned():
    turn = turn_of(PLAN, [done(number, number - 1) for number in range(1, 6)] + [going(6, 5, 1)], workers=9)
    assert decided(turn) == Decision(6, start=[], prune=[])


# -- the limit ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "reached"), [(49.9, False), (50.0, True)])
def test_at_the_limit_of_training_time_what_is_going_is_cut(seconds, reached):
    turn = turn_of(replace(PLAN, limit_seconds=60), [done(1, 0, seconds=10.0), going(2, 1, 1, seconds=seconds)])
    decision = decided(turn)
    assert decision.stop == ([2] if reached else ())
    assert decision.message == ("The limit on training time was reached." if reached else "")
    assert not decision.finished
    assert not decision.start


def test_a_sweep_that_ends_by_itself_at_its_limit_was_not_cut():
    plan = Plan(BASE, Space.parse({"hidden_units": "8, 9"}), limit_seconds=20)
    ended = [done(number, number - 1, state=State.STOPPED, seconds=10.0) for number in (1, 2)]
    assert decided(turn_of(plan, ended)) == Decision(2, finished=True)
    message = "The limit on training time was reached."
    assert decided(turn_of(plan, [done(1, 0, state=State.STOPPED, seconds=20.0)])).message == message


# -- hopeless settings --------------------------------------------------------------------------------


def earlier(*curves: list[float]) -> tuple[list[Run], Curves]:
    """Complete settings with these accuracies after each epoch."""
    runs = [done(number, number - 1, curve[-1]) for number, curve in enumerate(curves, 1)]
    return runs, {number: dict(enumerate(curve, 1)) for number, curve in enumerate(curves, 1)}


def stopped(plan: Plan, curves: list[list[float]], latest: list[float], judged: int = 0) -> bool:
    """Whether a setting with the `latest` accuracies is stopped early, after complete ones with these `curves`."""
    runs, known = earlier(*curves)
    number = len(curves) + 1
    runs.append(going(number, number - 1, len(latest)))
    turn = turn_of(plan, runs, known | {number: dict(enumerate(latest, 1))})
    decision = decided(replace(turn, judged=turn.judged | {number: judged * EPOCH}))
    assert decision.judged == ({number: len(latest) * EPOCH} if plan.pruning and judged < len(latest) else {})
    return list(decision.prune) == [number]


GOOD = [0.6, 0.7, 0.8, 0.9]


@pytest.mark.parametrize(("complete", "is_stopped"), [(0, False), (1, False), (3, False), (4, True), (5, True)])
def test_nothing_is_hopeless_before_four_settings_are_complete(complete, is_stopped):
    assert stopped(PRUNING, [GOOD] * complete, [0.1]) is is_stopped


@pytest.mark.parametrize(
    ("accuracies", "is_stopped"),
    [
        ([0.74], True),
        ([0.75], False),
        ([0.76], False),
        ([0.65], True),  # better than the mean of 0.625
        ([0.7, 0.74], True),
        ([0.7, 0.94], True),
        ([0.7, 0.96], False),
        ([0.8, 0.94], True),
    ],
)
def test_hopeless_is_what_does_worse_than_the_median_after_as_many_epochs(accuracies, is_stopped):
    curves = [[0.1, 0.95, 0.96, 0.97], [0.7, 0.95, 0.96, 0.97], [0.8, 0.95, 0.96, 0.97], [0.9, 0.95, 0.96, 0.97]]
    assert stopped(PRUNING, curves, accuracies) is is_stopped


def test_a_setting_is_judged_once_an_epoch_and_only_if_that_was_asked_for():
    assert not stopped(PRUNING, [GOOD] * 4, [0.1, 0.2], judged=2)
    assert stopped(PRUNING, [GOOD] * 4, [0.1, 0.2], judged=1)
    assert not stopped(PLAN, [GOOD] * 4, [0.1])


def test_a_hopeless_setting_that_has_come_to_its_last_epoch_stays_complete():
    runs, curves = earlier(GOOD, GOOD, GOOD, GOOD, [0.1, 0.1, 0.1, 0.1])
    turn = turn_of(PRUNING, runs, curves)
    decision = decided(replace(turn, judged=turn.judged | {5: 3 * EPOCH}))
    assert (list(decision.prune), decision.judged) == ([], {})


def test_settings_that_were_stopped_or_deleted_do_not_count_as_complete():
    gone: tuple[dict[str, Any], ...] = ({"state": State.STOPPED, "pruned": True}, {"deleted_at": 1.0})
    for changes in gone:
        runs, curves = earlier(GOOD, GOOD, GOOD, GOOD)
        runs[3] = replace(runs[3], **changes)
        turn = turn_of(PRUNING, [*runs, going(5, 4, 1)], curves | {5: {1: 0.1}})
        assert not decided(turn).prune


def test_a_setting_is_judged_by_the_mean_of_its_seeds_and_stopped_with_all_of_them():
    plan = Plan(BASE, UNITS, seeds=2, pruning=True)
    pairs = [done(number, (number - 1) // 2) for number in range(1, 9)]
    curves: Curves = {number: {1: 0.6} for number in range(1, 9)}
    latest = [going(9, 4, 1), going(10, 4, 1, seed=6)]
    assert not decided(turn_of(plan, [*pairs, *latest], curves | {9: {1: 0.7}, 10: {1: 0.5}})).prune
    decision = decided(turn_of(plan, [*pairs, *latest], curves | {9: {1: 0.69}, 10: {1: 0.5}}))
    assert list(decision.prune) == [9, 10]
    assert begun(decision) == [(5, 13, 5)], "what is stopped leaves its worker to the next setting"


# -- what mattered ------------------------------------------------------------------------------------


def importance(names: str, *accuracies: tuple[float, dict[str, Any]]) -> dict[str, float]:
    plan = Plan(BASE, Space.parse(dict.fromkeys(names.split(), "0.1, 0.2")))
    trials = [trial(number, accuracy, **setting) for number, (accuracy, setting) in enumerate(accuracies)]
    return study.importance(plan, trials, {})


def pairs(*rows: tuple[float, float, float]) -> list[tuple[float, dict[str, Any]]]:
    return [(accuracy, {"learning_rate": rate, "dropout": dropout}) for rate, dropout, accuracy in rows]


def test_main_effects_of_a_grid_are_those_worked_out_by_hand():
    """Means by rate: 0.91, 0.95, variance 4e-4; by dropout: 0.92, 0.94, variance 1e-4. Together 5e-4."""
    grid = pairs((0.1, 0.1, 0.90), (0.1, 0.2, 0.92), (0.2, 0.1, 0.94), (0.2, 0.2, 0.96))
    found = importance("learning_rate dropout", *grid)
    assert found == pytest.approx({"learning_rate": 0.8, "dropout": 0.2})
    assert list(found) == ["learning_rate", "dropout"]


def test_main_effects_of_three_values_of_which_one_was_tried_more_often():
    """Means by rate: 0.92, 0.95 and 0.95, variance 2e-4; by dropout: 0.93 and 0.95, variance 1e-4."""
    grid = pairs(
        (0.1, 0.1, 0.90), (0.1, 0.2, 0.94), (0.2, 0.1, 0.95), (0.3, 0.2, 0.96), (0.3, 0.1, 0.94), (0.3, 0.2, 0.95)
    )  # fmt: skip
    assert importance("learning_rate dropout", *grid) == pytest.approx({"learning_rate": 2 / 3, "dropout": 1 / 3})


@pytest.mark.parametrize(
    "accuracies",
    [
        pairs((0.1, 0.1, 0.9), (0.1, 0.2, 0.92), (0.2, 0.1, 0.94)),
        pairs((0.1, 0.1, 0.9), (0.1, 0.2, 0.9), (0.2, 0.1, 0.9), (0.2, 0.2, 0.9)),
    ],
    ids=["three settings", "all the same"],
)
def test_of_too_few_or_equal_settings_nothing_is_said(accuracies):
    assert importance("learning_rate dropout", *accuracies) == {}


def test_where_only_interactions_matter_no_setting_does():
    grid = pairs((0.1, 0.1, 0.9), (0.1, 0.2, 0.95), (0.2, 0.1, 0.95), (0.2, 0.2, 0.9))
    assert importance("learning_rate dropout", *grid) == {}


def test_of_one_setting_it_is_not_asked_what_mattered():
    four = [(0.9 + rate, {"learning_rate": rate}) for rate in (0.01, 0.02, 0.03, 0.04)]
    assert importance("learning_rate", *four) == {}


def test_settings_that_are_not_complete_have_no_part_in_what_mattered():
    grid = pairs((0.1, 0.1, 0.90), (0.1, 0.2, 0.92), (0.2, 0.1, 0.94), (0.2, 0.2, 0.96), (0.2, 0.2, 0.1))
    plan = Plan(BASE, Space.parse({"learning_rate": "0.1, 0.2", "dropout": "0.1, 0.2"}))
    trials = [trial(number, accuracy, **setting) for number, (accuracy, setting) in enumerate(grid)]
    stopped = replace(trials[4], runs=(replace(trials[4].runs[0], state=State.STOPPED),))
    found = study.importance(plan, [*trials[:4], stopped], {})
    assert found == pytest.approx({"learning_rate": 0.8, "dropout": 0.2})


def test_of_sampled_settings_that_which_sets_the_better_ones_apart_mattered_most():
    space = Space.parse({"learning_rate": "0.0001..1", "dropout": "0..0.8"})
    plan = Plan(BASE, space, Sampler.RANDOM, trials=32)
    trials: list[Trial] = []
    for number in range(32):
        setting = study.next_setting(plan, trials, {}, number)
        trials.append(trial(number, 0.9 - number_of(setting["dropout"]) / 10, **setting))
    found = study.importance(plan, trials, {})
    assert sum(found.values()) == pytest.approx(1)
    assert found["dropout"] > 0.7


# -- the next setting ---------------------------------------------------------------------------------


@pytest.mark.parametrize("sampler", [Sampler.RANDOM, Sampler.TPE])
def test_no_setting_is_tried_twice_and_a_small_space_is_exhausted(sampler):
    plan = Plan(BASE, Space.parse({"hidden_units": "8, 9", "hidden_layers": "1..3"}), sampler, trials=50)
    assert plan.trials == 6
    trials: list[Trial] = []
    for number in range(6):
        trials.append(trial(number, 0.5, **study.next_setting(plan, trials, {}, number)))
    assert len({tuple(it.setting.items()) for it in trials}) == 6


def test_tpe_learns_from_the_trials_and_answers_the_same_when_asked_again():
    """Trials near a rate of 0.01 are good: most of TPE's later choices lie nearer to it than chance would."""
    plan = Plan(BASE, Space.parse({"learning_rate": "0.00001..10"}), Sampler.TPE, trials=30)
    trials: list[Trial] = []
    distances = []
    for number in range(30):
        setting = study.next_setting(plan, trials, {}, number)
        distances.append(abs(math.log10(number_of(setting["learning_rate"])) + 2))
        trials.append(trial(number, 1 - distances[-1] / 10, **setting))
    assert study.next_setting(plan, trials[:-1], {}, 29) == trials[-1].setting
    assert sum(distances[-15:]) / 15 < 1.0, "by chance, it would be 1.7 powers of ten"


@pytest.mark.parametrize("sampler", [Sampler.RANDOM, Sampler.TPE])
def test_what_is_sampled_lies_within_the_space_and_is_as_people_write_it(sampler):
    plan = Plan(BASE, Space.parse({"learning_rate": "0.001..0.03", "hidden_units": "8..16"}), sampler, trials=12)
    trials: list[Trial] = []
    for number in range(12):
        trials.append(trial(number, 0.5 + number / 100, **study.next_setting(plan, trials, {}, number)))
    for it in trials:
        rate, units = number_of(it.setting["learning_rate"]), it.setting["hidden_units"]
        assert 0.001 <= rate <= 0.03
        assert rate == float(f"{rate:.3g}")
        assert units in range(8, 17)
    assert len({it.setting["hidden_units"] for it in trials}) > 4


def test_sweeps_of_other_seeds_choose_other_settings():
    space = Space.parse({"learning_rate": "0.001..0.03"})
    first, second = (Plan(replace(BASE, seed=seed), space, Sampler.RANDOM) for seed in (1, 2))
    assert study.next_setting(first, [], {}, 0) != study.next_setting(second, [], {}, 0)
    assert study.next_setting(first, [], {}, 0) != study.next_setting(first, [], {}, 1)
