"""`python3 -m emotion_core.install [--tests]`: make `.venv`, or say in one line why that cannot succeed here."""

import sys

from . import command

if __name__ == "__main__":
    sys.exit(command.main(sys.argv[1:]))
