"""Training: the Keras model and optimizer, advanced by one compiled loop over many batches. Loads TensorFlow."""

from mnist_core.training.train_network import Progress, train
from mnist_core.training.trainer import BadCheckpoint, Trainer, TrainingDiverged, shape_of

__all__ = ["BadCheckpoint", "Progress", "Trainer", "TrainingDiverged", "shape_of", "train"]
