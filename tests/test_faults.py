"""Kill -9 at drawn moments, a few of them; `python -m tests.faults --moments 25` plays more."""

from __future__ import annotations

from tests.faults.moments import played


def test_a_kill_at_any_moment_alters_nothing() -> None:
    """Whoever is killed, and when: film and report are the undisturbed ones to the byte, and little is done twice."""
    outcomes = list(played(5, seed=8))
    assert [(moment, verdict) for moment, verdict in outcomes if not verdict.well] == []
    assert len({moment.act for moment, _ in outcomes}) == 3
