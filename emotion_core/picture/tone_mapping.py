"""HDR and log pictures brought to the range of a plain display (BT.709 primaries, BT.1886)."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from ..media import transfer_functions
from ..media.frame_shape import FULL_RANGE
from ..media.transfer_functions import curve_of

KNEE = 0.9
"""Display signal, 0 to 1, up to which light is shown as it is; above it highlights are pressed together. Faces are
graded below it as a rule."""

_TOP = 4.0
"""Light beyond which all is white; 1 is diffuse white."""
_HLG_PEAK, _HLG_GAMMA = 1000.0, 1.2
"""The nominal display of HLG, cd/m², and its system gamma (BT.2100, table 5)."""
_UNTAGGED = 2
"""FFmpeg's number of a colour matrix that is not said."""
_STRIPE = 64
"""Rows converted at once: a whole picture in floating point would be large, and slower."""


def shown(picture: VideoFrame, transfer: str, width: int, height: int) -> NDArray[np.uint8] | None:
    """`picture` as a plain display shows it, RGB (height, width, 3); None if `transfer` asks for nothing or is unknown.

    Reference white of HDR, 203 cd/m², becomes the display's white, as BT.2408 maps them; log is shown through BT.709's
    camera curve, with light from a white surface as white. Colours beyond BT.709 are clipped.
    """
    curve = curve_of(transfer)
    if curve is None:
        return None
    matrix = picture.colorspace
    if matrix == _UNTAGGED:
        matrix = 1 if curve.scene else 9
    signal = picture.to_ndarray(
        width=width, height=height, format="rgb48le", interpolation="BILINEAR", src_colorspace=matrix
    )
    primaries = (
        transfer_functions.TAGGED.get(picture.color_primaries, curve.primaries) if curve.tagged else curve.primaries
    )
    to_light, to_display = _light(transfer, picture.color_range != FULL_RANGE), _display(curve.scene)
    weights, mixed = (
        transfer_functions.luminance_weights(primaries),
        transfer_functions.to_bt709(primaries).astype(np.float32),
    )
    display = np.empty(signal.shape, dtype=np.uint8)
    for top in range(0, height, _STRIPE):
        rows = slice(top, top + _STRIPE)
        light = to_light[signal[rows]]
        if curve.light is transfer_functions.hlg:
            light = hlg_display(light, weights.astype(np.float32))
        light = cv2.max(cv2.transform(light, mixed, dst=light), 0.0, dst=light)
        # The square root spreads the dark end, where a display's signal is steep, over the table; beyond it is white.
        place = cv2.addWeighted(cv2.sqrt(light, dst=light), 65535 / _TOP**0.5, light, 0, 0, dtype=cv2.CV_16U)
        display[rows] = to_display[place]
    return display


def hlg_display(scene: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """BT.2100's OOTF of HLG: from scene light to that of the nominal display, 1 for reference white; both (h, w, 3)."""
    luminance = cv2.transform(scene, weights[None])
    gain = cv2.pow(cv2.max(luminance, 1e-6), _HLG_GAMMA - 1) * np.float32(
        _HLG_PEAK / transfer_functions.REFERENCE_WHITE
    )
    return np.asarray(cv2.multiply(scene, cv2.merge([gain, gain, gain])), dtype=np.float32)


@lru_cache(maxsize=4)
def _light(transfer: str, legal: bool) -> NDArray[np.float32]:
    """Light by signal in 65,536 steps. `legal`: signal 0 and 1 are codes 64 and 940, for formulas that count codes."""
    curve = curve_of(transfer)
    assert curve is not None
    signal = np.arange(65536) / 65535
    return curve.light((64 + 876 * signal) / 1023 if curve.codes and legal else signal).astype(np.float32)


@lru_cache(maxsize=2)
def _display(scene: bool) -> NDArray[np.uint8]:
    """Eight-bit display signal by the square root of light / _TOP in 65,536 steps.

    For a display's light the inverse of BT.1886 (gamma 2.4), for the `scene`'s BT.709's opto-electronic curve.
    """
    light = (np.arange(65536) / 65535) ** 2 * _TOP
    if scene:
        signal = np.where(light < 0.018, 4.5 * light, 1.099 * np.power(light, 0.45) - 0.099)
    else:
        signal = np.power(light, 1 / 2.4)
    room = 1 - KNEE
    pressed = 1 - room * np.exp(-(np.maximum(signal, KNEE) - KNEE) / room)
    return np.round(255 * np.where(signal <= KNEE, signal, pressed)).astype(np.uint8)
