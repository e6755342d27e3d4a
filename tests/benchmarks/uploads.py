"""What a large upload costs the app's server: `python -m tests.benchmarks.uploads [--gigabytes 4] [--at-once 8]`.

Starts the real app on a free port with a fresh library, sends it one film of so many gigabytes, then several of 500 MB
at once, each from a process of its own, and prints by how much the server's memory grew, how long it took beside a
plain copy, and whether every film has the hash that its sender computed. Films are a short MP4 followed by a `free`
atom.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from emotion_core.library import Library
from tests.benchmarks.watched import machine
from tests.support.app_server import App
from tests.support.films import texture, write_film
from tests.support.repository import ROOT
from tests.support.upload_client import Client, free_atom

BLOCK = 1_000_000
LOOKS = 0.25
"""Seconds between two looks at the server's memory."""


def content(film: bytes, length: int, seed: int) -> Iterator[bytes]:
    """The bytes of a film of `length` bytes, no two blocks alike."""
    yield film + free_atom(length - len(film))
    left, block = length - len(film) - 16, random.Random(seed).randbytes(BLOCK)
    for number in range(left // BLOCK + 1):
        piece = number.to_bytes(8, "big") + block[8:]
        yield piece[: min(BLOCK, left - number * BLOCK)]


def send(address: str, home: Path, film: Path, length: int, seed: int) -> None:
    """Upload one film in one request, and print its hash here and there."""
    client, sha256 = Client(address, home), hashlib.sha256()

    def pieces() -> Iterator[bytes]:
        for piece in content(film.read_bytes(), length, seed):
            sha256.update(piece)
            yield piece

    path = client.announce(length, f"{seed}.mp4")
    status, headers, body = client.send(path, 0, pieces(), length)
    there = headers.get("X-Film-Id", f"{status} {body.decode()}")
    print(json.dumps({"here": sha256.hexdigest(), "there": there}))


def uploaded(
    address: str, server: psutil.Process, home: Path, film: Path, lengths: Sequence[int], first: int
) -> tuple[float, str, int]:
    """Seconds, what it cost the server in words, and how many films have the right hash."""
    before = peak = server.memory_full_info().pss
    cpu = sum(server.cpu_times()[:2])
    started_at = time.monotonic()
    words = [sys.executable, "-m", "tests.benchmarks.uploads", "--send", address, str(home), str(film)]
    senders = [
        subprocess.Popen([*words, str(length), str(first + number)], stdout=subprocess.PIPE, cwd=ROOT)
        for number, length in enumerate(lengths)
    ]
    while any(sender.poll() is None for sender in senders):
        peak = max(peak, server.memory_full_info().pss)
        time.sleep(LOOKS)
    seconds = time.monotonic() - started_at
    reports = [json.loads(sender.communicate()[0]) for sender in senders]
    for report in reports:
        if report["here"] != report["there"]:
            print(report)
    cpu = sum(server.cpu_times()[:2]) - cpu
    cost = (
        f"the server's memory grew by {(peak - before) / 1e6:.0f} MB (PSS), and it took {cpu:.0f} s of processor time"
    )
    return seconds, cost, sum(report["here"] == report["there"] for report in reports)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--gigabytes", type=float, default=4)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--megabytes", type=int, default=500, help="of each film that comes in at once")
    parser.add_argument("--send", nargs=5)
    options = parser.parse_args()
    if options.send:
        address, home, film, length, seed = options.send
        send(address, Path(home), Path(film), int(length), int(seed))
        return
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        home, film = Path(folder) / "home", write_film(Path(folder) / "film.mp4", texture(5, 20))
        Library.open(home)
        app = App(home)
        app.start()
        address, server = app.address, psutil.Process(app.pid)
        try:
            uploaded(address, server, home, film, [2_000_000], 0)  # what is loaded at first use is no growth
            print(f"The server before: {server.memory_full_info().pss / 1e6:.0f} MB (PSS)")
            length = int(options.gigabytes * 1e9)
            seconds, cost, right = uploaded(address, server, home, film, [length], 1)
            print(f"One film of {length / 1e9:g} GB: {seconds:.0f} s, hash {'right' if right else 'WRONG'}, {cost}")
            if right:
                (large,) = [each.path for each in Library.open(home).films() if each.name == "1.mp4"]
                started_at = time.monotonic()
                with large.open("rb") as source, (Path(folder) / "copy").open("wb") as copy:
                    shutil.copyfileobj(source, copy, BLOCK)
                    os.fsync(copy.fileno())
                copied = time.monotonic() - started_at
                print(f"A plain copy of it: {copied:.0f} s; the upload took {seconds / copied:.1f} times as long")
                (Path(folder) / "copy").unlink()
            lengths = [options.megabytes * 1_000_000] * options.at_once
            seconds, cost, right = uploaded(address, server, home, film, lengths, 2)
            line = f"{options.at_once} films of {options.megabytes} MB at once: {seconds:.0f} s, {right} hashes right"
            print(f"{line}, {cost}")
        finally:
            app.end()


if __name__ == "__main__":
    main()
