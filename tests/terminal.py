"""The command line, run in the test's own process."""

from __future__ import annotations

import sys

import pytest

from emotion_core.cli import main


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """`python -m emotion_core WORDS`; its exit code."""
    monkeypatch.setattr(sys, "argv", ["emotion_core", *words])
    with pytest.raises(SystemExit) as end:
        main.main()
    return int(end.value.code or 0)
