"""`python -m tests.benchmarks.film OUT --minutes 4.5 --megabits 35`: a film to measure with, spliced and enlarged from
the clips that the test packages ship.

1080p24 H.264 with B-frames, a keyframe every two seconds at most, a cut every few seconds, faces in about half of the
shots, mirrored and cropped anew each time, and moving grain, without which enlarged pictures would cost no bits.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import av
import cv2
import numpy as np
import typer

from tests.clips import BIKES, BIKES_CUTS, CARPHONE, shot
from tests.films import Picture

WIDTH, HEIGHT, RATE = 1920, 1080, Fraction(24)
GRAIN = 5.0
"""Standard deviation of the grain, of 255."""


def main(
    out: Annotated[Path, typer.Argument(help="The film to write, .mp4.")],
    minutes: float = 4.5,
    megabits: Annotated[float, typer.Option(help="Bits a second, in millions.")] = 35.0,
    seed: int = 1,
) -> None:
    """Write the film."""
    frames = round(minutes * 60 * RATE)
    rate = round(megabits * 1e6)
    options = {"preset": "veryfast", "bf": "2", "g": "48", "maxrate": str(rate * 5 // 4), "bufsize": str(rate * 2)}
    random = np.random.default_rng(seed)
    # A few pictures of grain, shifted anew each frame, cost less than fresh noise and look the same to an encoder.
    grain = [random.normal(0, GRAIN, (HEIGHT, WIDTH, 1)).astype(np.int8).repeat(3, 2) for _ in range(3)]
    with av.open(str(out), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = WIDTH, HEIGHT, "yuv420p", rate
        for index, picture in enumerate(itertools.islice(_pictures(random), frames)):
            noise = np.roll(grain[index % 3], tuple(random.integers(0, 64, 2).tolist()), (0, 1))
            noisy = cv2.add(picture, noise, dtype=cv2.CV_8U)
            shown = av.VideoFrame.from_ndarray(noisy, format="rgb24").reformat(format="yuv420p")
            shown.pts, shown.time_base = index, 1 / RATE
            container.mux(stream.encode(shown))
        container.mux(stream.encode(None))


def _pictures(random: np.random.Generator) -> Iterator[Picture]:
    """Shots without end, each enlarged to the film's size from another part of its clip."""
    edges = (0, *BIKES_CUTS, 250)
    streets = [list(shot(BIKES, a, b)) for a, b in itertools.pairwise(edges) if b - a > 20]
    man = list(shot(CARPHONE, 0, 120))
    for number in itertools.count():
        pictures = man if number % 2 == 0 else streets[int(random.integers(len(streets)))]
        zoom = random.uniform(0.7, 1.0)
        mirrored = bool(random.integers(2))
        x, y = random.uniform(0, 1, 2)
        length = int(random.integers(40, 110))
        # There and back again, for shots longer than their clip.
        for index in itertools.islice(itertools.cycle([*range(len(pictures)), *range(len(pictures))[::-1]]), length):
            picture = pictures[index]
            height = round(picture.shape[0] * zoom)
            width = min(picture.shape[1], round(height * WIDTH / HEIGHT))
            height = min(height, round(width * HEIGHT / WIDTH))
            left, top = round(x * (picture.shape[1] - width)), round(y * (picture.shape[0] - height))
            part = picture[top : top + height, left : left + width]
            large = cv2.resize(part, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
            yield np.asarray(large[:, ::-1] if mirrored else large, dtype=np.uint8)


if __name__ == "__main__":
    typer.run(main)
