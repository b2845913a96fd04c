"""Train, watch and question the classic MNIST network. Free of Streamlit."""

__version__ = "1.0.0"
"""Of the app and the terminal alike; pyproject.toml takes it from here. CHANGELOG.md says what each brought."""
