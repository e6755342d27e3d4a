"""A PostgreSQL server for all tests of the cluster, and an empty database for each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from emotion_core.cluster.database import Database
from tests.support import postgres

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    with postgres.server() as running:
        yield running


@pytest.fixture
def database_url(postgres_server: postgres.Server) -> str:
    return postgres_server.create(f"test{next(_numbers)}")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A connection to an empty database with the cluster's tables."""
    opened = Database(database_url)
    opened.prepare()
    yield opened
    opened.close()
