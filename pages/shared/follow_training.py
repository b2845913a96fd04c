"""A quiet line on pages about the network of a run in training: which epoch has come since, and a button to see it.

The page follows the run by itself while nobody is busy on it, and nothing is open that would be lost: see attention.js.
"""

from __future__ import annotations

import json

from mnist_core.runs import Run, State
from pages.components.newer_network.newer_network import newer_network
from pages.shared import services
from pages.shared.network_picker import ChosenNetwork
from pages.shared.stored_epochs import at_rest
from pages.visit.language import _

OF_THIS_NETWORK = "of_this_network"
"""Key of a container. As long as one is on a page, the page stays with its network until the button is pressed."""


def follow_training(choice: ChosenNetwork) -> None:
    """Draw the line while the run trains."""
    run = choice.run
    if run is not None and run.state is State.ACTIVE:
        newer_network(f"news/{run.id}/newer?step={choice.step}", key=f"newer_network_{run.id}")


def newer_as_json(run: Run, shown: int) -> bytes:
    """Return the line for who is shown the network after so many steps, as JSON: see newer_network.js."""
    newest = services.store().network_step(run.id)
    epoch, epoch_shown = newest // run.steps_per_epoch, shown // run.steps_per_epoch
    rests = at_rest(run)
    is_newer = epoch > epoch_shown or (rests and newest > shown)
    if rests:
        words = _("Run {run} has ended.", run=run.id)
    elif run.state is State.PAUSED:
        words = _("Run {run} is paused.", run=run.id)
    elif is_newer:
        epochs = run.config.epochs
        words = _(
            "Run {run} is in training: epoch {epoch} of {epochs} is there.", run=run.id, epoch=epoch, epochs=epochs
        )
    else:
        words = _("Run {run} is in training.", run=run.id)
    button = _("Show its network") if is_newer else ""
    return json.dumps({"words": words, "button": button, "atRest": rests}).encode()
