"""Films and folders that several tests share; each is written once a session."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that shared films are written to."""
    return tmp_path_factory.mktemp("films")
