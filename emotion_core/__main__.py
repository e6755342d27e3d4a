"""`python -m emotion_core`: the same job without a browser."""

from .cli import main

main()
