"""Datasets besides MNIST: those that are downloaded, those that people bring along, and mixtures of them."""
