"""What a process that decodes gives up before it opens a film: an uploaded file is hostile until proven otherwise.

Called once, first of all in its `main`, while there is one thread: `look` by who answers a page with facts or a picture
of a film, `work` by who scans or converts one. Limits hold wherever the system has them; where Linux has Landlock, no
file but those named here can be opened either, and no connection made.
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
from .scratch import temporary_folder

LOOK_BYTES = 4 * 1024**3
"""Data of a process that looks. FFmpeg holds up to some twenty pictures of 8192 x 8192; a probe of HD takes 0.4 GB."""
LOOK_SECONDS = 60
"""Of the processor; wall clock is watched by who started it."""
COMPARE_SECONDS = 600
"""Of the processor, where a scan is held against its film, which may be decoded from its begin for it."""
WORK_BYTES = 16 * 1024**3
"""Data of a process that works: a scan was measured at 1.4 GB with torch, 1.6 with ipex, 1.7 with openvino-int8."""
WORK_SHARE = 0.9
"""It takes no more than this share of the machine's memory …"""
WORK_LEAST = 6 * 1024**3
"""… unless that is less than any scan takes."""
PROXY_BYTES = 2 * 1024**3
"""Of a process that makes a proxy …"""
PROXY_BYTES_A_THREAD = 3 * 1024**3 // 8
"""… and so much more for each thread that decodes: each may hold a picture. For 6 threads it comes to 4.6 GB, and
10-bit HEVC was measured at 0.9 (3840 x 2160) and 3.5 (8192 x 8192), ProRes 4444 at 2.6 (7680 x 4320); for 16 threads
it comes to 8.6, and they took 1.4, 6.5 and 5.5.
"""
FILE_BYTES = 64 * 1024**3
"""A file that a process writes: a proxy of 24 hours at the most bits it may take, and its sound, has 56 GB."""
FILES = 1024
"""Open at once."""
NICE = 3
"""Below the app, which answers meanwhile."""
FIRST_TO_GO = "500"
"""Of 1000: where memory runs out, the kernel ends this process rather than the app."""


_SYSTEM = (
    "/usr", "/lib", "/lib64", "/lib32", "/bin", "/opt/intel", "/nix/store",
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/mime.types", "/etc/OpenCL",
    "/etc/ssl/openssl.cnf", "/etc/os-release",
)  # fmt: skip
_FACTS = ("/proc", "/sys")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/full")


def look(film: Path, *, read: Iterable[Path] = (), seconds: int = LOOK_SECONDS) -> int:
    """Confine this process to reading `film` and `read`, to so many seconds of the processor, and to writing nothing.
    Returns landlock.restrict's answer.
    """
    _limit("RLIMIT_DATA", LOOK_BYTES)
    _limit("RLIMIT_CPU", seconds)
    _limit("RLIMIT_FSIZE", 0)
    _limit("RLIMIT_NOFILE", FILES)
    _common()
    return landlock.restrict(run=_code(), read=[film, *read, *map(Path, _FACTS)], devices=map(Path, _DEVICES))


def work(film: Path, *, read: Iterable[Path] = (), change: Iterable[Path] = (), data: int = WORK_BYTES) -> int:
    """Confine this process to reading `film` and `read`, and to changing what lies below `change` and in a temporary
    folder of its own. Returns landlock.restrict's answer.

    `change` are folders, made if they are not there, or files that are there. Threads that it starts come under it too.
    It has `data` bytes of data at most, fewer on a machine of little memory.
    """
    _limit("RLIMIT_DATA", min(data, max(WORK_LEAST, int(psutil.virtual_memory().total * WORK_SHARE))))
    _limit("RLIMIT_FSIZE", FILE_BYTES)
    _limit("RLIMIT_NOFILE", FILES)
    _common()
    _remember_whose()
    with contextlib.suppress(AttributeError, OSError):
        os.nice(NICE)
    places = list(change)
    for place in places:
        with contextlib.suppress(OSError):  # on a full disk the first thing that is written says so
            place.mkdir(parents=True, exist_ok=True)
    places += temporary_folder()
    devices = [*map(Path, _DEVICES), Path("/dev/shm"), Path("/dev/dri"), *Path("/dev").glob("nvidia*")]
    return landlock.restrict(
        run=_code(),
        read=[film, *read, *map(Path, _FACTS)],
        listed=[PACKAGE.parent],  # where a process that this one starts looks for the package
        change=places,
        devices=devices,
    )


def _code() -> list[Path]:
    """Python, its packages, this one, and the system's libraries."""
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


def _remember_whose() -> None:
    """Engines ask who runs them and where home is, and the list of users cannot be read any more then."""
    if "LOGNAME" in os.environ and "HOME" in os.environ:
        return
    with contextlib.suppress(ImportError, KeyError, AttributeError):
        import pwd

        me = pwd.getpwuid(os.getuid())
        os.environ.setdefault("LOGNAME", me.pw_name)
        os.environ.setdefault("HOME", me.pw_dir)


def _limit(name: str, most: int) -> None:
    """Lower a limit to `most`; a lower one stays."""
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
