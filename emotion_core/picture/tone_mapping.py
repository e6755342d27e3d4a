"""Map HDR and log pictures to the range of a plain display (BT.709 primaries, BT.1886)."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from ..media import FULL_RANGE, transfer_curve, transfer_functions

KNEE = 0.9
"""Display signal, 0 to 1, above which highlights are compressed; faces are usually graded below it."""

_MAX_LIGHT = 4.0
"""Light that is shown as full white; 1 is diffuse white."""
_HLG_PEAK, _HLG_GAMMA = 1000.0, 1.2
"""Peak of HLG's nominal display, cd/m², and its system gamma (BT.2100, table 5)."""
_UNTAGGED = 2
"""FFmpeg's number of an unspecified colour matrix."""
_STRIPE = 64
"""Rows converted at once; a whole picture in floating point would be large, and slower."""


def tone_map(picture: VideoFrame, transfer: str, width: int, height: int) -> NDArray[np.uint8] | None:
    """`picture` as a plain display shows it, RGB (height, width, 3); None if `transfer` is plain or unknown.

    HDR's reference white, 203 cd/m², becomes the display's white, as BT.2408 maps them. Log is shown through BT.709's
    camera curve, with light from a white surface as white. Colours outside BT.709 are clipped.
    """
    curve = transfer_curve(transfer)
    if curve is None:
        return None
    matrix = picture.colorspace
    if matrix == _UNTAGGED:
        matrix = 1 if curve.scene else 9
    signal = picture.to_ndarray(
        width=width, height=height, format="rgb48le", interpolation="BILINEAR", src_colorspace=matrix
    )
    primaries = (
        transfer_functions.TAGGED_PRIMARIES.get(picture.color_primaries, curve.primaries)
        if curve.tagged
        else curve.primaries
    )
    to_light, to_display = _light(transfer, picture.color_range != FULL_RANGE), _display(curve.scene)
    weights, matrix_to_bt709 = (
        transfer_functions.luminance_weights(primaries),
        transfer_functions.to_bt709(primaries).astype(np.float32),
    )
    display = np.empty(signal.shape, dtype=np.uint8)
    for top in range(0, height, _STRIPE):
        rows = slice(top, top + _STRIPE)
        light = to_light[signal[rows]]
        if curve.light is transfer_functions.hlg:
            light = hlg_display(light, weights.astype(np.float32))
        light = cv2.max(cv2.transform(light, matrix_to_bt709, dst=light), 0.0, dst=light)
        # The square root gives the dark end, where a display's signal is steep, more of the table.
        index = cv2.addWeighted(cv2.sqrt(light, dst=light), 65535 / _MAX_LIGHT**0.5, light, 0, 0, dtype=cv2.CV_16U)
        display[rows] = to_display[index]
    return display


def hlg_display(scene: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """BT.2100's OOTF of HLG: scene light to light of the nominal display, 1 for reference white; both (h, w, 3)."""
    luminance = cv2.transform(scene, weights[None])
    gain = cv2.pow(cv2.max(luminance, 1e-6), _HLG_GAMMA - 1) * np.float32(
        _HLG_PEAK / transfer_functions.REFERENCE_WHITE
    )
    return np.asarray(cv2.multiply(scene, cv2.merge([gain, gain, gain])), dtype=np.float32)


@lru_cache(maxsize=4)
def _light(transfer: str, legal: bool) -> NDArray[np.float32]:
    """Light by signal in 65,536 steps; with `legal`, formulas in codes take signal 0 to 1 as codes 64 to 940."""
    curve = transfer_curve(transfer)
    assert curve is not None
    signal = np.arange(65536) / 65535
    return curve.light((64 + 876 * signal) / 1023 if curve.codes and legal else signal).astype(np.float32)


@lru_cache(maxsize=2)
def _display(scene: bool) -> NDArray[np.uint8]:
    """Table of eight-bit display signal by the square root of light / _MAX_LIGHT in 65,536 steps.

    Display light takes the inverse of BT.1886 (gamma 2.4), `scene` light BT.709's opto-electronic curve.
    """
    light = (np.arange(65536) / 65535) ** 2 * _MAX_LIGHT
    if scene:
        signal = np.where(light < 0.018, 4.5 * light, 1.099 * np.power(light, 0.45) - 0.099)
    else:
        signal = np.power(light, 1 / 2.4)
    room = 1 - KNEE
    compressed = 1 - room * np.exp(-(np.maximum(signal, KNEE) - KNEE) / room)
    return np.round(255 * np.where(signal <= KNEE, signal, compressed)).astype(np.uint8)
