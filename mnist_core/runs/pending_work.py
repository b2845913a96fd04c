"""Which runs, jobs and sweeps are pending, which means that a worker could claim them now; and the order of runs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from mnist_core.runs.heartbeats import count_ready
from mnist_core.runs.job_rows import ANALYSIS
from mnist_core.runs.leases import is_free
from mnist_core.runs.run_records import JobState, State, SweepState
from mnist_core.runs.schema import jobs, runs, sweeps

WATCHED_SECONDS = 300.0
"""How long a run counts as watched after somebody has looked at it."""
# Made once: SQLAlchemy copies all columns for an alias, which was half of what an idle worker does ten times a second.
_EARLIER, _EARLIER_OF_SWEEP = runs.alias("earlier"), runs.alias("earlier_of_sweep")
_EARLIER_SWEEP = sweeps.alias("earlier_sweep")
_ANY_SWEEP = sa.select(sa.exists().where(sweeps.c.state == SweepState.ACTIVE))


def pending_runs(now: float) -> sa.ColumnElement[bool]:
    """Return the condition for runs that may be claimed: active, not leased, and the first of their owner.

    Runs of sweeps need not be the first of their owner.
    """
    blocked = sa.exists().where(
        _EARLIER.c.owner == runs.c.owner,
        _EARLIER.c.owner != "",
        _EARLIER.c.sweep_id.is_(None),
        runs.c.sweep_id.is_(None),
        _EARLIER.c.state == State.ACTIVE,
        _EARLIER.c.deleted_at.is_(None),
        _EARLIER.c.id < runs.c.id,
    )
    return sa.and_(runs.c.state == State.ACTIVE, runs.c.deleted_at.is_(None), is_free(runs, now), ~blocked)


def order_of_runs(now: float) -> tuple[Any, ...]:
    """Return the order in which runs are claimed: watched runs first, then the one that has waited longest.

    Of a watched sweep, only the oldest run counts as watched, so a sweep gets no more turns than one person.
    """
    first = ~sa.exists().where(
        _EARLIER_OF_SWEEP.c.sweep_id == runs.c.sweep_id,
        _EARLIER_OF_SWEEP.c.state == State.ACTIVE,
        _EARLIER_OF_SWEEP.c.deleted_at.is_(None),
        _EARLIER_OF_SWEEP.c.id < runs.c.id,
    )
    watched_sweep = sa.exists().where(sweeps.c.id == runs.c.sweep_id, sweeps.c.watched_at > now - WATCHED_SECONDS)
    watched = sa.or_(runs.c.watched_at > now - WATCHED_SECONDS, sa.and_(watched_sweep, first))
    return sa.case((watched, 0), else_=1), runs.c.served_at.asc().nulls_first(), runs.c.id


def pending_files(now: float) -> sa.ColumnElement[bool]:
    """Return the condition for exports and imports that may be claimed: waiting and not leased."""
    return sa.and_(_waiting_jobs(now), jobs.c.kind != ANALYSIS)


def pending_analyses(now: float) -> sa.ColumnElement[bool]:
    """Return the condition for analyses that may be claimed: waiting, not leased, and of a run that is not deleted."""
    deleted = sa.exists().where(runs.c.id == jobs.c.run_id, runs.c.deleted_at.is_not(None))
    return sa.and_(_waiting_jobs(now), jobs.c.kind == ANALYSIS, ~deleted)


def pending_jobs(now: float) -> sa.ColumnElement[bool]:
    """Return the condition for jobs of either kind that may be claimed."""
    return sa.or_(pending_files(now), pending_analyses(now))


def _waiting_jobs(now: float) -> sa.ColumnElement[bool]:
    return sa.and_(jobs.c.state == JobState.WAITING, is_free(jobs, now))


def pending_sweeps(now: float) -> sa.ColumnElement[bool]:
    """Return the condition for sweeps that may be claimed: active, not leased, first of their owner, with work to do.

    The work is to start a run for an idle worker, to judge a run after an epoch, to stop at the time limit, or to
    conclude.
    """
    blocked = sa.exists().where(
        _EARLIER_SWEEP.c.owner == sweeps.c.owner,
        _EARLIER_SWEEP.c.owner != "",
        _EARLIER_SWEEP.c.state == SweepState.ACTIVE,
        _EARLIER_SWEEP.c.id < sweeps.c.id,
    )
    own = (runs.c.sweep_id == sweeps.c.id,)
    going = (*own, runs.c.state == State.ACTIVE, runs.c.deleted_at.is_(None))
    unended = (*own, runs.c.state.in_((State.ACTIVE, State.PAUSED)), runs.c.deleted_at.is_(None))
    count = sa.select(sa.func.count(runs.c.id)).where(*going).scalar_subquery()
    room = sa.or_(count == 0, count < count_ready(now).scalar_subquery())
    left = sweeps.c.made < sweeps.c.trials * sweeps.c.seeds
    to_judge = sa.exists().where(*going, runs.c.step - runs.c.judged_step >= runs.c.steps_per_epoch)
    spent = sa.select(sa.func.sum(runs.c.seconds)).where(*own).scalar_subquery() >= sweeps.c.limit_seconds
    something = sa.or_(
        sa.and_(left, room),
        sa.and_(sweeps.c.pruning == 1, to_judge),
        spent,
        ~sa.exists().where(*unended),
    )
    return sa.and_(sweeps.c.state == SweepState.ACTIVE, is_free(sweeps, now), ~blocked, something)


def count_pending_sweeps(connection: sa.Connection, now: float) -> int:
    """Return how many sweeps wait for a worker. This is cheap when no sweep is active, as is usual."""
    if not connection.scalar(_ANY_SWEEP):
        return 0
    return int(connection.scalar(sa.select(sa.func.count()).select_from(sweeps).where(pending_sweeps(now))) or 0)


def count_pending(connection: sa.Connection, now: float) -> int:
    """Return how many runs, jobs and sweeps are pending. If there are any, workers release their runs after a slice."""
    waiting = sa.select(sa.func.count()).select_from(runs).where(pending_runs(now)).scalar_subquery()
    asked = sa.select(sa.func.count()).select_from(jobs).where(pending_jobs(now)).scalar_subquery()
    return int(connection.scalar(sa.select(waiting + asked)) or 0) + count_pending_sweeps(connection, now)
