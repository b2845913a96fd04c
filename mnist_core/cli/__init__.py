"""The terminal: `python -m mnist_core`."""
