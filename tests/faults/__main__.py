"""Play moments and print what came of each; exit code 1 if anything was lost, altered, or done twice."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from .moments import ACTS, ONE_FILM, played

COLUMNS = "{:>2}  {:<10}  {:<6}  {:<29}  {:>11}  {:>10}  {:<9}  {}"


def main(
    moments: Annotated[int, typer.Option(help="How many kills.")] = 5,
    seed: Annotated[int, typer.Option(help="Draws the moments and the victims.")] = 5,
    act: Annotated[
        list[str] | None, typer.Option(help=f"What is killed amid, of {', '.join(ACTS)}; more than once for several.")
    ] = None,
) -> None:
    """Kill -9 at drawn moments."""
    if unknown := set(act or ()) - set(ACTS):
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: choose of {', '.join(ACTS)}.", param_hint="--act")
    print(f"seed {seed}")
    print(COLUMNS.format("", "act", "moment", "killed", "read again", "sent again", "identical", "note"))
    verdicts = []
    for number, (moment, verdict) in enumerate(played(moments, seed, act or ONE_FILM), start=1):
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
    print(f"moments in which anything was lost or altered: {sum(not verdict.kept for verdict in verdicts)}")
    confirmed, lost, twice = (sum(getattr(v, name) for v in verdicts) for name in ("confirmed", "lost", "twice"))
    if confirmed:
        print(f"corrections confirmed {confirmed}, lost {lost}, twice {twice}")
    print(f"reports byte-identical: {sum(verdict.identical for verdict in verdicts)} of {moments}")
    print(f"nothing confirmed done again, at most a segment read again: {sum(v.little for v in verdicts)} of {moments}")
    print(f"bytes sent again at most {max((verdict.sent for verdict in verdicts), default=0)}")
    print(f"frames read again at most {max((verdict.frames for verdict in verdicts), default=0)}")
    sys.exit(0 if all(verdict.well for verdict in verdicts) else 1)


if __name__ == "__main__":
    typer.run(main)
