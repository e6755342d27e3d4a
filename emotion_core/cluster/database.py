"""The cluster's PostgreSQL database: how it is reached, its tables, and its errors in plain words.

procrastinate's tables and those below lie in a schema of their own, so that the database may hold other things too. The
owner makes them. Only the database's own clock is used: those of the machines may be wrong.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlsplit

from ..errors import ClusterError, ClusterUnreachable

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

SCHEMA = "emotion_cluster"
VERSION = 1
"""Version of the tables below."""
PROCRASTINATE = "3.10.0"
"""The version of procrastinate whose tables are there."""

_MIGRATIONS = (
    """
    CREATE TABLE engines (
        digest text PRIMARY KEY, request jsonb NOT NULL, identity jsonb NOT NULL,
        announced timestamptz NOT NULL DEFAULT now());
    CREATE TABLE scans (
        id text PRIMARY KEY, library text NOT NULL, fingerprint text NOT NULL, engine text NOT NULL REFERENCES engines,
        request jsonb NOT NULL, priority int NOT NULL DEFAULT 0, created timestamptz NOT NULL DEFAULT now());
    CREATE TABLE ranges (
        scan text NOT NULL REFERENCES scans ON DELETE CASCADE, number int NOT NULL, parts jsonb NOT NULL,
        priority int NOT NULL, job bigint, token uuid, worker bigint, leased timestamptz, starts int NOT NULL DEFAULT 0,
        crashes int NOT NULL DEFAULT 0, progress jsonb, result jsonb, error jsonb, note text NOT NULL DEFAULT '',
        PRIMARY KEY (scan, number));
    CREATE INDEX ranges_token ON ranges (token) WHERE token IS NOT NULL;
    CREATE TABLE workers (
        name text PRIMARY KEY, number bigint, host text NOT NULL, state text NOT NULL, refused text NOT NULL DEFAULT '',
        seen timestamptz NOT NULL DEFAULT now());
    CREATE TABLE settings (name text PRIMARY KEY, value jsonb NOT NULL);
    """,
)
_LOCK = 0x656D6F74
"""Number of the advisory lock that is held while tables are made."""
_CONNECT_SECONDS = 5
_PATIENCE = 1.0
"""Seconds between two tries to reach a database that is gone."""
_SIGNS_OF_LIFE = {"keepalives_idle": 5, "keepalives_interval": 3, "keepalives_count": 3, "tcp_user_timeout": 15000}
"""A connection of which nothing is heard for about 15 s counts as lost."""
_HUNG = 10_000
"""Milliseconds after which a process that hangs amid a transaction loses it: it locks rows that others need."""

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


def place(url: str) -> str:
    """Where a database is, for messages: host, port and name, without user and password."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.hostname or 'this machine'}{port}{parts.path}"
    except ValueError:
        return "its host"


