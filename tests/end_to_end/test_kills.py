"""Kill -9 at drawn moments, a few of them; `python -m tests.faults --moments 25` plays more."""

from __future__ import annotations

from pathlib import Path

from tests.faults.correcting import Correcting
from tests.faults.moments import ONE_FILM, Moment, play, played


def test_a_kill_at_any_moment_alters_nothing(networks: Path) -> None:
    """After any kill, film and report equal the undisturbed ones to the byte, and little work is repeated."""
    outcomes = list(played(5, seed=8, networks=networks))
    assert [(moment, verdict) for moment, verdict in outcomes if not verdict.well] == []
    assert {moment.act for moment, _ in outcomes} == set(ONE_FILM)


def test_a_kill_loses_no_correction(tmp_path: Path, networks: Path) -> None:
    """Two windows correct one film, and everything is killed: what was confirmed is stored, once, and in its order."""
    act = Correcting(tmp_path / "0", Correcting.prepare(tmp_path, networks))
    verdict = play(act, Moment("correcting", 0.5, Correcting.victims[-1]))
    assert verdict.well, verdict
    assert {"one", "two", "app"} <= set(verdict.killed)
    assert verdict.confirmed > 30
