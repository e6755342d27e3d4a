"""The model of a scan, opened and run in a thread of its own, so that the pass over the film never waits to begin.

Opening takes longer than decoding a short clip: weights are read, packages imported, perhaps an engine is tried. One
thread opens the model and reads all crops, since PyTorch keeps its number of threads for each thread that calls it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from ..faces import CropReading
from ..observations import CheckpointIdentity

if TYPE_CHECKING:  # torch is imported in the thread
    from ..expression.engines import Engine

LOADING = "loading the model"
"""The first step of opening a model, in words for users."""

BESIDE_TRIAL = 3.0
"""Seconds for which a pass goes on beside the trial of an engine. Importing, compiling and comparing with fp32 take a
trial longer than that; when it times the engine, nothing may disturb it.
"""

CROP_BYTES = 64 * 1024**2
"""Whole crops, in bytes, that may wait for the model: while it loads, or where it is slower than the decoder."""

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


class CropBatches:
    """Crops on their way through a model in batches of one size, and the logits of those that were read.

    Frame analyzers that share one share its batches: an engine gives a crop the same row whatever else is beside it.
    """

    def __init__(self, model: ModelThread, size: int) -> None:
        self._model, self._size = model, size
        self._waiting: list[tuple[CropReading, Future[Crop]]] = []
        """Readings that no batch has yet, and their crops as the model takes them."""
        self._whole: deque[tuple[Future[Crop], int]] = deque()
        """Crops that may not be resized yet, in order, and the bytes of each."""
        self._batches: deque[tuple[tuple[CropReading, ...], Future[Logits]]] = deque()
        """Batches without logits yet, in order."""
        self.logits: dict[CropReading, tuple[float, ...]] = {}

    def add(self, reading: CropReading, crop: Crop) -> None:
        """Have the model resize a crop, which then waits for a batch."""
        own = crop if crop.base is None else crop.copy()  # a crop that is a view would keep its whole frame
        resized = self._model.resize(own)
        self._waiting.append((reading, resized))
        self._whole.append((resized, own.nbytes))

    def hand_over(self) -> None:
        """Hand whole batches to the model; wait while crops of CROP_BYTES wait for it."""
        while len(self._waiting) >= self._size:
            self._submit(self._size)
        while self._whole and (self._whole[0][0].done() or sum(size for _, size in self._whole) > CROP_BYTES):
            self._whole.popleft()[0].result()

    def finish(self) -> None:
        """Hand over what is left, and wait for the logits of all. Raises the error that ended the model's opening."""
        self._submit(len(self._waiting))
        while self._batches:
            self._collect()

    def forget(self, readings: Iterable[CropReading]) -> None:
        """Forget the logits of readings that are needed no more."""
        for reading in readings:
            self.logits.pop(reading, None)

    def _submit(self, count: int) -> None:
        """Hand the first `count` waiting crops to the model."""
        if count:
            readings, crops = zip(*self._waiting[:count], strict=True)
            del self._waiting[:count]
            self._batches.append((readings, self._model.read(crops)))
        while self._batches and self._batches[0][1].done():
            self._collect()

    def _collect(self) -> None:
        """Take over the logits of the oldest batch; waits for them."""
        readings, logits = self._batches.popleft()
        for reading, row in zip(readings, logits.result().tolist(), strict=True):
            self.logits[reading] = tuple(row)
