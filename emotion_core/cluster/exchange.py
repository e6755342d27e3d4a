"""The exchange: the folder or bucket over which films' parts and finished ranges travel, by any URL that fsspec opens.

An object's name ends in the SHA-256 of its bytes. It is complete once it is there: a folder gets it under another name
first, a bucket by one request. A reader verifies size and hash, so that whoever writes to the exchange can hold work up
but change no number.

    films/<scan id>/<sha256>     a part of the film's file
    ranges/<scan id>/<sha256>    what a worker observed of a range
    owner/<sha256>               by which workers know the owner's exchange
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from ..errors import ClusterError, ClusterUnreachable, DiskFull

FILMS, RANGES = "films", "ranges"
CHUNK = 1 << 20
"""Bytes that are copied at once."""
TRIES = 4
"""Tries of one transfer before the exchange counts as unreachable."""
_WAIT = 1.0
"""Seconds before the second try; twice as long before each further one."""
PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "sftp": "paramiko", "ssh": "paramiko"}
"""Packages that are installed by whoever needs them, by the scheme of the URL."""

_SFTP = ("sftp", "ssh")
_KNOWN_HOSTS = "/etc/ssh/ssh_known_hosts", "~/.ssh/known_hosts"

_LOG = logging.getLogger(__name__)


def shown(url: str) -> str:
    """The URL of an exchange for messages, without user and password."""
    parts = urlsplit(url) if "://" in url else None
    if parts is None:
        return url
    return f"{parts.scheme}://{(parts.netloc.rpartition('@')[2])}{parts.path}"


class _NotWritten(Exception):
    """What was fetched could not be written on this machine."""

    def __init__(self, why: OSError) -> None:
        self.why = why


class Exchange:
    """Objects in the exchange at `url`, a folder's path or a URL such as s3://bucket/below."""

    def __init__(self, url: str, **options: Any) -> None:
        """`options` go to fsspec's file system. Raises ClusterError where its package is missing."""
        self.url, self._options = url, options
        self._scheme = scheme = urlsplit(url).scheme if "://" in url else "file"
        self._is_folder = scheme in ("file", "local", *_SFTP)
        """Whether an object that is being written can be seen: then it is given its name at the end."""
        self._opened: Any = None
        self._open()

    def _open(self) -> None:
        """Connect. Raises ClusterError."""
        import fsspec  # type: ignore[import-untyped]

        scheme, url, options = self._scheme, self.url, dict(self._options)
        try:
            if scheme in _SFTP:
                options |= {"host_key_policy": _known_hosts_only(), "skip_instance_cache": True}
            self._opened, self._root = fsspec.core.url_to_fs(url, **options)
        except ImportError:
            package = PACKAGES.get(scheme, "the package that fsspec names for it")
            raise ClusterError(
                f"The exchange {shown(url)} needs a package that is not installed.",
                f"Install it: python -m pip install {package}",
            ) from None
        except ValueError:
            raise ClusterError(
                f"The exchange {shown(url)} is no place that fsspec knows.",
                "Give a shared folder's path, or a URL such as s3://BUCKET/BELOW or sftp://HOST/FOLDER.",
            ) from None
        except Exception as error:  # a server that does not answer, as each package reports it
            raise self._unreachable(error) from None

    @property
    def _files(self) -> Any:
        """fsspec's file system. Raises ClusterError."""
        if self._opened is None:
            self._open()
        return self._opened

    def check(self) -> None:
        """Write, read and delete an object. Raises ClusterError where that fails."""
        name, content = f"check/{uuid4().hex}", b"emotion"
        with self._described():
            self._write(name, lambda: iter([content]), len(content))
            intact = b"".join(self._read(name)) == content
            self._files.rm(self._path(name))
        if not intact:
            raise ClusterError(f"The exchange {shown(self.url)} gives back other bytes than it was given.", "Check it.")

    def put(
        self, folder: str, chunks: Callable[[], Iterator[bytes]], digest: str, size: int, *, again: bool = False
    ) -> None:
        """Store an object of `size` bytes whose SHA-256 is `digest`, unless it is there; `chunks` gives its bytes.

        `again`: one that is there may be damaged. Raises ClusterError or DiskFull.
        """
        name = f"{folder}/{digest}"

        def once() -> None:
            if again or self._size(name) != size:
                self._write(name, chunks, size)
                if self._size(name) != size:  # a full disk of some servers shows only here
                    raise OSError(errno.EIO, "another size than what was sent")

        self._patiently(once)

    def get(self, folder: str, digest: str, size: int) -> Iterator[bytes]:
        """The bytes of an object in pieces, verified at their end. Raises ClusterError; what came before is void then.

        The reader begins again after an error, at most TRIES times.
        """
        name = f"{folder}/{digest}"
        sha256, length = hashlib.sha256(), 0
        with self._described():
            for chunk in self._read(name):
                sha256.update(chunk)
                length += len(chunk)
                if length > size:
                    break
                yield chunk
        if length != size or sha256.hexdigest() != digest:
            raise ClusterError(
                f"An object in the exchange {shown(self.url)} is not what it was ({name}).", "It is sent again."
            )

    def fetch(self, folder: str, digest: str, size: int, target: Callable[[], Callable[[bytes], object]]) -> None:
        """Write an object to what `target` gives, anew at each try. Raises ClusterError, and the OSError of writing."""

        def once() -> None:
            write = target()
            for chunk in self.get(folder, digest, size):
                try:
                    write(chunk)
                except OSError as error:  # of this machine's disk: the exchange is sound
                    raise _NotWritten(error) from None

        try:
            self._patiently(once)
        except _NotWritten as stopped:
            raise stopped.why from None

    def has(self, folder: str, digest: str, size: int) -> bool:
        """Whether an object of this size is there. Raises ClusterUnreachable."""
        with self._described():
            return self._size(f"{folder}/{digest}") == size

    def remove(self, folder: str) -> bool:
        """Delete all objects of a folder; whether none is left."""
        path = self._path(folder)
        try:
            with self._described():
                self._files.invalidate_cache()
                with contextlib.suppress(FileNotFoundError):
                    self._files.info(path)  # some file systems take any error for a file that is not there
                    self._files.rm(path, recursive=True)
        except ClusterError:
            return False
        return True

    def _patiently(self, work: Callable[[], None]) -> None:
        for attempt in range(TRIES):
            try:
                with self._described():
                    work()
                    return
            except DiskFull:
                raise
            except ClusterError as error:
                if attempt == TRIES - 1:
                    raise
                _LOG.warning("%s Trying again.", error.problem)
                time.sleep(_WAIT * 2**attempt)

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    def _size(self, name: str) -> int | None:
        self._files.invalidate_cache()
        try:
            return int(self._files.info(self._path(name))["size"])
        except FileNotFoundError:
            return None

    def _write(self, name: str, chunks: Callable[[], Iterator[bytes]], size: int) -> None:
        path = self._path(name)
        if not self._is_folder:
            with self._files.open(path, "wb", block_size=min(max(size, 5 << 20), 64 << 20)) as file:
                for chunk in chunks():
                    file.write(chunk)
            return
        self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
        partial = f"{path}.{uuid4().hex}.part"
        try:
            with self._files.open(partial, "wb") as file:
                if self._scheme in _SFTP:
                    file.set_pipelined(True)  # else each 32 KiB wait for an answer
                for chunk in chunks():
                    file.write(chunk)
            self._files.mv(partial, path)
        except BaseException:
            with contextlib.suppress(Exception):
                self._files.rm(partial)
            raise

    def _read(self, name: str) -> Iterator[bytes]:
        with self._files.open(self._path(name), "rb") as file:
            if self._scheme in _SFTP:
                file.prefetch()
            while chunk := file.read(CHUNK):
                yield chunk

    @contextlib.contextmanager
    def _described(self) -> Iterator[None]:
        """Errors as errors of the cluster."""
        try:
            yield
        except (ClusterError, _NotWritten):
            raise
        except Exception as error:  # botocore's, paramiko's and the system's have no class in common
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFull(
                    f"The exchange {shown(self.url)} is full.", "Free space there; the analysis goes on by itself."
                ) from None
            if isinstance(error, FileNotFoundError):
                raise ClusterError(
                    f"An object in the exchange {shown(self.url)} is gone.", "It is sent again."
                ) from None
            if self._scheme in _SFTP:  # a connection that was lost stays so
                self._opened = None
            raise self._unreachable(error) from None

    def _unreachable(self, error: Exception) -> ClusterUnreachable:
        why = " ".join(str(error).split()) or type(error).__name__
        if secret := (urlsplit(self.url).password if "://" in self.url else None):
            why = why.replace(secret, "…")
        return ClusterUnreachable(
            f"The exchange {shown(self.url)} cannot be used: {why[:300].rstrip('.')}.",
            "Check that it can be reached from this machine, and may be written to.",
        )


def _known_hosts_only() -> Any:
    """A policy of paramiko: fsspec takes any server for the right one. Raises ImportError."""
    import paramiko  # type: ignore[import-untyped]

    class KnownHosts(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
        def missing_host_key(self, client: object, hostname: str, key: paramiko.PKey) -> None:
            known = paramiko.HostKeys()
            for file in map(os.path.expanduser, _KNOWN_HOSTS):
                with contextlib.suppress(OSError):
                    known.load(file)
            if not known.check(hostname, key):
                raise paramiko.SSHException(f"the {key.get_name()} key of {hostname} is not in ~/.ssh/known_hosts")

    return KnownHosts()


def check_folder(url: str) -> None:
    """Raise ClusterError for an exchange by a relative path: each machine would take another folder."""
    if "://" not in url and not Path(url).is_absolute():
        raise ClusterError(f"The exchange is named “{url}”.", "Give a whole path, or a URL.")
