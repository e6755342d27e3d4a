"""Kill -9 at drawn moments, a few of them; `python -m tests.faults --moments 25` plays more."""

from __future__ import annotations

from tests.faults.moments import ONE_FILM, played


def test_a_kill_at_any_moment_alters_nothing() -> None:
    """Whoever is killed, and when: film and report are the undisturbed ones to the byte, and little is done twice."""
    outcomes = list(played(5, seed=8))
    assert [(moment, verdict) for moment, verdict in outcomes if not verdict.well] == []
    assert {moment.act for moment, _ in outcomes} == set(ONE_FILM)


def test_a_kill_loses_no_correction() -> None:
    """Two windows correct one film and processes are killed: what was confirmed is stored, once, and in its order."""
    outcomes = list(played(2, seed=3, acts=["correcting"]))
    assert [(moment, verdict) for moment, verdict in outcomes if not verdict.well] == []
    assert all(verdict.killed and verdict.confirmed > 30 for _, verdict in outcomes)
