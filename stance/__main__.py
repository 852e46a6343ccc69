"""Run the command line: ``python -m stance``."""

from stance.cli import main

raise SystemExit(main())
