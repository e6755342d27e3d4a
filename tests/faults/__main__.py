"""Play moments and print what came of each; exit code 1 if anything was lost, altered, or done twice."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from .moments import played

COLUMNS = "{:>2}  {:<9}  {:<6}  {:<19}  {:>11}  {:>10}  {:<9}  {}"


def main(
    moments: Annotated[int, typer.Option(help="How many kills.")] = 5,
    seed: Annotated[int, typer.Option(help="Draws the moments and the victims.")] = 5,
) -> None:
    """Kill -9 at drawn moments."""
    print(f"seed {seed}")
    print(COLUMNS.format("", "act", "moment", "killed", "read again", "sent again", "identical", "note"))
    verdicts = []
    for number, (moment, verdict) in enumerate(played(moments, seed), start=1):
        verdicts.append(verdict)
        print(
            COLUMNS.format(
                number,
                moment.act,
                f"{moment.part:.2f}",
                ", ".join(verdict.killed) or "nobody lived",
                f"{verdict.frames} frames",
                f"{verdict.sent} B",
                "yes" if verdict.identical else "NO",
                verdict.note,
            ),
            flush=True,
        )
    print(f"uploads lost or altered: {sum(not verdict.kept for verdict in verdicts)}")
    print(f"reports byte-identical: {sum(verdict.identical for verdict in verdicts)} of {moments}")
    print(f"no confirmed byte sent again, at most a segment read again: {sum(v.little for v in verdicts)} of {moments}")
    print(f"bytes sent again at most {max((verdict.sent for verdict in verdicts), default=0)}")
    print(f"frames read again at most {max((verdict.frames for verdict in verdicts), default=0)}")
    sys.exit(0 if all(verdict.well for verdict in verdicts) else 1)


if __name__ == "__main__":
    typer.run(main)
