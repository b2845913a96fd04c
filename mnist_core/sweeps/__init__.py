"""Sweeps: many runs that vary some settings, ranked by their accuracy on held-out validation images."""
