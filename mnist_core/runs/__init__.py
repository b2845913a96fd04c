"""The run store: everything about runs, in one database. The only package that uses SQL."""

from mnist_core.runs.analysis_queue import AnalysisQueue, AnalysisRequest
from mnist_core.runs.bulk_operations import BulkOperations, TagError
from mnist_core.runs.checkpoints import DamagedBlob
from mnist_core.runs.claims import Turn, TurnStatus
from mnist_core.runs.classes.instructors import Instructors
from mnist_core.runs.classes.records import ClassError, Classroom, Student
from mnist_core.runs.classes.store import ClassStore
from mnist_core.runs.dataset_info import DatasetInfo
from mnist_core.runs.dataset_store import DatasetInUse, DatasetStore
from mnist_core.runs.errors import NoNetworkYet, ParentError, RunNotFound, StoreError, StoreFull, WrongState
from mnist_core.runs.eviction_notice import retention_notice
from mnist_core.runs.handwriting.records import Drawings, HandwritingError, HandwritingSet
from mnist_core.runs.handwriting.store import HandwritingStore
from mnist_core.runs.heartbeats import Worker
from mnist_core.runs.imported_networks import ImportedNetwork, keep_network
from mnist_core.runs.job_queue import JobQueue
from mnist_core.runs.job_rows import Job, JobNotFound, TooManyJobs
from mnist_core.runs.leases import LeaseLost
from mnist_core.runs.lesson_progress import LessonProgress, Progress, StepProgress
from mnist_core.runs.quotas import IMPORT, TERMINAL, QuotaReached, queue_limit, store_limit
from mnist_core.runs.retention import enforce_store_limit
from mnist_core.runs.run_records import (
    STARTER,
    Best,
    Failure,
    History,
    JobState,
    Parent,
    Requester,
    Run,
    State,
)
from mnist_core.runs.run_store import RunStore
from mnist_core.runs.seeds import NewSeed
from mnist_core.runs.starting_weights import ParentNetwork
from mnist_core.runs.work_queue import WorkQueue

__all__ = [
    "IMPORT",
    "STARTER",
    "TERMINAL",
    "AnalysisQueue",
    "AnalysisRequest",
    "Best",
    "BulkOperations",
    "ClassError",
    "ClassStore",
    "Classroom",
    "DamagedBlob",
    "DatasetInUse",
    "DatasetInfo",
    "DatasetStore",
    "Drawings",
    "Failure",
    "HandwritingError",
    "HandwritingSet",
    "HandwritingStore",
    "History",
    "ImportedNetwork",
    "Instructors",
    "Job",
    "JobNotFound",
    "JobQueue",
    "JobState",
    "LeaseLost",
    "LessonProgress",
    "NewSeed",
    "NoNetworkYet",
    "Parent",
    "ParentError",
    "ParentNetwork",
    "Progress",
    "QuotaReached",
    "Requester",
    "Run",
    "RunNotFound",
    "RunStore",
    "State",
    "StepProgress",
    "StoreError",
    "StoreFull",
    "Student",
    "TagError",
    "TooManyJobs",
    "Turn",
    "TurnStatus",
    "WorkQueue",
    "Worker",
    "WrongState",
    "enforce_store_limit",
    "keep_network",
    "queue_limit",
    "retention_notice",
    "store_limit",
]
