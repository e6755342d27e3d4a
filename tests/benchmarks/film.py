"""`python -m tests.benchmarks.film OUT --minutes 4.5 --megabits 35`: a film to measure with, spliced and enlarged from
the clips that the test packages ship.

24p H.264 with B-frames, a keyframe every two seconds at most, a cut every few seconds, faces in about half of the
shots, mirrored and cropped differently each time, and moving grain, without which enlarged pictures would cost no bits.
With `--two-shots` each other shot has the man twice, side by side, and streets are rare: about 1.4 faces a frame.
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

from tests.support.clips import BIKES, BIKES_CUTS, CARPHONE, shot
from tests.support.films import Picture

RATE = Fraction(24)
GRAIN = 5.0
"""Standard deviation of the grain, of 255."""


def main(
    out: Annotated[Path, typer.Argument(help="The film to write, .mp4.")],
    minutes: float = 4.5,
    megabits: Annotated[float, typer.Option(help="Bits a second, in millions.")] = 35.0,
    seed: int = 1,
    two_shots: Annotated[bool, typer.Option(help="More faces.")] = False,
    height: Annotated[int, typer.Option(help="Of the picture, which is 16:9.")] = 1080,
) -> None:
    """Write the film."""
    size = (round(height * 16 / 9), height)
    frames = round(minutes * 60 * RATE)
    rate = round(megabits * 1e6)
    options = {"preset": "veryfast", "bf": "2", "g": "48", "maxrate": str(rate * 5 // 4), "bufsize": str(rate * 2)}
    random = np.random.default_rng(seed)
    # A few pictures of grain, shifted each frame, cost less than fresh noise and look the same to an encoder.
    grain = [random.normal(0, GRAIN, (size[1], size[0], 1)).astype(np.int8).repeat(3, 2) for _ in range(3)]
    with av.open(str(out), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options=options)
        (stream.width, stream.height), stream.pix_fmt, stream.bit_rate = size, "yuv420p", rate
        for index, picture in enumerate(itertools.islice(_pictures(random, size, two_shots), frames)):
            noise = np.roll(grain[index % 3], tuple(random.integers(0, 64, 2).tolist()), (0, 1))
            noisy = cv2.add(picture, noise, dtype=cv2.CV_8U)
            frame = av.VideoFrame.from_ndarray(noisy, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = index, 1 / RATE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _pictures(random: np.random.Generator, size: tuple[int, int], two_shots: bool) -> Iterator[Picture]:
    """Shots without end, each enlarged to the film's size from another part of its clip."""
    edges = (0, *BIKES_CUTS, 250)
    streets = [list(shot(BIKES, a, b)) for a, b in itertools.pairwise(edges) if b - a > 20]
    man = list(shot(CARPHONE, 0, 120))
    # Both halves have his face in their middle.
    two = [np.hstack([picture[:, 24:136], picture[:, 135:23:-1]]) for picture in man]
    for number in itertools.count():
        street = streets[int(random.integers(len(streets)))]
        pictures = (two, man, two, man, two, street)[number % 6] if two_shots else (man, street)[number % 2]
        zoom = random.uniform(0.7, 1.0)
        mirrored = bool(random.integers(2))
        x, y = random.uniform(0, 1, 2)
        length = int(random.integers(40, 110))
        # There and back again, for shots longer than their clip.
        for index in itertools.islice(itertools.cycle([*range(len(pictures)), *range(len(pictures))[::-1]]), length):
            picture = pictures[index]
            height = round(picture.shape[0] * zoom)
            width = min(picture.shape[1], round(height * size[0] / size[1]))
            height = min(height, round(width * size[1] / size[0]))
            left, top = round(x * (picture.shape[1] - width)), round(y * (picture.shape[0] - height))
            part = picture[top : top + height, left : left + width]
            large = cv2.resize(part, size, interpolation=cv2.INTER_CUBIC)
            yield np.asarray(large[:, ::-1] if mirrored else large, dtype=np.uint8)


if __name__ == "__main__":
    typer.run(main)
