"""Handwriting sets as the run store keeps them, and who may change what in them."""
