"""Films spliced from many shots, every join known: real footage cropped, mirrored, graded, sped up and joined.

A splice is pictures in memory, WIDTH x HEIGHT, RGB: they may be measured at once or written to a film first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

import cv2
import numpy as np

from tests.clips import BIKES, BIKES_CUTS, CARPHONE, shot
from tests.films import Picture, texture

WIDTH, HEIGHT = 256, 144
"""About what a scan makes of a film to decide its cuts."""

Take = list[Picture]
"""The pictures of one uncut stretch of footage."""


@dataclass(frozen=True, slots=True)
class Join:
    """Where one shot becomes another: a cut may lie at `first` to `last`, both included; one frame if it is hard."""

    first: int
    last: int


@dataclass(slots=True)
class Splice:
    """A film in the making."""

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

    def fade(self, take: Take, frames: int, held: int, level: int = 0) -> None:
        """Fade to `level` (0 black, 255 white) over `frames`, hold it for `held`, and fade in to `take`."""
        blank = np.full((HEIGHT, WIDTH, 3), level, dtype=np.uint8)
        start = len(self.pictures) - frames
        for i in range(frames):
            self.pictures[start + i] = mixed(self.pictures[start + i], blank, (i + 1) / frames)
        self.pictures += [blank] * held
        faded = [mixed(blank, take[i], (i + 1) / frames) for i in range(frames)]
        self.joins.append(Join(start, len(self.pictures) + frames))
        self.pictures += faded + take[frames:]


def mixed(one: Picture, other: Picture, weight: float) -> Picture:
    """`one` for a weight of 0 to `other` for 1."""
    return np.asarray(cv2.addWeighted(one, 1 - weight, other, weight, 0), dtype=np.uint8)


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
    pictures = []
    for i in range(frames):
        shown = there_and_back[(start + int(i * speed)) % len(there_and_back)]
        picture = take[shown][top : top + rows, left : left + columns]
        picture = cv2.convertScaleAbs(fitted(picture), alpha=gain, beta=max(lift, -15.0) if gain > 0.8 else 0)
        pictures.append(np.ascontiguousarray(picture[:, ::-1] if mirror else picture))
    return pictures


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


def fades(takes: Sequence[Take], random: np.random.Generator, frames: int, level: int = 0, joins: int = 6) -> Splice:
    """Fades through black or white, `frames` out and `frames` in, held for 0 to 20 frames."""
    film = Splice(varied(takes, random, 40 + frames))
    for _ in range(joins):
        film.fade(varied(takes, random, 2 * frames + int(random.integers(20, 50))), frames,
                  int(random.integers(0, 20)), level)  # fmt: skip
    return film


# Films without any.


def flashes(takes: Sequence[Take], random: np.random.Generator) -> Splice:
    """One shot with flashes of one to three white frames."""
    take = varied(takes, random, 150)
    for start in range(20, 140, 20):
        for i in range(int(random.integers(1, 4))):
            take[start + i] = mixed(take[start + i], np.full_like(take[0], 255), random.uniform(0.85, 1.0))
    return Splice(take)


def strobe(takes: Sequence[Take], random: np.random.Generator) -> Splice:
    """One shot that is lit and dark by turns, a few frames each."""
    take, period = varied(takes, random, 120), int(random.integers(1, 5))
    return Splice([p if i // period % 2 else (p * 0.15).astype(np.uint8) for i, p in enumerate(take)])


def pan(takes: Sequence[Take], random: np.random.Generator) -> Splice:
    """A window that rests, runs across a wide picture at up to a fifth of its width a frame, and rests again."""
    stills = [cv2.resize(takes[int(random.integers(len(takes)))][0], (WIDTH, HEIGHT)) for _ in range(6)]
    wide = np.concatenate([*stills, *[s[:, ::-1] for s in stills]], axis=1)
    # Softened, so that the seams between the pictures are no edges of their own.
    for seam in range(WIDTH, wide.shape[1], WIDTH):
        ramp = np.linspace(0, 1, 80)[None, :, None]
        left, right = wide[:, seam - 41 : seam - 40], wide[:, seam + 40 : seam + 41]
        wide[:, seam - 40 : seam + 40] = (left * (1 - ramp) + right * ramp).astype(np.uint8)
    speed, at, pictures = random.uniform(8, 50), 0.0, []
    for i in range(110):
        moving = min(1.0, max(0.0, (i - 20) / 5)) * min(1.0, max(0.0, (90 - i) / 5))
        at = min(at + speed * moving, wide.shape[1] - WIDTH - 1.0)
        window = wide[:, int(at) : int(at) + WIDTH]
        blur = max(1, int(speed * moving / 2))
        pictures.append(cv2.blur(window, (blur, 1)) if blur > 1 else window.copy())
    return Splice(pictures)


def shake(takes: Sequence[Take], random: np.random.Generator) -> Splice:
    """A camera that shakes by up to a twelfth of the picture's width."""
    pictures = []
    for picture in varied(takes, random, 90):
        grown = cv2.resize(picture, None, fx=1.2, fy=1.2)
        left, top = int(random.integers(0, 44)), int(random.integers(0, 28))
        pictures.append(np.ascontiguousarray(grown[top : top + HEIGHT, left : left + WIDTH]))
    return Splice(pictures)


