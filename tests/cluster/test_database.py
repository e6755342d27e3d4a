"""The cluster's database: its tables, and messages without passwords."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import pytest

from emotion_core.cluster import database as databases
from emotion_core.cluster.database import Database
from emotion_core.errors import ClusterError, ClusterUnreachable
from tests.support.postgres import PASSWORD, Server, free_port

if TYPE_CHECKING:
    from emotion_core.cluster.database import Connection


def test_tables_are_made_once(database: Database) -> None:
    """The owner may start again on its database; a worker finds the tables as they are."""
    database.prepare()
    Database(database.url).check()


def test_a_worker_before_the_owner_is_told(database_url: str) -> None:
    """An empty database says that no library is served from it."""
    with pytest.raises(ClusterError, match=r"No library is served .* serve --cluster"):
        Database(database_url).check()


def test_tables_of_another_version_are_refused(database: Database) -> None:
    """Programs of two versions do not share a queue."""
    database.run(lambda c: c.execute("UPDATE versions SET version = '99' WHERE name = 'cluster'"))
    with pytest.raises(ClusterError, match="another version"):
        Database(database.url).check()


@pytest.mark.parametrize("what", ["nobody there", "wrong password"])
def test_no_message_has_the_password(postgres_server: Server, what: str) -> None:
    """A database that does not answer or lets nobody in is named by its place alone."""
    url = postgres_server.url
    if what == "nobody there":
        url = url.replace(f":{postgres_server.port}", f":{free_port()}")
    else:
        url = url.replace(PASSWORD, "wrong-one")
    with pytest.raises(ClusterUnreachable, match=r"127\.0\.0\.1:\d+/postgres cannot be reached") as caught:
        Database(url).check()
    assert PASSWORD not in str(caught.value)
    assert "wrong-one" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["mysql://a:secret@host/b", "postgresql://a:secret@host:port/b", "postgresql://a:secret@[::1/b"]
)
def test_a_url_that_is_none_is_refused(url: str) -> None:
    """A URL of another kind or with a broken port is refused, without its password."""
    with pytest.raises(ClusterError, match="postgresql://USER") as caught:
        Database(url).check()
    assert "secret" not in str(caught.value)


def test_work_waits_for_a_database_that_is_away(
    postgres_server: Server, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work goes on once a database that was killed answers again."""
    monkeypatch.setattr(databases, "_PATIENCE", 0.1)
    database.check()
    postgres_server.kill()
    tries: list[bool] = []

    def is_wanted() -> bool:
        if not tries:
            postgres_server.start()
        tries.append(True)
        return len(tries) < 100

    assert database.patiently(lambda c: c.execute("SELECT 7").fetchone(), is_wanted) == (7,)
    assert tries


def test_a_machine_that_slept_amid_a_transaction_goes_on(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database ends a transaction in which nothing happens for long. To this machine it was away for a moment."""
    monkeypatch.setattr(databases, "_HUNG", 100)
    slept = [0.0, 1.0]

    def work(connection: Connection) -> int:
        connection.execute("SELECT 1")
        time.sleep(slept.pop())
        ((number,),) = connection.execute("SELECT 2").fetchall()
        return int(number)

    with contextlib.closing(Database(database_url)) as database:
        assert database.patiently(work) == 2
