"""Handwriting sets in the run store, and who may change what in them."""
