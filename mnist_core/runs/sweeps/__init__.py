"""Sweeps as the run store keeps them: what varies, the plan, and how far it is."""
