"""Train, watch and question the classic MNIST network. Free of Streamlit."""

__version__ = "1.0.0"
"""The version of the app and the terminal; pyproject.toml reads it from here. CHANGELOG.md lists the changes."""
