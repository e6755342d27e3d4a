"""Films spliced from many shots, every join known: real footage cropped, mirrored, graded, sped up and joined.

A splice is pictures in memory, WIDTH x HEIGHT, RGB: they may be measured at once or written to a film first. Films
without any join are in tests/support/uncut_films.py.

What counts as right (`judged`): a hard cut at its very frame, a gradual transition once, anywhere within its span. A
film that runs through a plain picture (black or white, with or without a title) has one transition there, from the
first frame that changes to the first clear frame of the next shot. If the plain stretch lasts HOLD frames or more, it
may be a scene of its own: then a cut at either edge is right, and so are both. Plain frames at the film's head or tail
are no scene and have no cut if they are fewer than HOLD; else there is one, at the edge to the film.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import pairwise
from typing import Literal, get_args

import cv2
import numpy as np

from tests.support.clips import BIKES, BIKES_CUTS, CARPHONE, shot
from tests.support.films import Picture

WIDTH, HEIGHT = 256, 144
"""About what a scan makes of a film to decide its cuts."""

HOLD = 24
"""Frames from which a held black, white or title card may be a scene of its own: a second at the cinema's rate."""

Take = list[Picture]
"""The pictures of one uncut stretch of footage."""

Title = Literal["cut", "fade", "over"]
"""How a title comes on a plain picture: at once, gradually, or already over the shot that fades out beneath it."""
TITLES: tuple[Title, ...] = get_args(Title)


@dataclass(frozen=True, slots=True)
class Join:
    """Where one shot becomes another: a cut may lie at `first` to `last`, both included; one frame if it is hard."""

    first: int
    last: int
    held: tuple[int, int] | None = None
    """First plain frame and the first after them, of a join through a plain picture; else None."""

    @property
    def hard(self) -> bool:
        return self.first == self.last

    def rightly(self, inside: Sequence[int], hold: int = HOLD) -> int:
        """How many of the cuts found inside it are right: 0, 1, or 2 at the two edges of a scene of its own."""
        if not inside or self.held is None or self.held[1] - self.held[0] < hold:
            return min(1, len(inside))
        middle = sum(self.held) / 2
        return len({cut >= middle for cut in inside})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Score of a detector's cuts against a film's joins."""

    right: int
    """Joins with a cut found in them."""
    missed: int
    false: int
    """Cuts outside every join, and those after the first in one."""


@dataclass(slots=True)
class Splice:
    """A film being assembled."""

    pictures: Take = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)

    def cut(self, take: Take) -> None:
        """Go on with `take` at once."""
        if self.pictures:
            self.joins.append(Join(len(self.pictures), len(self.pictures)))
        self.pictures += take

    def dissolve(self, take: Take, frames: int) -> None:
        """Go on with `take`, whose first `frames` pictures are mixed with the last ones here."""
        weights = np.arange(1, frames + 1) / (frames + 1)
        start = len(self.pictures) - frames
        for i, weight in enumerate(weights.tolist()):
            self.pictures[start + i] = mixed(self.pictures[start + i], take[i], weight)
        self.pictures += take[frames:]
        self.joins.append(Join(start, start + frames))

    def through(
        self, take: Take, *, out: int, held: int, into: int, level: int = 0, title: Title | None = None
    ) -> None:
        """Fade to `level` (0 black, 255 white) over `out` frames, hold it for `held`, fade in to `take` over `into`.

        0 for `out` cuts to the plain picture, 0 for `into` cuts from it. A title stands on the held frames; "over": it
        comes over the fading shot as well.
        """
        blank = plain(level)
        start = len(self.pictures) - out
        for i in range(out):
            self.pictures[start + i] = mixed(self.pictures[start + i], blank, (i + 1) / out)
        if title == "over":
            self.pictures[start:] = titled(self.pictures[start:], level, rise=max(1, out // 3), fall=0)
        shown = [blank] * held
        if title is not None:
            rise, fall = {"cut": (0, 0), "fade": (min(12, held // 3),) * 2, "over": (0, min(12, held // 3))}[title]
            shown = titled(shown, level, rise=rise, fall=fall)
        end = len(self.pictures) + held
        self.pictures += shown
        self.pictures += [mixed(blank, take[i], (i + 1) / into) for i in range(into)] + take[into:]
        self.joins.append(Join(start, end + into, (end - held, end)))


def mixed(first: Picture, other: Picture, weight: float) -> Picture:
    """`one` for a weight of 0 to `other` for 1."""
    return np.asarray(cv2.addWeighted(first, 1 - weight, other, weight, 0), dtype=np.uint8)


def plain(level: int) -> Picture:
    """A picture of one grey."""
    return np.full((HEIGHT, WIDTH, 3), level, dtype=np.uint8)


def titled(take: Take, level: int, *, rise: int, fall: int) -> Take:
    """Two lines of text over each picture, fading in over `rise` frames and out over `fall`."""
    text = 255 - level
    mask = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
    for line, left, bottom, size in (("A FILM BY", 84, 62, 0.5), ("THE SPLICERS", 28, 96, 0.95)):
        cv2.putText(mask, line, (left, bottom), cv2.FONT_HERSHEY_TRIPLEX, size, 255, 1, cv2.LINE_AA)
    alpha = mask[:, :, None] / 255
    pictures = []
    for i, picture in enumerate(take):
        weight = alpha * min(1.0, (i + 1) / (rise + 1), (len(take) - i) / (fall + 1))
        pictures.append((picture * (1 - weight) + text * weight).astype(np.uint8))
    return pictures


def fitted(picture: Picture) -> Picture:
    return np.asarray(cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), dtype=np.uint8)


@cache
def footage() -> tuple[Take, ...]:
    """Every uncut stretch of the clips but the last, a third of a second; in the clips' own pixels."""
    street = list(shot(BIKES, 0, BIKES_CUTS[-1]))
    takes = [street[a:b] for a, b in pairwise((0, *BIKES_CUTS))]
    return (*takes, list(shot(CARPHONE, 0, 120)))