def passer_by(takes: Sequence[Take], random: np.random.Generator) -> Splice:
    """Somebody dark walks by close to the camera, several times, and covers most of the picture."""
    pictures, across = varied(takes, random, 120), int(random.integers(6, 24))
    body = fitted(next(texture(int(random.integers(1000)), 1))) // 4
    width = int(WIDTH * random.uniform(0.5, 1.1))
    for start in (15, 55, 90):
        for i in range(across):
            left = round(-width + (WIDTH + width) * i / across)
            a, b = max(0, left), min(WIDTH, left + width)
            if a < b:
                pictures[start + i][:, a:b] = body[:, : b - a]
    return Splice(pictures)


def zoom(takes: Sequence[Take], random: np.random.Generator) -> Splice:
    """A slow zoom to between half and a third of the picture."""
    pictures, end = varied(takes, random, 120), random.uniform(0.35, 0.6)
    for i, picture in enumerate(pictures):
        scale = 1 - (1 - end) * min(1.0, max(0.0, (i - 10) / 90))
        rows, columns = round(HEIGHT * scale), round(WIDTH * scale)
        top, left = (HEIGHT - rows) // 2, (WIDTH - columns) // 2
        pictures[i] = np.asarray(cv2.resize(picture[top : top + rows, left : left + columns], (WIDTH, HEIGHT)))
    return Splice(pictures)


def exposure(takes: Sequence[Take], random: np.random.Generator) -> Splice:
    """A shot that brightens until half of it is burnt out, and darkens until little is seen."""
    gains = np.interp(range(140), (0, 20, 45, 70, 95, 120, 139), (1, 1, 2.5, 1, 0.2, 1, 1))
    take = varied(takes, random, 140)
    return Splice([cv2.convertScaleAbs(p, alpha=float(g), beta=0) for p, g in zip(take, gains, strict=True)])


def found_right(found: Sequence[int], joins: Sequence[Join]) -> int:
    """How many joins have a found cut in them; a second cut in the same one counts for nothing."""
    return sum(any(join.first <= cut <= join.last for cut in found) for join in joins)


WITHOUT_JOINS: dict[str, Callable[[Sequence[Take], np.random.Generator], Splice]] = {
    "flashes": flashes,
    "strobe": strobe,
    "fast pan": pan,
    "shake": shake,
    "passer-by": passer_by,
    "slow zoom": zoom,
    "exposure": exposure,
}


def bgr(pictures: Sequence[Picture]) -> Iterator[Picture]:
    """As a Scorer takes them."""
    for picture in pictures:
        yield np.ascontiguousarray(picture[:, :, ::-1])
