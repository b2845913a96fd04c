"""Networks from elsewhere: files that Keras saved, read without Keras, and fitted to how this app gives its pixels."""

LARGEST_IMPORT = 64_000_000
"""Bytes of a `.keras` file; the largest network of this app takes 42 MB without its optimizer's state."""
