"""Ranges are planned, read and joined by confined processes, which are told what to do by requests."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

from emotion_core.media import hash_film
from emotion_core.observations import ObservationStore
from emotion_core.package_root import PACKAGE
from emotion_core.scan import scan
from emotion_core.scan.ranges import JoinRequest, ObserveRequest, PlanRequest
from emotion_core.scan.ranges.range_requests import (
    RangeRequest,
    order,
    range_name,
    read_plan,
    read_request,
    reader_from_event,
    write_request,
)
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.storage import try_lock
from tests.support.films import write_film
from tests.support.networks import give_networks
from tests.support.quick_engine import QUICK
from tests.support.ranged import assert_same_bytes, ignore, with_faces, write_spans

SETTINGS = ScanSettings(engine=QUICK, checkpoint="embedded")
LENGTH = Fraction(4)


@contextmanager
def process(home: Path, request: RangeRequest) -> Iterator[subprocess.Popen[str]]:
    """The process of a request, killed at the end."""
    file = home / f"{request.ACTION}.request"
    write_request(file, request)
    assert read_request(file) == request
    command = [sys.executable, "-m", "emotion_core.processes.scan_range", str(file)]
    with subprocess.Popen(
        command, stdin=PIPE, stdout=PIPE, text=True, cwd=PACKAGE.parent, env={"EMOTION_HOME": str(home), "PATH": ""}
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def next_event(running: subprocess.Popen[str], name: str) -> dict[str, Any]:
    """The next event of this name; none of an error comes before it."""
    assert running.stdout is not None
    for line in running.stdout:
        event: dict[str, Any] = json.loads(line)
        assert event["event"] != "error", event
        if event["event"] == name:
            return event
    raise AssertionError(f"it ended before {name}")


def test_processes_give_the_bytes_of_one_scan(tmp_path: Path, networks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One plans, one joins what comes, one reads parts of the file, range by range; a range that nobody reads is read
    by the one that joins.
    """
    home = tmp_path / "home"
    give_networks(networks, home)
    monkeypatch.setenv("EMOTION_HOME", str(home))
    film = write_film(tmp_path / "film.mp4", with_faces(), keyframe_every=25)
    content, file = hash_film(film)
    common: dict[str, Any] = {"content_id": content, "name": "The film", "settings": SETTINGS}
    plan_file, parts, results, ranges = (tmp_path / name for name in ("plan", "parts", "results", "ranges"))
    parts.mkdir()
    ranges.mkdir()
    with process(
        home, PlanRequest(film=film, target=plan_file, segment_seconds=LENGTH, file=file, **common)
    ) as planner:
        assert next_event(planner, "planned")["ranges"] == 3
        next_event(planner, "done")
    plan, source = read_plan(plan_file), film.read_bytes()
    joining = JoinRequest(
        film=film, wanted=ReportSettings(), store=tmp_path / "store", plan=plan_file, ranges=ranges,
        lock=tmp_path / "lock", turn=tmp_path / "turn", file=file, sound=True, **common,
    )  # fmt: skip
    with process(home, joining) as joiner:
        reader = reader_from_event(next_event(joiner, "model"))
        with try_lock(joining.turn) as is_free:
            assert is_free  # another film is put together while this one waits for ranges
        (ranges / range_name(1)).touch()
        observing = ObserveRequest(film=parts, plan=plan_file, results=results, reader=reader, **common)
        with process(home, observing) as observer:
            assert observer.stdin is not None
            for number in (2, 0):
                part = parts / f"{range_name(number)}.mp4"
                spans = plan.spans(number) or ((0, plan.bytes),)
                write_spans(part, source, spans)
                observer.stdin.write(order(number, part))
                observer.stdin.flush()
                assert next_event(observer, "observed")["number"] == number
                (results / range_name(number)).rename(ranges / range_name(number))
            observer.stdin.close()
            next_event(observer, "done")
        assert [next_event(joiner, "range")["joined"] for _ in range(3)] == [True, False, False]
        next_event(joiner, "done")
    alone = ObservationStore(tmp_path / "alone")
    scan(film, content, alone, SETTINGS, ReportSettings(), ignore, file=file, segment_seconds=LENGTH)
    assert_same_bytes(ObservationStore(tmp_path / "store"), alone)
    assert alone.read().sound is not None
