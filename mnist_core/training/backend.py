"""Keras on TensorFlow, loaded and set up once; modules that train import `keras` and `tf` from here."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

THREADS_OF_OPERATION = 1
"""Threads in one TensorFlow operation: a constant, because other counts give other last bits.

One, because these products are small: with two threads an epoch of the default settings took 0.85 of the time with
one, but 1.4 times the processor time, which other workers have better use for. Two cores are used in `training.loop`.
"""
OPERATIONS_AT_ONCE = 2
"""Operations that may go on side by side, which changes no bit."""

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")  # results must not depend on a graphics card


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Keep TensorFlow's C++ start-up notes, which no setting silences, out of the terminal."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


with _quietly():
    import keras
    import tensorflow as tf
    from tensorflow.python.eager import context

    tf.config.threading.set_intra_op_parallelism_threads(THREADS_OF_OPERATION)
    tf.config.threading.set_inter_op_parallelism_threads(OPERATIONS_AT_ONCE)
    tf.constant(0)  # starts the runtime, which has more to say

tf.get_logger().setLevel("ERROR")  # warns of functions compiled again and again, which other settings do need


def in_one_thread() -> contextlib.AbstractContextManager[None]:
    """Let a compiled function that is called in this context do its operations one after the other, in one thread.

    TensorFlow has no public name for that.
    """
    one_thread: contextlib.AbstractContextManager[None] = context.function_executor_type("SINGLE_THREADED_EXECUTOR")
    return one_thread


__all__ = ["in_one_thread", "keras", "tf"]