def varied(takes: Sequence[Take], random: np.random.Generator, frames: int, which: int | None = None) -> Take:
    """`frames` pictures of a take: cropped, perhaps mirrored, graded, at half to double speed; to and fro if short."""
    take = takes[int(random.integers(len(takes))) if which is None else which]
    speed = float(random.choice([0.5, 1.0, 2.0]))
    height, width = take[0].shape[:2]
    scale = random.uniform(0.5, 1.0)
    rows, columns = round(height * scale), round(width * scale)
    top, left = int(random.integers(height - rows + 1)), int(random.integers(width - columns + 1))
    mirror, gain, lift = random.random() < 0.5, random.uniform(0.7, 1.3), random.uniform(-15, 15)
    there_and_back = [*range(len(take)), *range(len(take) - 2, 0, -1)]
    start = int(random.integers(len(there_and_back)))

    @cache  # to and fro, and at half speed, the same pictures come again
    def graded(shown: int) -> Picture:
        picture = take[shown][top : top + rows, left : left + columns]
        picture = cv2.convertScaleAbs(fitted(picture), alpha=gain, beta=max(lift, -15.0) if gain > 0.8 else 0)
        return np.asarray(cv2.flip(picture, 1) if mirror else picture, dtype=np.uint8)

    return [graded(there_and_back[(start + int(i * speed)) % len(there_and_back)]).copy() for i in range(frames)]


def grainy(take: Take, random: np.random.Generator, deviation: float) -> Take:
    """Film grain over each picture."""
    grain = [random.normal(0, deviation, (HEIGHT, WIDTH, 1)) for _ in range(7)]
    return [np.clip(p + grain[int(random.integers(7))], 0, 255).astype(np.uint8) for p in take]


# Films with joins.


