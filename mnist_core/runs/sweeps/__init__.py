"""Sweeps as the run store keeps them: their plan, and how far they are."""