def arguments(url: str) -> dict[str, Any]:
    """Arguments of a connection to `url`. Raises ClusterError where it is none."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    if not url.startswith(("postgresql://", "postgres://")):
        raise ClusterError(
            "The cluster's database is not named by a URL of PostgreSQL.", "Write postgresql://USER@HOST/NAME."
        )
    try:
        given = conninfo_to_dict(url)
        int(given.get("port") or 0)
    except (psycopg.Error, ValueError):  # its message may repeat the password
        raise ClusterError(
            f"The URL of the cluster's database ({place(url)}) cannot be read.",
            "Write postgresql://USER:PASSWORD@HOST:PORT/NAME; signs such as @ and / in a password as %40 and %2F.",
        ) from None
    own_options = f"-c search_path={SCHEMA} -c idle_in_transaction_session_timeout={_HUNG}"
    options = f"{given.get('options') or ''} {own_options}".strip()
    own = {"connect_timeout": _CONNECT_SECONDS, "application_name": "emotion", **_SIGNS_OF_LIFE}
    return {**own, **given, "options": options}


class Database:
    """A connection to the cluster's database for one thread, made anew where it was lost."""

    def __init__(self, url: str, channel: str | None = None, say: Callable[[str], object] = lambda _: None) -> None:
        """`channel` is one on which `wait` hears. `say` is told why `patiently` waits, and "" once it goes on."""
        self.url, self._channel, self._say = url, channel, say
        self._connection: Connection | None = None
        self._away = False

    def run(self, work: Callable[[Connection], _T]) -> _T:
        """The result of `work`, in a transaction. Raises ClusterError where the database cannot be reached."""
        import psycopg

        try:
            connection = self._open()
            with connection.transaction():
                return work(connection)
        except (
            psycopg.OperationalError,
            psycopg.InterfaceError,
            psycopg.errors.IdleInTransactionSessionTimeout,
        ) as error:  # the last of these after _HUNG, as where this machine slept: it is an InternalError
            self.close()
            raise unreachable(self.url, error) from None

    def patiently(self, work: Callable[[Connection], _T], is_wanted: Callable[[], bool] = lambda: True) -> _T:
        """As `run`, but tries again for as long as the database is away and `is_wanted`. `work` may run twice."""
        while True:
            try:
                result = self.run(work)
            except ClusterUnreachable as error:
                if not is_wanted():
                    raise
                if not self._away:
                    _LOG.warning("%s Trying again until it answers; what is done is kept.", error.problem)
                    self._say(error.problem)
                self._away = True
                time.sleep(_PATIENCE)
            else:
                if self._away:
                    _LOG.warning("The cluster's database answers again.")
                    self._say("")
                self._away = False
                return result

    def wait(self, seconds: float) -> None:
        """Wait until something is told on the channel, so many seconds at most; also while the database is away."""
        import psycopg

        end = time.monotonic() + seconds
        try:
            for _ in self._open().notifies(timeout=seconds, stop_after=1):
                pass
        except psycopg.Error:
            self.close()
            time.sleep(max(0.0, min(_PATIENCE, end - time.monotonic())))

    def prepare(self) -> None:
        """Make the tables, or bring them up to date. Raises ClusterError."""
        self.run(_make_schema)
        self.run(_migrate)

    def check(self) -> None:
        """Raise ClusterError where the tables are not there, or of another version."""
        self.run(_check)

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _open(self) -> Connection:
        import psycopg
        import psycopg.sql

        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(**arguments(self.url), autocommit=True)
            if self._channel is not None:
                self._connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(self._channel)))
        return self._connection


def unreachable(url: str, error: Exception) -> ClusterUnreachable:
    """The error for a database that does not answer, without its password."""
    why = " ".join(str(error).split()).removeprefix("connection failed: ")
    if secret := urlsplit(url).password:  # one that `arguments` has read
        why = why.replace(secret, "…").replace(unquote(secret), "…")
    return ClusterUnreachable(
        f"The cluster's database at {place(url)} cannot be reached: {why.rstrip('.')}.",
        "Check that PostgreSQL runs there, that it lets this machine in (listen_addresses, pg_hba.conf), and the user "
        "and password.",
    )


def _make_schema(connection: Connection) -> None:
    """Without a right to make one it must be there already."""
    import psycopg

    row = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (SCHEMA,)).fetchone()
    if row is None:
        try:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        except psycopg.errors.InsufficientPrivilege:
            raise ClusterError(
                "This user of the cluster's database may not make tables there.",
                f"Let its owner run: GRANT CREATE ON DATABASE … TO …; or CREATE SCHEMA {SCHEMA} AUTHORIZATION ….",
            ) from None


def _migrate(connection: Connection) -> None:
    from procrastinate.schema import SchemaManager

    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
    connection.execute("CREATE TABLE IF NOT EXISTS versions (name text PRIMARY KEY, version text NOT NULL)")
    if "procrastinate" not in _versions(connection):
        connection.execute(SchemaManager.get_schema())
        connection.execute("INSERT INTO versions VALUES ('procrastinate', %s)", (PROCRASTINATE,))
    present = int(_versions(connection).get("cluster", "0"))
    for migration in _MIGRATIONS[present:]:
        connection.execute(migration)
    if present < VERSION:
        connection.execute(
            "INSERT INTO versions VALUES ('cluster', %s) ON CONFLICT (name) DO UPDATE SET version = EXCLUDED.version",
            (str(VERSION),),
        )
    _check(connection)


def _check(connection: Connection) -> None:
    if connection.execute("SELECT to_regclass('versions')").fetchone() == (None,):
        raise ClusterError(
            "No library is served from this database.",
            "Start `python -m emotion_core serve --cluster` on the machine with the library first.",
        )
    found = _versions(connection)
    if found != {"cluster": str(VERSION), "procrastinate": PROCRASTINATE}:
        raise ClusterError(
            f"The tables in the cluster's database are those of another version ({found.get('cluster', 'none')} of "
            f"procrastinate {found.get('procrastinate', 'none')}; this program has {VERSION} of {PROCRASTINATE}).",
            "Install the same version on all machines of the cluster.",
        )


def _versions(connection: Connection) -> dict[str, str]:
    return {str(name): str(version) for name, version in connection.execute("SELECT name, version FROM versions")}
