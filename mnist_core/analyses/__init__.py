"""Analyses: computations about one network that take seconds. Workers do them; pages read what came out."""
