"""The summary and the exit code of a call about many films."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.cli.batch.outcome import MOST_NAMED, Outcome, State, exit_code, summary
from emotion_core.console import ExitCode

DONE, KNOWN, NO_FILM = (Outcome(Path("a"), state) for state in ("done", "known", "no film"))
FAILED = Outcome(Path("b\n.mov"), "failed", "It is torn. Glue it.", code=ExitCode.REFUSED)
DENIED = Outcome(Path("c.mov"), "failed", "It may not be read.", code=ExitCode.PERMISSION)


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([DONE, KNOWN, NO_FILM], ExitCode.DONE),
        ([KNOWN], ExitCode.DONE),
        ([DONE, FAILED], ExitCode.PARTLY),
        ([KNOWN, Outcome(Path("d"), "not begun")], ExitCode.PARTLY),
        ([DENIED, NO_FILM], ExitCode.PERMISSION),
        ([DENIED, FAILED], ExitCode.REFUSED),
        ([NO_FILM], ExitCode.REFUSED),
        ([], ExitCode.REFUSED),
    ],
)
def test_the_exit_code_tells_all_from_some_from_none(outcomes: list[Outcome], code: ExitCode) -> None:
    """0 for all, 8 for some, else what kept all from it."""
    assert exit_code(outcomes) == code


def test_the_summary_names_what_failed() -> None:
    """The numbers come first, then each film that failed or is none, in one line with its reason."""
    assert summary([DONE, DONE, FAILED, NO_FILM]) == [
        "4 films: 2 done, 1 failed, 1 skipped as no film.",
        "  b .mov: failed: It is torn. Glue it.",
        "  a: skipped as no film",
    ]


def test_a_long_summary_is_cut() -> None:
    """Of very many films that failed a part is named, and the number of the others."""
    state: State = "failed"
    lines = summary([Outcome(Path(f"{number}.mov"), state, "why") for number in range(MOST_NAMED + 5)])
    assert len(lines) == MOST_NAMED + 2
    assert lines[-1] == "  and 5 more failed."
