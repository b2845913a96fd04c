"""Hyperparameter search: which settings of a sweep vary, how they are chosen, and how many runs that makes."""
