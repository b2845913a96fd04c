"""The seed: the one that the page proposes, the one that somebody chooses, and the runs that have it already."""

from __future__ import annotations

from mnist_core.config import TrainConfig
from mnist_core.runs import DatasetInfo, NewSeed, Parent, Run
from mnist_core.runs.handwriting.planned_mixture import DatasetChoice
from pages.shared import services
from pages.train.setting_widgets import key_of
from pages.visit import session

_SEED_CHOSEN = "seed_chosen"


def proposed_seed(config: TrainConfig, images: DatasetChoice, kind: NewSeed, parent: Parent | None = None) -> int:
    """Return the seed that a run of this browser would take now; 0 for images that nobody has trained on yet."""
    if not isinstance(images, DatasetInfo):  # a mixture that is not made yet
        return 0
    return services.store().new_seed(config, images.sha256, kind, session.owner(), parent)


def runs_alike(config: TrainConfig, images: DatasetChoice, parent: Parent | None = None) -> list[Run]:
    """Return everybody's runs with this parent and exactly these settings, the seed included, newest first."""
    if not isinstance(images, DatasetInfo):  # a mixture that is not made yet
        return []
    return services.store().runs_with_settings(config, images.sha256, parent)


def choose_seed(seed: int) -> None:
    """Set the seed as if somebody had typed it, in a callback."""
    session.set_widget(key_of("seed"), seed)
    remember_seed()


def seed_is_chosen() -> bool:
    """Whether the seed is somebody's choice: typed, or that of settings taken over."""
    return bool(session.get(_SEED_CHOSEN, False))


def remember_seed() -> None:
    """Note that somebody has chosen the seed on the page."""
    mark_seed(chosen=True)


def mark_seed(*, chosen: bool) -> None:
    """Note whether the seed on the page is somebody's choice; otherwise it follows the other settings."""
    session.put(_SEED_CHOSEN, chosen)
