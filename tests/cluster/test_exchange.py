"""The exchange: objects in a folder and in a bucket of an S3 server on loopback."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from emotion_core.cluster import exchange as exchanges
from emotion_core.cluster.exchange import Exchange, check_folder, shown
from emotion_core.errors import ClusterError, ClusterUnreachable, DiskFull
from tests.support.postgres import free_port
from tests.support.sftp_server import SftpServer, sftp_server

CONTENT = b"seven bytes and more" * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(scope="module")
def bucket() -> Iterator[None]:
    """A bucket "films" on an S3 server that AWS's variables name."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server._port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        import s3fs  # type: ignore[import-untyped]

        s3fs.S3FileSystem().mkdir("films")
        yield
    server.stop()


@pytest.fixture
def sftp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SftpServer]:
    """A server that this user knows."""
    monkeypatch.setenv("HOME", str(tmp_path))
    with sftp_server(tmp_path) as server:
        (tmp_path / ".ssh").mkdir()
        (tmp_path / ".ssh/known_hosts").write_text(server.known_host)
        yield server


def by_sftp(server: SftpServer, folder: Path) -> Exchange:
    url = f"sftp://someone@127.0.0.1:{server.port}{folder}"
    return Exchange(url, key_filename=str(server.key), look_for_keys=False, allow_agent=False)


@pytest.fixture(params=["folder", "s3", "sftp"])
def exchange(request: pytest.FixtureRequest, tmp_path: Path) -> Exchange:
    if request.param == "sftp":
        return by_sftp(request.getfixturevalue("sftp"), tmp_path / "exchange")
    if request.param == "s3":
        request.getfixturevalue("bucket")
        return Exchange(f"s3://films/{tmp_path.name}")
    return Exchange(str(tmp_path / "exchange"))


def put(exchange: Exchange, content: bytes = CONTENT) -> None:
    exchange.put("films/a", lambda: iter([content[:9], content[9:]]), DIGEST, len(CONTENT))


def fetched(exchange: Exchange) -> bytes:
    got: list[bytes] = []

    def target() -> object:
        got.clear()
        return got.append

    exchange.fetch("films/a", DIGEST, len(CONTENT), target)  # type: ignore[arg-type]
    return b"".join(got)


def test_what_is_put_is_fetched_and_deleted(exchange: Exchange) -> None:
    """An object comes back as it was; its folder goes as a whole, and nothing half written is left beside it."""
    exchange.check()
    put(exchange)
    put(exchange)  # it is there already
    assert exchange.has("films/a", DIGEST, len(CONTENT))
    assert fetched(exchange) == CONTENT
    assert exchange.remove("films/a")
    assert exchange.remove("films/a")  # there is nothing more to delete
    assert not exchange.has("films/a", DIGEST, len(CONTENT))


def test_another_content_is_refused(exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that are not those of the name are refused, be there as many or fewer; fewer are sent again."""
    monkeypatch.setattr(exchanges, "_WAIT", 0.0)
    put(exchange, CONTENT[:-1] + b"!")
    with pytest.raises(ClusterError, match="not what it was"):
        fetched(exchange)
    exchange.remove("films/a")
    with pytest.raises(ClusterError, match="another size"):
        put(exchange, CONTENT[:-1])
    with pytest.raises(ClusterError):
        fetched(exchange)
    put(exchange)
    assert fetched(exchange) == CONTENT


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    """A disk without space is no network fault: the message says what to do."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no full device")
    exchange = Exchange(str(tmp_path))
    (tmp_path / "films").mkdir()

    def full() -> Iterator[bytes]:
        with Path("/dev/full").open("wb", buffering=0) as device:
            device.write(b"x")
        yield b""

    with pytest.raises(DiskFull, match="is full"):
        exchange.put("films/a", full, DIGEST, len(CONTENT))
    assert list((tmp_path / "films" / "a").iterdir()) == []


def test_a_disk_of_this_machine_is_no_fault_of_the_exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is fetched to a disk that is full is tried once, and the error is that of the disk."""
    monkeypatch.setattr(exchanges, "_WAIT", 60.0)
    exchange = Exchange(str(tmp_path))
    put(exchange)

    def full(chunk: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        exchange.fetch("films/a", DIGEST, len(CONTENT), lambda: full)


def test_a_server_that_is_away_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exchange that does not answer is named by its place alone."""
    monkeypatch.setattr(exchanges, "_WAIT", 0.0)
    with pytest.raises(ClusterUnreachable, match=r"sftp://127.0.0.1:\d+/x cannot be used") as caught:
        Exchange(f"sftp://user:s3cret@127.0.0.1:{free_port()}/x").check()
    assert "s3cret" not in str(caught.value)


def test_places_that_are_none_are_refused() -> None:
    """A scheme that nobody knows and a relative folder are refused before anything is sent."""
    with pytest.raises(ClusterError, match="no place that fsspec knows"):
        Exchange("nothing://a/b")
    with pytest.raises(ClusterError, match="whole path"):
        check_folder("exchange")
    assert shown("s3://key:secret@bucket/below") == "s3://bucket/below"


def test_a_connection_that_is_lost_is_made_anew(
    sftp: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transfer is tried again over another connection; what cannot be deleted now does not count as deleted."""
    monkeypatch.setattr(exchanges, "_WAIT", 0.01)
    exchange = by_sftp(sftp, tmp_path / "exchange")
    put(exchange)
    sftp.lose_connections()
    assert fetched(exchange) == CONTENT
    sftp.lose_connections()
    assert not exchange.remove("films/a")
    assert exchange.remove("films/a")
    assert not (tmp_path / "exchange/films/a").exists()


def test_a_server_that_is_not_known_is_refused(sftp: SftpServer, tmp_path: Path) -> None:
    """Another machine that answers in its place gets no film."""
    (tmp_path / ".ssh/known_hosts").write_text("")
    with pytest.raises(ClusterUnreachable, match=r"is not in ~/\.ssh/known_hosts"):
        by_sftp(sftp, tmp_path / "exchange")
