"""What an installed package depends on; everything else about it is in pyproject.toml.

The lists are those of the requirements files. setuptools cannot read them itself, since they refer to constraints.txt.
"""

from pathlib import Path

from setuptools import setup


def pins(name: str) -> list[str]:
    """Return the pinned packages of a requirements file, such as "pandas==3.1.1"."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [line.partition("#")[0].strip() for line in lines if not line.startswith(("#", "-")) and line.strip()]


setup(
    install_requires=pins("requirements.txt"),
    extras_require={name: pins(f"requirements-{name}.txt") for name in ("cluster", "tensorboard")},
)
