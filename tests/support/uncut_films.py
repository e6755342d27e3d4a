"""Films of one shot each that tempt a detector: flashes, lightning, titles, gestures, pans; none has a cut.

Made as the splices of tests/support/spliced_films.py are, from the same takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.support.films import Picture, texture
from tests.support.spliced_films import HEIGHT, WIDTH, Splice, Take, fitted, mixed, plain, varied

Mask = NDArray[np.float32]
"""(HEIGHT, WIDTH), 0 to 1: how much of each pixel is covered."""


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
        enlarged = cv2.resize(picture, None, fx=1.2, fy=1.2)
        left, top = int(random.integers(0, 44)), int(random.integers(0, 28))
        pictures.append(np.ascontiguousarray(enlarged[top : top + HEIGHT, left : left + WIDTH]))
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


def storm(takes: Sequence[Take], random: np.random.Generator) -> Splice:
    """A dark shot lit by lightning: bursts of half a second to three seconds, each of uneven flashes that die away."""
    take = [cv2.convertScaleAbs(p, alpha=0.25, beta=0) for p in varied(takes, random, 200)]
    light = np.zeros(len(take))
    for begin in (20, 115):
        end = begin + int(random.integers(12, 73))
        at = begin
        while at < end:
            strength, half_life = random.uniform(0.3, 1.0), random.uniform(0.6, 3.0)
            light[at:end] = np.maximum(light[at:end], strength * 0.5 ** (np.arange(end - at) / half_life))
            at += int(random.integers(1, 12))
    return Splice([cv2.convertScaleAbs(p, alpha=1 + 5 * s, beta=120 * s**2) for p, s in zip(take, light, strict=True)])


def white_strobe(takes: Sequence[Take], random: np.random.Generator) -> Splice:
    """A shot with white or black frames put in by turns, one to three at a time, for one to three seconds."""
    take = varied(takes, random, 150)
    level, period = int(random.choice([0, 255])), int(random.integers(1, 4))
    for i in range(int(random.integers(24, 73))):
        if i // period % 2 == 0:
            take[40 + i] = mixed(take[40 + i], np.full_like(take[0], level), random.uniform(0.8, 1.0))
    return Splice(take)


def flicker(takes: Sequence[Take], random: np.random.Generator) -> Splice:
    """A shot by firelight or in an old film: its brightness changes at random from frame to frame."""
    take = varied(takes, random, 120)
    return Splice([cv2.convertScaleAbs(p, alpha=float(random.uniform(0.55, 1.35))) for p in take])


def titles(takes: Sequence[Take], random: np.random.Generator) -> Splice:
    """Over a running shot a lower third, a corner logo and a big title come and go, at once or in 6 to 24 frames."""
    pictures = varied(takes, random, 240)
    for begin, kind in zip((20, 90, 160), random.permutation(["lower third", "corner", "centre"]), strict=True):
        mask, colour = _lettering(str(kind), random)
        rise = int(random.choice([0, 6, 12, 24]))
        for i in range(55):
            opacity = mask * min(1.0, (i + 1) / (rise + 1), (55 - i) / (rise + 1))
            pictures[begin + i] = _laid(pictures[begin + i], plain(colour), opacity)
    return Splice(pictures)


def _lettering(kind: str, random: np.random.Generator) -> tuple[Mask, int]:
    """A title's mask and its grey, white or black."""
    mask = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
    if kind == "lower third":
        cv2.rectangle(mask, (10, 100), (180, 132), 200, cv2.FILLED)
        cv2.putText(mask, "Ada Lovelace", (16, 122), cv2.FONT_HERSHEY_DUPLEX, 0.7, 0, 1, cv2.LINE_AA)
    elif kind == "corner":
        cv2.circle(mask, (226, 26), 18, 255, cv2.FILLED, cv2.LINE_AA)
    else:
        cv2.putText(mask, "SPLICED", (18, 92), cv2.FONT_HERSHEY_TRIPLEX, 1.7, 255, 4, cv2.LINE_AA)
    return (mask / 255).astype(np.float32), int(random.choice([0, 255]))


def _laid(under: Picture, over: Picture, mask: Mask) -> Picture:
    return np.asarray(under * (1 - mask[:, :, None]) + over * mask[:, :, None], dtype=np.uint8)


def fast_before_still(takes: Sequence[Take], random: np.random.Generator) -> Splice:
    """Before a still background, busy or bare, somebody half to all of the picture high hurries, jumps and falls.

    They leave the picture at times and come back.
    """
    still = varied(takes, random, 1)[0]
    if random.random() < 0.5:
        still = _bare(random)
    size = random.uniform(0.5, 1.0)
    figure = varied(takes, random, 160)
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    at, target, pictures = np.array([WIDTH / 2, HEIGHT / 2]), np.array([WIDTH / 2, HEIGHT / 2]), []
    for i in range(160):
        if i % int(random.integers(8, 16)) == 0:
            outside = random.random() < 0.25
            target = random.uniform((0, HEIGHT / 3), (WIDTH, HEIGHT)) if not outside else np.array([WIDTH, 2 * HEIGHT])
        speed = (target - at) * random.uniform(0.1, 0.4)
        at = at + speed
        far = ((columns - at[0]) / (HEIGHT * size / 3)) ** 2 + ((rows - at[1]) / (HEIGHT * size / 2)) ** 2
        mask = cv2.blur((far < 1).astype(np.float32), (1 + int(abs(speed[0]) / 2), 1 + int(abs(speed[1]) / 2)))
        pictures.append(_laid(still, figure[i], mask))
    return Splice(noisy(pictures, random))


