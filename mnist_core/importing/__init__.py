"""Import of networks that Keras saved: the file is read without Keras and adapted to this app's pixels."""

LARGEST_IMPORT = 80_000_000
"""Largest `.keras` file in bytes. The largest network of this app takes 74 MB without its optimizer's state."""
