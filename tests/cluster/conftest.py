"""A PostgreSQL server for all tests of the cluster, and an empty database for each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from emotion_core.cluster.database import Database
from emotion_core.library import Library
from tests.support import postgres
from tests.support.cluster import Cluster, cluster_of
from tests.support.networks import give_networks

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


@pytest.fixture
def cluster(tmp_path: Path, networks: Path, database_url: str) -> Iterator[Cluster]:
    """A cluster whose machines have compiled networks; nothing of it runs yet."""
    library = Library.open(tmp_path / "home")
    give_networks(networks, library.home)
    for number in (1, 2, 3):
        give_networks(networks, tmp_path / f"cluster/machine-{number}/worker-1")
    with cluster_of(library, database_url, str(tmp_path / "exchange"), tmp_path / "cluster") as made:
        yield made
