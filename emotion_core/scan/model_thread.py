"""The model of a scan, opened and run in a thread of its own, so that the pass over the film never waits to begin.

Opening takes longer than decoding a short clip: weights are read, packages imported, perhaps an engine is tried. One
thread opens the model and reads all crops, since PyTorch keeps its number of threads for each thread that calls it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from ..observations import CheckpointIdentity

if TYPE_CHECKING:  # torch is imported in the thread
    from ..expression.engines import Engine

LOADING = "loading the model"
"""The first step of opening a model, in words for users."""

BESIDE_TRIAL = 3.0
"""Seconds for which a pass goes on beside the trial of an engine. Importing, compiling and comparing with fp32 take a
trial longer than that; when it times the engine, nothing may disturb it.
"""

Crop = NDArray[np.uint8]
"""RGB (h, w, 3), of any size."""
Logits = NDArray[np.float32]
"""A row a crop (n, k), before temperature."""


@dataclass(frozen=True, slots=True)
class Model:
    """A checkpoint's identity, and the engine that runs it."""

    checkpoint: CheckpointIdentity
    engine: Engine
    resize: Callable[[Crop], Crop] | None = None
    """Brings a crop to the size of the engine's input, with the same logits; None where the engine needs all of it."""


class ModelThread:
    """Opens a model and reads crops with it; a context manager. One other thread may use it."""

    def __init__(self, open_model: Callable[[Callable[[str], None]], Model], *, at_once: bool = True) -> None:
        """`open_model` is called in the thread, with a function to call with the name of each engine's trial and while
        it lasts: at once, or when the model is needed.
        """
        self.step = ""
        """What the opening does, in words; empty before it begins, and once the model is open."""
        self._trial_since: float | None = None
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="model")
        self._open_model = open_model
        self._begun: Future[Model] | None = None
        if at_once:
            self._begin()

    def _begin(self) -> Future[Model]:
        """The opening, which begins now unless it did before."""
        if self._begun is None:
            self.step = LOADING
            self._begun = self._executor.submit(self._open)
        return self._begun

    def _open(self) -> Model:
        model = self._open_model(self._note_trial)
        self.step = ""
        return model

    def _note_trial(self, activity: str) -> None:
        self.step = activity
        if self._trial_since is None:
            self._trial_since = time.monotonic()

    def model(self) -> Model:
        """The model; waits until it is open. Raises the error that ended the opening."""
        return self._begin().result()

    def keep_pace(self) -> None:
        """Call it for every frame: raises the error that ended the opening, and waits while an engine is timed."""
        opening = self._begin()
        if opening.done() or (self._trial_since is not None and time.monotonic() - self._trial_since > BESIDE_TRIAL):
            opening.result()

    def resize(self, crop: Crop) -> Future[Crop]:
        """`crop` as `read` takes it, once the model is open: a close-up becomes fifty times smaller."""
        return self._executor.submit(self._resize, self._begin(), crop)

    def _resize(self, opened: Future[Model], crop: Crop) -> Crop:
        resize = opened.result().resize
        return crop if resize is None else resize(crop)

    def read(self, crops: Sequence[Future[Crop]]) -> Future[Logits]:
        """The logits of results of `resize`, in the order of the calls."""
        return self._executor.submit(self._read, self._begin(), crops)

    def _read(self, opened: Future[Model], crops: Sequence[Future[Crop]]) -> Logits:
        return opened.result().engine.logits([crop.result() for crop in crops])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # An error of the film is reported at once, though the model may still be loading.
        self._executor.shutdown(wait=error is None, cancel_futures=True)
