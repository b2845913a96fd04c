"""Sweeps: many runs that vary some settings, ranked by images that none of them learned from."""