def hard(takes: Sequence[Take], random: np.random.Generator, shots: int = 14) -> Splice:
    """Hard cuts between shots of 16 to 60 frames; no take follows itself."""
    film, last = Splice(), -1
    for _ in range(shots):
        last = int(random.choice([i for i in range(len(takes)) if i != last]))
        film.cut(varied(takes, random, int(random.integers(16, 60)), last))
    return film


def alike(takes: Sequence[Take], random: np.random.Generator, shots: int = 10) -> Splice:
    """Hard cuts between shots of the same take that are framed differently, as between two close-ups of one man."""
    film, which = Splice(), int(random.integers(len(takes)))
    for _ in range(shots):
        film.cut(varied(takes, random, int(random.integers(20, 50)), which))
    return film


def dissolves(takes: Sequence[Take], random: np.random.Generator, frames: int, joins: int = 6) -> Splice:
    """Dissolves of `frames`, with 20 to 50 clear frames between."""
    which = int(random.integers(len(takes)))
    film = Splice(varied(takes, random, 40 + frames, which))
    for _ in range(joins):
        which = int(random.choice([i for i in range(len(takes)) if i != which]))
        film.dissolve(varied(takes, random, 2 * frames + int(random.integers(20, 50)), which), frames)
    return film


def fades(
    takes: Sequence[Take],
    random: np.random.Generator,
    frames: int,
    level: int = 0,
    joins: int = 6,
    held: tuple[int, int] = (0, 20),
    title: bool = False,
) -> Splice:
    """Fades through black or white, `frames` out and `frames` in, held for frames in the range given, end excluded."""
    film = Splice(varied(takes, random, 40 + frames))
    for _ in range(joins):
        take = varied(takes, random, 2 * frames + int(random.integers(20, 50)))
        how = TITLES[int(random.integers(len(TITLES)))] if title else None
        film.through(take, out=frames, held=int(random.integers(*held)), into=frames, level=level, title=how)
    return film


def one_sided(takes: Sequence[Take], random: np.random.Generator, *, out: bool, level: int = 0) -> Splice:
    """A fade of 6 to 60 frames on one side of a plain picture held 1 to 48 frames, and a hard cut on the other."""
    film = Splice(varied(takes, random, 110))
    for _ in range(4):
        fade = int(random.integers(6, 61))
        film.through(varied(takes, random, 110), out=fade if out else 0, held=int(random.integers(1, 49)),
                     into=0 if out else fade, level=level)  # fmt: skip
    return film


def cut_through(takes: Sequence[Take], random: np.random.Generator, level: int = 0) -> Splice:
    """Cut to a plain picture held 6 to 96 frames, and cut out of it."""
    film = Splice(varied(takes, random, 40))
    for _ in range(5):
        held = int(random.integers(6, 97))
        film.through(varied(takes, random, int(random.integers(30, 60))), out=0, held=held, into=0, level=level)
    return film


def white_outs(takes: Sequence[Take], random: np.random.Generator) -> Splice:
    """Shots that burn out to white within 4 to 16 frames, from which the next is cut in or sinks as fast."""
    film = Splice(varied(takes, random, 60))
    for _ in range(5):
        frames, back = int(random.integers(4, 17)), bool(random.integers(2))
        take = varied(takes, random, 60)
        start = len(film.pictures) - frames
        for i in range(frames):
            film.pictures[start + i] = burnt(film.pictures[start + i], (i + 1) / frames)
        into = frames if back else 0
        film.pictures += [burnt(take[i], 1 - (i + 1) / (frames + 1)) for i in range(into)] + take[into:]
        film.joins.append(Join(start, start + frames + into))
    return film


def burnt(picture: Picture, share: float) -> Picture:
    """Overexposed: as it is for a share of 0, white for 1."""
    return np.asarray(cv2.convertScaleAbs(picture, alpha=1 + 7 * share, beta=255 * share**3), dtype=np.uint8)


