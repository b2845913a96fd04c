"""`python -m mnist_core`: the terminal's way in."""

from mnist_core.cli.main import main

raise SystemExit(main())
