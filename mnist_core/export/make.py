"""A run in any of the formats, made in this process: for the terminal, and for jobs in workers. Some need Keras."""

from __future__ import annotations

from mnist_core.errors import UserError
from mnist_core.export import code, formats, tables
from mnist_core.model.network import Network
from mnist_core.runs import DatasetStore, RunStore
from mnist_core.text.escape import LONGEST_SENTENCE, clean


def make(store: RunStore, run_id: int, name: str) -> bytes:
    """Return a run as a file of the format called `name`, one of `formats.FORMATS`.

    Raises `RunNotFound`, `NoNetworkYet`, `DamagedBlob`, and `NothingToTell` for code and settings of a run
    that has none.
    """
    run = store.run(run_id)
    if name in (formats.KERAS.name, formats.ONNX.name):
        return _model(store, run_id, name)
    if name == formats.WEIGHTS.name:
        return tables.weights(Network.from_bytes(store.network_bytes(run_id)))
    if name == formats.HISTORY.name:
        return tables.history(store.history(run_id)).encode()
    if name not in formats.FORMATS:
        raise UserError(f"There is no format {name!r}. Known: {', '.join(formats.FORMATS)}.")
    if name == formats.SETTINGS.name:
        return tables.settings(run).encode()
    tell = code.script if name == formats.SCRIPT.name else code.notebook
    return tell(run, DatasetStore(store).info(run.dataset_sha256)).encode()


def _model(store: RunStore, run_id: int, name: str) -> bytes:
    run = store.run(run_id)
    if name == formats.ONNX.name:
        from mnist_core.export.onnx_model import to_onnx

        network = Network.from_bytes(store.network_bytes(run_id))
        return to_onnx(network, clean(f"Run {run.id}: {run.description}", LONGEST_SENTENCE))
    from mnist_core.export.keras_model import imported_to_keras, to_keras

    if run.imported:
        return imported_to_keras(Network.from_bytes(store.network_bytes(run_id)))
    checkpoint = store.checkpoint(run_id)
    if checkpoint is None:  # its training state has made room for others
        return to_keras(Network.from_bytes(store.network_bytes(run_id)), run.config)
    return to_keras(Network.from_bytes(checkpoint.network), run.config, checkpoint.optimizer)