def ends(takes: Sequence[Take], random: np.random.Generator, *, long: bool, level: int = 0) -> Splice:
    """Two shots between plain frames at head and tail, cut or faded over 6 to 24 frames.

    `long`: 48 to 96 plain frames, scenes of their own with a join to the film; else 1 to 12, which are no scenes.
    """
    shots = [varied(takes, random, int(random.integers(70, 100))) for _ in range(2)]
    blank = plain(level)
    head, tail = (int(random.integers(48, 97) if long else random.integers(1, 13)) for _ in range(2))
    rise, fall = (int(random.integers(6, 25)) * int(random.integers(2)) for _ in range(2))
    film = Splice([blank] * head + [mixed(blank, p, (i + 1) / (rise + 1)) for i, p in enumerate(shots[0][:rise])])
    film.pictures += shots[0][rise:]
    if long:
        film.joins.append(Join(head, head + rise))
    film.cut(shots[1])
    start = len(film.pictures) - fall
    for i in range(fall):
        film.pictures[start + i] = mixed(film.pictures[start + i], blank, (i + 1) / fall)
    film.pictures += [blank] * tail
    if long:
        film.joins.append(Join(start, start + fall))
    return film


Maker = Callable[[Sequence[Take], np.random.Generator], Splice]

WITH_JOINS: dict[str, Maker] = {
    "hard cuts": hard,
    "hard cuts, grain, x264 crf 36": hard,
    "hard cuts, shots alike": alike,
    **{f"dissolves of {n}": partial(dissolves, frames=n) for n in (6, 12, 24, 48)},
    "dissolves of 96": partial(dissolves, frames=96, joins=3),
    **{
        f"fades to {colour} of {n}": partial(fades, frames=n, level=level)
        for colour, level in (("black", 0), ("white", 255))
        for n in (6, 12, 24, 48)
    },
    "fades to black of 120": partial(fades, frames=120, joins=2),
    "fades to white of 120": partial(fades, frames=120, level=255, joins=2),
    "fades of 12, black held 24 to 96": partial(fades, frames=12, held=(24, 97), joins=4),
    "fades of 12, white held 24 to 96": partial(fades, frames=12, level=255, held=(24, 97), joins=4),
    "fades of 12, title on black": partial(fades, frames=12, held=(12, 97), title=True, joins=4),
    "fades of 24, title on black": partial(fades, frames=24, held=(12, 97), title=True, joins=4),
    "fades of 24, title on white": partial(fades, frames=24, level=255, held=(12, 97), title=True, joins=4),
    "fade to black, cut in": partial(one_sided, out=True),
    "cut to black, fade in": partial(one_sided, out=False),
    "fade to white, cut in": partial(one_sided, out=True, level=255),
    "cut to white, fade in": partial(one_sided, out=False, level=255),
    "cut through black": cut_through,
    "cut through white": partial(cut_through, level=255),
    "white-outs": white_outs,
    "black ends, long": partial(ends, long=True),
    "white ends, long": partial(ends, long=True, level=255),
    "black ends, short": partial(ends, long=False),
    "white ends, short": partial(ends, long=False, level=255),
}
"""Kinds of film with joins."""


def judged(cuts: Sequence[int], joins: Sequence[Join], hold: int = HOLD) -> Verdict:
    """Cuts against joins, as the module tells; a cut is given to the first join that it lies in."""
    unmatched = set(cuts)
    right = paid = 0
    for join in joins:
        inside = sorted(cut for cut in unmatched if join.first <= cut <= join.last)
        unmatched.difference_update(inside)
        right, paid = right + bool(inside), paid + join.rightly(inside, hold)
    return Verdict(right, len(joins) - right, len(set(cuts)) - paid)


def found_right(cuts: Sequence[int], joins: Sequence[Join]) -> int:
    """How many joins have a found cut in them; a second cut in the same one counts for nothing."""
    return judged(cuts, joins).right


def bgr(pictures: Sequence[Picture]) -> Iterator[Picture]:
    """As a Scorer takes them."""
    for picture in pictures:
        yield np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), dtype=np.uint8)
