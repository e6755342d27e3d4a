"""Files that a process uses, by strace (Debian: apt-get install strace)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from emotion_core.package_root import PACKAGE
from tests.support.repository import ROOT

_CALLS = (
    "open,openat,openat2,creat,truncate,rename,renameat,renameat2,unlink,unlinkat,link,linkat,symlink,symlinkat,"
    "mkdir,mkdirat,rmdir,mknod,mknodat,chmod,fchmodat,execve,connect,bind"
)
_CALL = re.compile(
    r'^(\w+)\((?:(?:AT_FDCWD|\d+)<(?P<at>[^>]*)>, )?"(?P<path>(?:[^"\\]|\\.)*)"(?P<rest>.*) = (?P<result>-?\d+)'
)
_SECOND = re.compile(r'(?:(?:AT_FDCWD|\d+)<(?P<at>[^>]*)>, )?"(?P<path>(?:[^"\\]|\\.)*)"')
_WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND")

_SYSTEM = (
    "/usr", "/lib", "/lib64", "/bin", "/proc", "/sys", "/dev/null", "/dev/urandom", "/dev/random", "/dev/shm",
    "/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types", "/etc/os-release", "/etc/OpenCL", "/etc/ssl/openssl.cnf",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trace:
    """File and network use of a process and its children."""

    output: str
    code: int
    read: frozenset[Path]
    """Files and folders that were opened for reading."""
    changed: frozenset[Path]
    """Files opened for writing, created, moved or removed."""
    asked: frozenset[Path]
    """All of these, permitted or not."""
    called: tuple[str, ...]
    """Calls to other machines."""


def trace(command: Sequence[str], folder: Path, env: dict[str, str] | None = None) -> Trace:
    """Run `command`, a module of Python and its words, under strace, whose notes go to `folder`."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.fail("There is no strace on this machine: install it (Debian: apt-get install strace).")
    folder.mkdir(parents=True)
    watched = [
        strace,
        "-ff",
        "--seccomp-bpf",
        "-y",
        "-qq",
        "-s",
        "4096",
        "-e",
        f"trace={_CALLS}",
        "-o",
        str(folder / "t"),
    ]
    completed = subprocess.run(
        [*watched, sys.executable, "-m", *command], capture_output=True, check=False, cwd=ROOT,
        env={**os.environ, **(env or {})},
    )  # fmt: skip
    notes = sorted(folder.glob("t.*"))
    if not notes:
        pytest.fail(f"strace saw nothing: {completed.stderr.decode()}")
    read, changed, used, called = set[Path](), set[Path](), set[Path](), list[str]()
    for line in (line for note in notes for line in note.read_text(errors="replace").splitlines()):
        if line.startswith(("connect", "bind")):
            if "AF_UNIX" not in line and "AF_NETLINK" not in line:
                called.append(line)
            continue
        call = _CALL.match(line)
        if call is None or "O_PATH" in line:  # a place is named, as Landlock asks for, and nothing opened
            continue
        paths = [_whole(call["at"], call["path"])]
        if call[1].startswith(("rename", "link", "symlink")) and (second := _SECOND.search(call["rest"])):
            paths.append(_whole(second["at"], second["path"]))
        used.update(paths)
        if int(call["result"]) < 0:
            continue
        reads = call[1] in ("open", "openat", "openat2", "execve") and not _WRITING.search(call["rest"])
        (read if reads else changed).update(paths)
    return Trace(
        completed.stdout.decode(errors="replace") + completed.stderr.decode(errors="replace"),
        completed.returncode, frozenset(read), frozenset(changed), frozenset(used), tuple(called),
    )  # fmt: skip


def _whole(at: str | None, path: str) -> Path:
    plain = (
        path.encode("latin-1", "replace").decode("unicode_escape").encode("latin-1", "replace").decode(errors="replace")
    )
    return Path(os.path.normpath(Path(at or ROOT) / plain))


def elsewhere(paths: Iterable[Path], *allowed: Path) -> list[Path]:
    """Of `paths` those that are not below `allowed`, nor Python, its packages, this project or the system's."""
    code = [PACKAGE, ROOT / "tests", Path(sys.prefix), Path(sys.base_prefix), *map(Path, _SYSTEM)]
    places = [place for allowed_place in (*code, *allowed) for place in (allowed_place, allowed_place.resolve())]
    return sorted({path for path in paths if path != ROOT and not any(path.is_relative_to(place) for place in places)})
