"""Which sweeps have something to decide: asked by the workers between any two slices."""

from __future__ import annotations

import sqlalchemy as sa

from mnist_core.runs.leases import is_free
from mnist_core.runs.records import State, SweepState
from mnist_core.runs.schema import runs, sweeps, workers
from mnist_core.runs.store import WORKER_SILENCE

_ANY_SWEEP = sa.select(sa.exists().where(sweeps.c.state == SweepState.ACTIVE))


def sweep_waits(now: float) -> sa.ColumnElement[bool]:
    """Sweeps that a worker should look at: active, in nobody's hands, the first of their owner, with something to do.

    That is: to begin a run where a ready worker has none of this sweep's, to judge a run that has ended an epoch, to
    stop at the limit, or to conclude.
    """
    earlier = sweeps.alias("earlier_sweep")
    blocked = sa.exists().where(
        earlier.c.owner == sweeps.c.owner,
        earlier.c.owner != "",
        earlier.c.state == SweepState.ACTIVE,
        earlier.c.id < sweeps.c.id,
    )
    own = (runs.c.sweep_id == sweeps.c.id,)
    going = (*own, runs.c.state == State.ACTIVE, runs.c.deleted_at.is_(None))
    unended = (*own, runs.c.state.in_((State.ACTIVE, State.PAUSED)), runs.c.deleted_at.is_(None))
    count = sa.select(sa.func.count(runs.c.id)).where(*going).scalar_subquery()
    ready = sa.select(sa.func.count()).where(workers.c.seen_at > now - WORKER_SILENCE, workers.c.ready == 1)
    room = sa.or_(count == 0, count < ready.scalar_subquery())
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


def sweeps_due(connection: sa.Connection, now: float) -> int:
    """Return how many sweeps wait for a worker. Mostly none is active, and then this costs next to nothing."""
    if not connection.scalar(_ANY_SWEEP):
        return 0
    return int(connection.scalar(sa.select(sa.func.count()).select_from(sweeps).where(sweep_waits(now))) or 0)
