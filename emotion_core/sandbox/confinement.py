"""Confinement of a process before it opens a film: an uploaded file is treated as hostile.

A process confines itself once, first of all in its `main`, while it has one thread: with `confine_reader` if it answers
a page with facts or a picture of a film, with `confine_worker` if it scans or converts one, or runs a model for a scan.
Resource limits hold wherever the system has them. Where Linux has Landlock, the process can also open no file but those
named here, and make no connection.
"""

from __future__ import annotations

import contextlib
import os
import site
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

import psutil

from ..package_root import PACKAGE
from . import landlock
from .scratch import use_temporary_folder

LOOK_BYTES = 4 * 1024**3
"""Data of a reader. FFmpeg holds up to some twenty pictures of 8192 x 8192; a probe of HD takes 0.4 GB."""
LOOK_SECONDS = 60
"""Processor time of a reader. Its parent limits the elapsed time."""
COMPARE_SECONDS = 600
"""Processor time of a reader that compares a scan with its film, which may mean to decode it from the first frame."""
SOUND_SECONDS = 600
"""Processor time of a reader of a film's sound; two hours of AAC take 20 to 30 seconds."""
WORK_BYTES = 16 * 1024**3
"""Data of a worker. A scan was measured at 1.4 GB with torch, 1.6 with ipex, 1.7 with openvino-int8."""
WORK_SHARE = 0.9
"""A worker gets at most this share of the machine's memory …"""
WORK_LEAST = 6 * 1024**3
"""… but no less than this, which every scan needs."""
PROXY_BYTES = 2 * 1024**3
"""Data of a process that makes a proxy …"""
PROXY_BYTES_A_THREAD = 3 * 1024**3 // 8
"""… and what each decoding thread adds, since each may hold a picture.

The limit is 4.6 GB for 6 threads; 10-bit HEVC was measured at 0.9 (3840 x 2160) and 3.5 (8192 x 8192), ProRes 4444 at
2.6 (7680 x 4320). For 16 threads it is 8.6, and they took 1.4, 6.5 and 5.5.
"""
FILE_BYTES = 64 * 1024**3
"""Largest file that a worker may write. A proxy of 24 hours at its highest bit rate, with sound, has 56 GB."""
FILES = 1024
"""Open files."""
NICE = 3
"""Niceness of a worker: the app, which answers meanwhile, goes first."""
FIRST_TO_GO = "500"
"""oom_score_adj, of 1000: when memory runs out, the kernel ends this process rather than the app."""


_SYSTEM = (
    "/usr", "/lib", "/lib64", "/lib32", "/bin", "/opt/intel", "/nix/store",
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/mime.types", "/etc/OpenCL",
    "/etc/ssl/openssl.cnf", "/etc/os-release",
)  # fmt: skip
_FACTS = ("/proc", "/sys")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/full")


def confine_reader(film: Path, *, read: Iterable[Path] = (), seconds: int = LOOK_SECONDS) -> int:
    """Confine this process to reading `film` and `read`, to `seconds` of processor time, and to writing nothing.

    Returns the result of landlock.restrict.
    """
    _limit("RLIMIT_DATA", LOOK_BYTES)
    _limit("RLIMIT_CPU", seconds)
    _limit("RLIMIT_FSIZE", 0)
    _limit("RLIMIT_NOFILE", FILES)
    _common()
    return landlock.restrict(run=_code(), read=[film, *read, *map(Path, _FACTS)], devices=map(Path, _DEVICES))


def confine_worker(
    film: Path | None = None,
    *,
    read: Iterable[Path] = (),
    change: Iterable[Path] = (),
    data: int = WORK_BYTES,
    background: bool = True,
) -> int:
    """Confine this process to reading `film` and `read`, and to writing below `change` and in its temporary folder.

    A process that runs a model reads no `film`. `change` are folders, which are created if missing, or existing files.
    The limits hold for all threads that the process starts. It may have `data` bytes of data, fewer on a machine with
    little memory. Work for which somebody waits is not in the `background`. Returns the result of landlock.restrict.
    """
    _limit("RLIMIT_DATA", min(data, max(WORK_LEAST, int(psutil.virtual_memory().total * WORK_SHARE))))
    _limit("RLIMIT_FSIZE", FILE_BYTES)
    _limit("RLIMIT_NOFILE", FILES)
    _common()
    _store_user()
    if background:
        with contextlib.suppress(AttributeError, OSError):
            os.nice(NICE)
    places = list(change)
    for place in places:
        with contextlib.suppress(OSError):  # on a full disk the first write reports it
            place.mkdir(parents=True, exist_ok=True)
    places += use_temporary_folder()
    devices = [*map(Path, _DEVICES), Path("/dev/shm"), Path("/dev/dri"), *Path("/dev").glob("nvidia*")]
    return landlock.restrict(
        run=_code(),
        read=[*([] if film is None else [film]), *read, *map(Path, _FACTS)],
        listed=[PACKAGE.parent],  # where a child process looks for the package
        change=places,
        devices=devices,
    )


def has_one_thread() -> bool:
    """Whether this process has one thread, as Linux counts them; False where that cannot be told.

    What imports packages before it confines itself asks first: a thread that runs already would stay unconfined.
    """
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False


def _code() -> list[Path]:
    """Folders of Python, its packages, this package and the system's libraries."""
    here = [
        PACKAGE,
        Path(sys.prefix),
        Path(sys.base_prefix),
        Path(sys.executable).resolve(),
        *(Path(place) for place in sysconfig.get_paths().values()),
        *(Path(place) for place in site.getsitepackages()),
    ]
    with contextlib.suppress(AttributeError):
        here.append(Path(site.getusersitepackages()))
    return [*map(Path, _SYSTEM), *dict.fromkeys(Path(os.path.realpath(place)) for place in here)]


def _common() -> None:
    _limit("RLIMIT_CORE", 0)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)


def _store_user() -> None:
    """Put the user and their home into the environment: engines ask, and a confined process cannot read /etc/passwd."""
    if "LOGNAME" in os.environ and "HOME" in os.environ:
        return
    with contextlib.suppress(ImportError, KeyError, AttributeError):
        import pwd

        me = pwd.getpwuid(os.getuid())
        os.environ.setdefault("LOGNAME", me.pw_name)
        os.environ.setdefault("HOME", me.pw_dir)


def _limit(name: str, most: int) -> None:
    """Lower the resource limit `name` to `most`; keep a lower one."""
    try:
        import resource
    except ImportError:  # Windows has none
        return
    which = getattr(resource, name, None)
    if which is None:
        return
    soft, hard = resource.getrlimit(which)
    if soft == resource.RLIM_INFINITY or soft > most:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (most, hard))
