"""The display matrix of a film: how its coded picture is turned and mirrored before it is shown."""

from __future__ import annotations

import struct

from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame


def orientation_of(picture: VideoFrame) -> tuple[int, bool]:
    """How a decoded frame is to be shown: degrees counter-clockwise (0, 90, 180, 270), and whether it is mirrored.

    A mirrored picture is mirrored left to right first and turned then; the two give all eight orientations. A matrix
    that turns by another angle counts as the nearest of the eight. The matrix is FFmpeg's AV_FRAME_DATA_DISPLAYMATRIX,
    that of a track header in ISO/IEC 14496-12 (8.3.2): nine 32-bit numbers a, b, u, c, d, v, x, y, w, by which a pixel
    at (p, q), q counted downwards, is shown at (a p + c q + x, b p + d q + y).
    """
    try:
        matrix = picture.side_data[Type.DISPLAYMATRIX]  # type: ignore[typeddict-item]  # the stub knows one kind
    except KeyError:
        return 0, False
    except ValueError:  # PyAV 18 reads no side data of a frame that has a kind which it does not know
        return round(picture.rotation / 90) * 90 % 360, False
    return orientation(*(value / 65536 for value in _numbers(bytes(matrix))))


def orientation(a: float, b: float, c: float, d: float) -> tuple[int, bool]:
    """As orientation_of, by the matrix' a, b, c and d; a matrix of zeros leaves the picture as it is."""
    if abs(a) + abs(d) >= abs(b) + abs(c):
        turned = {(False, False): (0, False), (True, True): (180, False), (True, False): (0, True)}
        return turned.get((a < 0, d < 0), (180, True))
    turned = {(True, False): (90, False), (False, True): (270, False), (False, False): (90, True)}
    return turned.get((b < 0, c < 0), (270, True))


def _numbers(matrix: bytes) -> tuple[int, int, int, int]:
    """a, b, c and d in 16.16 fixed point."""
    a, b, _, c, d, *_ = struct.unpack("=9i", matrix)
    return a, b, c, d
