"""What became of each film of a call, in words and as the command's exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ...console import ExitCode
from ...formatting import count, in_one_line

State = Literal["done", "known", "failed", "no film", "not begun"]
MOST_NAMED = 40
"""Films that the summary names a state."""

_WORDS: dict[State, str] = {
    "done": "done",
    "known": "already known",
    "failed": "failed",
    "no film": "skipped as no film",
    "not begun": "not analysed",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a film."""

    film: Path
    """As it was named."""
    state: State
    """“known”: it was analysed before with the same settings."""
    reason: str = ""
    """Why it failed or is no film."""
    report: str = ""
    """Name of its report in the folder of reports; empty without."""
    film_id: str = ""
    code: ExitCode = ExitCode.DONE
    """That of a film that failed."""

    def line(self) -> str:
        """One line about it."""
        end = f": {in_one_line(self.reason)}" if self.reason else f", {self.report}" if self.report else ""
        return f"{in_one_line(self.film)}: {_WORDS[self.state]}{end}"


def summary(outcomes: Sequence[Outcome]) -> list[str]:
    """The lines at the end: the numbers, then the films that were not analysed, with the reasons."""
    numbers = Counter(outcome.state for outcome in outcomes)
    parts = [f"{numbers[state]:,} {words}" for state, words in _WORDS.items() if numbers[state]]
    lines = [f"{count(len(outcomes), 'film')}: {', '.join(parts) or 'nothing to do'}."]
    shown: tuple[State, ...] = ("failed", "no film")
    for state in shown:
        named = [outcome for outcome in outcomes if outcome.state == state]
        lines += [f"  {outcome.line()}" for outcome in named[:MOST_NAMED]]
        if len(named) > MOST_NAMED:
            lines.append(f"  and {len(named) - MOST_NAMED:,} more {_WORDS[state]}.")
    return lines


def exit_code(outcomes: Sequence[Outcome]) -> ExitCode:
    """DONE where every film is, PARTLY where some are and others failed; else why none is."""
    numbers = Counter(outcome.state for outcome in outcomes)
    done, failed = numbers["done"] + numbers["known"], numbers["failed"] + numbers["not begun"]
    if done:
        return ExitCode.PARTLY if failed else ExitCode.DONE
    codes = {outcome.code for outcome in outcomes if outcome.state == "failed"}
    return codes.pop() if len(codes) == 1 else ExitCode.REFUSED
