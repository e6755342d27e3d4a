"""Footage as finer pictures than layouts, so that it can be mirrored, cropped and retimed before it is measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emotion_core.observations import LAYOUT, Layouts

FINE = 5
"""Fine fields along each side of a field of a layout."""
Footage = NDArray[np.float64]
"""(n, 45, 80) brightness."""


def footage(frames: int, seed: int) -> Footage:
    """A take: a place, and what moves over it, with the spectrum of photographs."""
    random = np.random.default_rng(seed)
    width, height = (side * FINE for side in LAYOUT)
    up, along = np.meshgrid(np.fft.fftfreq(height) * height, np.fft.fftfreq(width) * width, indexing="ij")
    spectrum = 1 / np.maximum(np.hypot(up, along), 1) ** 1.5
    spectrum[0, 0] = 0
    fields = np.fft.ifft2(np.fft.fft2(random.normal(size=(6, height, width))) * spectrum).real
    fields /= fields.std(axis=(1, 2), keepdims=True)
    time = np.arange(frames)[:, None, None] / 25
    swings = np.sin(time * random.uniform(0.5, 6, (5, 3)) + random.uniform(0, 6, (5, 3))).sum(axis=2) * 5
    return np.asarray(fields[0] * 35 + 120 + np.tensordot(swings, fields[1:], axes=1))


def measured(pictures: Footage, seed: int = 0, zoom: float = 1.0, x: float = 0.0, y: float = 0.0) -> Layouts:
    """The layouts of footage, with a coder's noise, of the part that a view shows: see altered.View."""
    width, height = LAYOUT
    rows, columns = (
        _means(fields, pictures.shape[axis], zoom, shift) for fields, axis, shift in ((height, 1, y), (width, 2, x))
    )
    layouts = (rows @ pictures @ columns.T).reshape(len(pictures), -1)
    noise = np.random.default_rng(seed).normal(0, 0.6, layouts.shape)
    coded: Layouts = np.clip(np.rint(layouts + noise), 0, 255).astype(np.uint8)
    return coded


def _means(fields: int, fine: int, zoom: float, shift: float) -> NDArray[np.float64]:
    """(fields, fine) weights of the fine fields in each field."""
    edges = (0.5 + shift + (np.arange(fields + 1) / fields - 0.5) / zoom) * fine
    at = np.arange(fine)
    weights = np.clip(np.minimum(edges[1:, None], at + 1) - np.maximum(edges[:-1, None], at), 0, None)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def wandering(shots: int, frames: int, seed: int) -> Layouts:
    """Shots of pictures that change a little from frame to frame."""
    random = np.random.default_rng(seed)
    pixels = LAYOUT[0] * LAYOUT[1]
    parts = [
        np.cumsum(random.normal(0, 2, (frames, pixels)), axis=0) + random.uniform(40, 210, pixels) for _ in range(shots)
    ]
    return np.clip(np.concatenate(parts), 0, 255).round().astype(np.uint8)
