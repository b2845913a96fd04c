"""Rankings of a class: by its own handwriting, by the size of networks, and by guesses. None uses MNIST's test set."""
