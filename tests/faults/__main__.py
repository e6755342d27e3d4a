"""Play moments and print what came of each; exit code 1 if anything was lost, altered, or done twice."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from .moments import played


def main(
    moments: Annotated[int, typer.Option(help="How many kills.")] = 5,
    seed: Annotated[int, typer.Option(help="Draws the moments and the victims.")] = 5,
) -> None:
    """Kill -9 at drawn moments."""
    print(f"seed {seed}")
    whole = little = 0
    for number, (moment, verdict) in enumerate(played(moments, seed), start=1):
        whole += verdict.whole
        little += verdict.again <= 1
        print(f"{number}: {moment}: {'identical' if verdict.whole else 'ALTERED'}; {verdict.note}", flush=True)
    print(f"{whole} of {moments} identical, {little} of {moments} did at most one part twice")
    sys.exit(0 if whole == little == moments else 1)


if __name__ == "__main__":
    typer.run(main)