def _bare(random: np.random.Generator) -> Picture:
    """A studio's empty background: grey, darker towards the corners."""
    rows, columns = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    grey = random.uniform(60, 230) * (1 - random.uniform(0.1, 0.4) * (rows**2 + columns**2) / 2)
    return np.repeat(grey[:, :, None], 3, axis=2).astype(np.uint8)


def approach(takes: Sequence[Take], random: np.random.Generator) -> Splice:
    """Before a bare background a poster comes near within one to three seconds until it fills the picture."""
    still, poster = _bare(random), varied(takes, random, 1)[0]
    rise, pictures = int(random.integers(24, 73)), []
    for i in range(150):
        share = float(np.clip((i - 30) / rise, 0, 1))
        height, width = max(2, round(HEIGHT * share)), max(2, round(WIDTH * share))
        top, left = (HEIGHT - height) // 2, (WIDTH - width) // 2
        picture = still.copy()
        picture[top : top + height, left : left + width] = cv2.resize(
            poster, (width, height), interpolation=cv2.INTER_AREA
        )
        pictures.append(picture)
    return Splice(noisy(pictures, random))


def gestures(takes: Sequence[Take], random: np.random.Generator) -> Splice:
    """Before a still, plain background, an arm close to the camera swings up and down over part of the picture."""
    shade = random.uniform(0.4, 1.0)
    folds = (60 + 40 * np.sin(np.arange(WIDTH) / random.uniform(4, 12))) * shade
    curtain = np.stack([np.broadcast_to(folds * tint, (HEIGHT, WIDTH)) for tint in (1.6, 0.5, 0.4)], axis=2)
    backdrop: Picture = curtain.clip(0, 255).astype(np.uint8)
    pivot = (int(random.integers(60, 200)), HEIGHT + 10)
    length, wide = int(random.integers(80, 150)), int(random.integers(18, 50))
    angles = np.interp(range(150), np.arange(0, 160, 10), random.uniform(-1.9, 0.3, 16))
    grain = random.normal(0, 4, (HEIGHT, WIDTH, 1))
    skin: Picture = np.clip(np.array([205, 150, 120]) * random.uniform(0.6, 1.1) + grain, 0, 255).astype(np.uint8)
    pictures = []
    for angle in angles:
        mask = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
        hand = (round(pivot[0] + length * np.sin(angle + 0.8)), round(pivot[1] - length * np.cos(angle + 0.8)))
        cv2.line(mask, pivot, hand, 255, wide, cv2.LINE_AA)
        cv2.circle(mask, hand, round(wide * 0.8), 255, cv2.FILLED, cv2.LINE_AA)
        pictures.append(_laid(backdrop, skin, (mask / 255).astype(np.float32)))
    return Splice(noisy(pictures, random))


def noisy(take: Take, random: np.random.Generator) -> Take:
    """A camera's slight noise, so that no two frames are the same to the bit."""
    return [np.clip(p + random.normal(0, 1.5, (HEIGHT, WIDTH, 1)), 0, 255).astype(np.uint8) for p in take]


def pan_over_texture(takes: Sequence[Take], random: np.random.Generator) -> Splice:
    """A window that glides, now slow, now fast, over ground that is alike everywhere: sand, grass, a crowd far off."""
    wide = np.zeros((HEIGHT, 2400), dtype=np.float32)
    for octave in (2, 4, 8, 16, 32):
        noise = random.normal(0, 1, (HEIGHT // octave + 2, 2400 // octave + 2)).astype(np.float32)
        wide += cv2.resize(noise, (2400, HEIGHT), interpolation=cv2.INTER_CUBIC) * octave**0.5
    wide = 120 + wide / wide.std() * random.uniform(8, 30) + np.linspace(40, -20, HEIGHT, dtype=np.float32)[:, None]
    ground = np.stack([wide * tint for tint in (1.1, 0.95, 0.7)], axis=2).clip(0, 255).astype(np.uint8)
    speeds = np.interp(range(150), np.arange(0, 180, 30), random.uniform(0, 22, 6))
    lefts = np.minimum(np.cumsum(speeds), 2400 - WIDTH - 1).astype(int)
    return Splice([np.ascontiguousarray(ground[:, left : left + WIDTH]) for left in lefts])


WITHOUT_JOINS: dict[str, Callable[[Sequence[Take], np.random.Generator], Splice]] = {
    "flashes": flashes,
    "strobe": strobe,
    "white or black strobe": white_strobe,
    "lightning": storm,
    "flicker": flicker,
    "fast pan": pan,
    "pan over like texture": pan_over_texture,
    "shake": shake,
    "passer-by": passer_by,
    "fast before a still background": fast_before_still,
    "poster comes near": approach,
    "gestures": gestures,
    "titles over a shot": titles,
    "slow zoom": zoom,
    "exposure": exposure,
}
"""Kinds of film without any."""
