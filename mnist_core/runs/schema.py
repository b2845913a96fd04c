"""The tables of a run store. `open_database` makes them, and adds the columns and indexes that an older one lacks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

SCHEMA_VERSION = 1
"""It is only incremented when older versions cannot use the store any more. New columns and tables do not count."""

metadata = MetaData()

meta = Table("meta", metadata, Column("key", String(40), primary_key=True), Column("value", Text, nullable=False))


def _parent_columns() -> list[Column[Any]]:
    """Return the columns for the network whose weights a run starts from, see `run_records.Parent`.

    No foreign key: the run outlives its parent. "" as sha256 means random initial weights.
    """
    return [
        Column("parent_id", Integer),
        Column("parent_epochs", Float(53)),
        Column("parent_sha256", String(64), nullable=False, server_default=""),
    ]


runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("nickname", Text, nullable=False),
    Column("config", Text, nullable=False),
    # Those of them that differ from their defaults, as JSON: by this text, runs with the same settings are found.
    Column("changed_settings", Text, nullable=False, server_default=""),
    Column("dataset", String(80), nullable=False),
    Column("state", String(10), nullable=False),
    Column("step", Integer, nullable=False, default=0),
    Column("steps_per_epoch", Integer, nullable=False),
    Column("loss", Float(53)),
    Column("accuracy", Float(53)),
    Column("test_loss", Float(53)),
    Column("test_accuracy", Float(53)),
    Column("seconds", Float(53), nullable=False, default=0.0),
    Column("message", Text, nullable=False, default=""),
    Column("created_at", Float(53), nullable=False),
    Column("updated_at", Float(53), nullable=False),
    Column("deleted_at", Float(53)),
    Column("watched_at", Float(53), nullable=False),
    Column("pinned", Integer, nullable=False, server_default="0"),
    Column("imported", Text, nullable=False, server_default=""),
    # For imported networks: the layers as JSON ("" if the settings describe them), and the notes, one per line.
    Column("architecture", Text, nullable=False, server_default=""),
    Column("import_notes", Text, nullable=False, server_default=""),
    Column("notes", Text, nullable=False, server_default=""),
    Column("tags", Text, nullable=False, server_default=""),  # sorted, separated by commas
    # "" means MNIST in runs of earlier versions.
    Column("dataset_sha256", String(64), nullable=False, server_default=""),
    # The queue: the lease, the turn number, when the run was last claimed, and how many workers in a row have died of
    # it without writing anything.
    Column("turn", Integer, nullable=False, default=0),
    Column("lease_owner", String(80)),
    Column("lease_until", Float(53)),
    Column("served_at", Float(53)),
    Column("deaths", Integer, nullable=False, server_default="0"),
    Column("validation_loss", Float(53)),
    Column("validation_accuracy", Float(53)),
    # The score of the stored network on the images that it learned from; null until it is measured.
    Column("train_loss", Float(53)),
    Column("train_accuracy", Float(53)),
    Column("failure", String(20), nullable=False, server_default=""),
    Column("kept_epoch", Integer),  # whose network early stopping has kept; null before the end and without it
    # The sweep of the run (no foreign key, since the run outlives it), the number of its setting there from 0, the step
    # up to which the sweep has judged it, and whether the sweep has pruned it.
    Column("sweep_id", Integer),
    Column("trial", Integer),
    Column("judged_step", Integer, nullable=False, server_default="0"),
    Column("pruned", Integer, nullable=False, server_default="0"),
    *_parent_columns(),
    Index("runs_by_state", "state", "served_at"),
    Index("runs_by_owner", "owner", "state"),
    Index("runs_by_sweep", "sweep_id", "state"),
    sqlite_autoincrement=True,
)

progress = Table(
    "progress",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("loss", Float(53), nullable=False),
    Column("accuracy", Float(53), nullable=False),
    Column("test_loss", Float(53)),
    Column("test_accuracy", Float(53)),
    Column("validation_loss", Float(53)),
    Column("validation_accuracy", Float(53)),
    Column("seconds", Float(53)),
    Column("learning_rate", Float(53)),
)
_TESTED = sa.text("test_accuracy IS NOT NULL")
# A covering index of the ends of epochs: it finds the best epochs of a thousand runs without reading their curves.
Index(
    "progress_tested",
    progress.c.run_id,
    progress.c.test_accuracy,
    progress.c.epoch,
    sqlite_where=_TESTED,
    postgresql_where=_TESTED,
)

blobs = Table(
    "blobs",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("step", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
)

# The weights that runs start from, each stored once (see `starting_weights`). They stay as long as there is a run that
# started from them, even if the run that they come from is trained further or deleted.
starting_weights = Table(
    "starting_weights",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

# What is shown of a run's network while it is trained, as JSON (see `evaluation.network_snapshot`).
snapshots = Table(
    "snapshots",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("lasting", Integer, nullable=False),  # whether the next one leaves it there
    Column("data", LargeBinary, nullable=False),
)

# What is kept of the epochs of a run: the predictions for the test images, and networks (see `epoch_store`).
epochs = Table(
    "epochs",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("owner", String(80), nullable=False),
    Column("nickname", Text, nullable=False),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE")),
    Column("run_step", Integer),
    Column("file_name", Text, nullable=False),
    Column("dataset_sha256", String(64), nullable=False, server_default=""),
    Column("state", String(10), nullable=False),
    Column("message", Text, nullable=False, default=""),
    Column("created_at", Float(53), nullable=False),
    Column("updated_at", Float(53), nullable=False),
    # The queue, as for runs.
    Column("turn", Integer, nullable=False, default=0),
    Column("lease_owner", String(80)),
    Column("lease_until", Float(53)),
    Column("deaths", Integer, nullable=False, default=0),
    # Of an analysis (see `analysis_queue`): its name, its parameters as JSON, and the sha256 of the starter network if
    # it is about that one; how far it is, from 0 to 1, and what is being done.
    Column("analysis", String(40), nullable=False, server_default=""),
    Column("parameters", Text, nullable=False, server_default=""),
    Column("starter_sha256", String(64), nullable=False, server_default=""),
    Column("progress", Float(53), nullable=False, server_default="0"),
    Column("doing", Text, nullable=False, server_default=""),
    Index("jobs_by_state", "state", "created_at"),
    Index("jobs_by_run", "run_id", "kind"),
    sqlite_autoincrement=True,
)

job_blobs = Table(
    "job_blobs",
    metadata,
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
)

datasets = Table(
    "datasets",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("class_names", Text, nullable=False),
    Column("train_images", Integer, nullable=False),
    Column("test_images", Integer, nullable=False),
    Column("mixture", Text, nullable=False, default=""),
    Column("owner", String(80), nullable=False),
    Column("nickname", Text, nullable=False),
    Column("created_at", Float(53), nullable=False),
)

dataset_blobs = Table(
    "dataset_blobs",
    metadata,
    Column("dataset", ForeignKey("datasets.sha256", ondelete="CASCADE"), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

sweeps = Table(
    "sweeps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("nickname", Text, nullable=False),
    Column("dataset", String(80), nullable=False),
    Column("dataset_sha256", String(64), nullable=False),
    Column("config", Text, nullable=False),
    Column("space", Text, nullable=False),
    Column("sampler", String(10), nullable=False),
    Column("trials", Integer, nullable=False),
    Column("seeds", Integer, nullable=False),
    Column("limit_seconds", Float(53)),
    Column("pruning", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("message", Text, nullable=False, default=""),
    # How many of the planned runs were started or skipped, and the importances as JSON.
    Column("made", Integer, nullable=False, default=0),
    Column("importance", Text, nullable=False, default=""),
    *_parent_columns(),
    Column("created_at", Float(53), nullable=False),
    Column("updated_at", Float(53), nullable=False),
    Column("watched_at", Float(53), nullable=False),
    # The queue, as for runs.
    Column("turn", Integer, nullable=False, default=0),
    Column("lease_owner", String(80)),
    Column("lease_until", Float(53)),
    Column("deaths", Integer, nullable=False, default=0),
    Index("sweeps_by_state", "state", "owner"),
    sqlite_autoincrement=True,
)

handwriting_sets = Table(
    "handwriting_sets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("class_names", Text, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("nickname", Text, nullable=False),
    Column("created_at", Float(53), nullable=False),
    Column("deleted_at", Float(53)),
    Column("open", Integer, nullable=False, server_default="1"),  # whether others may add drawings
    sqlite_autoincrement=True,
)

drawings = Table(
    "drawings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("set_id", ForeignKey("handwriting_sets.id", ondelete="CASCADE"), nullable=False),
    Column("image", LargeBinary, nullable=False),  # 28 × 28 bytes, as the network saw it
    Column("label", Integer, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("nickname", Text, nullable=False),
    Column("created_at", Float(53), nullable=False),
    Column("deleted_at", Float(53)),
    Index("drawings_by_set", "set_id"),
    sqlite_autoincrement=True,
)

# The steps of lessons that somebody has reached (see `lesson_progress`), with what was guessed there.
lesson_progress = Table(
    "lesson_progress",
    metadata,
    Column("owner", String(80), primary_key=True),
    Column("lesson", String(80), primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("guess", Text, nullable=False, server_default=""),
    Column("nickname", Text, nullable=False, server_default=""),
    Column("reached_at", Float(53), nullable=False, server_default="0"),  # for the first time
    Column("guessed_at", Float(53), nullable=False, server_default="0"),  # 0 without a guess
    Column("updated_at", Float(53), nullable=False),
)

# Classes: workshops whose members draw and train together (see `classes.store`), and who is in them. What belongs to a
# class as a whole, such as its handwriting set, has the owner `classes.records.owner_of(id)`.
classes = Table(
    "classes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(8), nullable=False),
    Column("name", Text, nullable=False),
    Column("set_id", Integer, nullable=False),  # no foreign key: the set can be purged first
    Column("opened_at", Float(53), nullable=False),
    Column("ended_at", Float(53)),
    Column("frozen", Integer, nullable=False, server_default="0"),  # whether students may start to train
    Column("rankings", Integer, nullable=False, server_default="0"),
    Column("made_up", Integer, nullable=False, server_default="0"),
    # What the instructor has handed out: an address within the app, a sentence, and when; "" for nothing.
    Column("handout", Text, nullable=False, server_default=""),
    Column("handout_text", Text, nullable=False, server_default=""),
    Column("handout_at", Float(53)),
    # What is shown to everybody: "run-7", "drawing-12", or ""; and since when.
    Column("shown", String(40), nullable=False, server_default=""),
    Column("shown_at", Float(53)),
    sqlite_autoincrement=True,
)

students = Table(
    "students",
    metadata,
    Column("class_id", ForeignKey("classes.id", ondelete="CASCADE"), primary_key=True),
    Column("owner", String(80), primary_key=True),
    Column("nickname", Text, nullable=False),
    Column("folded_nickname", Text, nullable=False),  # by which two names count as the same
    Column("joined_at", Float(53), nullable=False),
    Column("seen_at", Float(53), nullable=False),
    Index("students_by_owner", "owner"),
    Index("students_by_nickname", "class_id", "folded_nickname", unique=True),
)

# The browsers that have given an instructor's PIN; `pin` is its hash, so that a new PIN ends their rights.
instructors = Table(
    "instructors",
    metadata,
    Column("owner", String(80), primary_key=True),
    Column("pin", Text, nullable=False),
    Column("granted_at", Float(53), nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("ready", Integer, nullable=False),
    Column("seen_at", Float(53), nullable=False),
    Column("speed", Float(53)),
)
