"""Loads and configures Keras on TensorFlow. Modules that train import `keras` and `tf` from here."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Iterator

THREADS_OF_OPERATION = 1
"""Threads within one TensorFlow operation. It is fixed, since another number would change the last bits of results.

It is one, since the matrix products are small: with two threads, an epoch with the default settings took 0.85 times as
long, but 1.4 times the processor time, which other workers can use better. `training.loop` makes use of two cores.
"""
OPERATIONS_AT_ONCE = 2
"""Operations that may run in parallel. This does not change results."""

NOT_NEEDED = ("sklearn", "pandas")
"""Packages that Keras imports where they are installed, for wrappers and data that nobody uses here.

scikit-learn is a fifth of the time to load Keras, pandas a tenth; pandas is also a tenth of a worker's memory.
"""

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")  # results must not depend on a graphics card


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Suppress the start-up messages of TensorFlow's C++ code on stderr, which no setting turns off."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


@contextlib.contextmanager
def _without(*packages: str) -> Iterator[None]:
    """Let Keras take packages for not installed, unless they are loaded already."""
    left_out = [name for name in packages if name not in sys.modules]
    for name in left_out:
        sys.modules[name] = None  # type: ignore[assignment]  # so an import raises ImportError
    try:
        yield
    finally:
        for name in left_out:
            del sys.modules[name]


@contextlib.contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Collect no garbage while TensorFlow is loaded, and never look for any among what it has loaded.

    It keeps several 100,000 objects. To look through them again and again took a fifth of the time to load it, and a
    later collection takes 0.2 s with them and 0.01 s without.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


with _quietly(), _without(*NOT_NEEDED), _without_garbage_collection():
    import keras
    import tensorflow as tf
    from tensorflow.python.eager import context

    tf.config.threading.set_intra_op_parallelism_threads(THREADS_OF_OPERATION)
    tf.config.threading.set_inter_op_parallelism_threads(OPERATIONS_AT_ONCE)
    tf.constant(0)  # starts the runtime, which prints more messages

tf.get_logger().setLevel("ERROR")  # it warns of repeated compilation, which is needed for new settings


def in_one_thread() -> contextlib.AbstractContextManager[None]:
    """Run the operations of compiled functions called in this context sequentially, in one thread.

    TensorFlow has no public API for this.
    """
    one_thread: contextlib.AbstractContextManager[None] = context.function_executor_type("SINGLE_THREADED_EXECUTOR")
    return one_thread


__all__ = ["in_one_thread", "keras", "tf"]
