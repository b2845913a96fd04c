"""Sweeps in the run store: their plans, and how far they are."""
