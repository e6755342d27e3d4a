"""`python -m tests.benchmarks.page --before CHECKOUT [--only NAMES]`: measure, and write docs/benchmarks.md.

Each benchmark of BLOCKS has a section in the page. The section ends with what the benchmark printed, from a line with
its command, the date and the machine on; all text before that line is written by hand. Films are made first, in FOLDER
or a temporary one. A quiet machine of two cores takes an hour for all of them.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from tests.benchmarks import film, watched
from tests.benchmarks.length import repeated
from tests.support.repository import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"

CLIP, LOW, HIGH = "clip-720p.mp4", "film-3-megabits.mp4", "film-35-megabits.mp4"
_MINUTES = Fraction(9, 2)
"""Length of the two films: a minute of pictures, repeated."""


@dataclass(frozen=True, slots=True)
class Block:
    """A benchmark whose output the page shows."""

    heading: str
    """Of its section."""
    words: str
    """Module and arguments; names of films are files of the folder."""
    other: str = ""
    """The option that names the other build's checkout."""


BLOCKS = {
    "start": Block("How soon numbers are there", f"start {CLIP} --rounds 3", "--before"),
    "pages": Block("A film's page in a browser", "pages --rounds 3", "--before"),
    "memory": Block("Memory, with a film of 4.5 minutes", f"start {LOW} --rounds 1 --only analyze", "--before"),
    "pass-low": Block("The pass over a film, at 3 Mbit/s", f"pipeline {LOW} --rounds 3", "--before"),
    "pass-fastest": Block("With the fastest engine", f"pipeline {LOW} --rounds 3 --engine fastest --assembled 0"),
    "pass-high": Block("The pass at 35 Mbit/s", f"pipeline {HIGH} --rounds 3 --assembled 0", "--before"),
    "aligning": Block("Comparing two cuts", "aligning", "--before"),
    "engines": Block("Engines side by side", "engines"),
}
_MEASURED = "Measured by `"
"""How the first line of a benchmark's output begins."""


def main(
    before: Annotated[Path | None, typer.Option(help="The root of another build's checkout.")] = None,
    only: Annotated[str, typer.Option(help=f"Some of {', '.join(BLOCKS)}, joined by commas.")] = ",".join(BLOCKS),
    folder: Annotated[Path | None, typer.Option(help="Where the films are kept for the next time.")] = None,
) -> None:
    """Run the benchmarks one after the other; the page is written after each."""
    with tempfile.TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        for name in only.split(","):
            if name not in BLOCKS:
                raise typer.BadParameter(f"{name} is none of {', '.join(BLOCKS)}")
            block = BLOCKS[name]
            PAGE.write_text(with_output(PAGE.read_text(), block.heading, _measured(block, place, before)))


def with_output(page: str, heading: str, output: str) -> str:
    """The page with another output at the end of the section below `heading`. Raises ValueError if it has none."""
    title, *sections = page.split("\n## ")
    for number, section in enumerate(sections):
        if section.startswith(f"{heading}\n"):
            by_hand = section.split(f"\n{_MEASURED}")[0].rstrip("\n")
            sections[number] = f"{by_hand}\n\n{output.strip()}\n"
            return "\n## ".join([title, *sections])
    raise ValueError(f"The page has no section {heading}.")


def _measured(block: Block, folder: Path, before: Path | None) -> str:
    """Run a benchmark: its command, date, machine and output as Markdown."""
    module, *words = shlex.split(block.words)
    arguments = [str(_film(folder / word)) if word in (CLIP, LOW, HIGH) else word for word in words]
    if block.other and before is not None:
        arguments += [block.other, str(before.resolve())]
        words += [block.other, f"build-{_revision(before)}"]
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    output = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    shown = shlex.join(["python", "-m", f"tests.benchmarks.{module}", *words])
    return f"{_MEASURED}{shown}`, {datetime.now(UTC).date()}, build {_revision(ROOT)}, {watched.machine()}:\n\n{output}"


def _revision(checkout: Path) -> str:
    command = ["git", "-C", str(checkout), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _film(path: Path) -> Path:
    """The film of this name, made if it is not there."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"part of {path.name}")
    if path.name == CLIP:
        film.main(part, minutes=1 / 3, megabits=3, height=720)
        return part.rename(path)
    film.main(part, minutes=1, megabits=3 if path.name == LOW else 35, two_shots=path.name == LOW)
    repeated(part, path, _MINUTES * 60)
    part.unlink()
    return path


if __name__ == "__main__":
    typer.run(main)
