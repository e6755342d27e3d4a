"""Kill -9 at drawn moments, a few of them; `python -m tests.faults --moments 25` plays more."""

from __future__ import annotations

from tests.faults.moments import played


def test_a_kill_at_any_moment_alters_nothing() -> None:
    """Whoever is killed, and when: the outcome is the undisturbed one to the byte, and at most one part done twice."""
    outcomes = list(played(5, seed=5))
    assert [(str(moment), verdict) for moment, verdict in outcomes if not verdict.whole or verdict.again > 1] == []
    assert len(outcomes) == 5
