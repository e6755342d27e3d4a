"""Read NumPy's npz archives of many small arrays faster than np.load."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_VERSION_1 = b"\x93NUMPY\x01\x00"


def arrays_of(content: bytes, beginnings: tuple[str, ...] = ("",)) -> dict[str, NDArray[Any]]:
    """The arrays of an npz file whose names begin so, read-only. As np.load, in a third of the time: most headers of a
    scan's arrays are equal, and the files in the archive lie there as they are.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            info.filename.removesuffix(".npy"): _array(
                _stored(content, info) if info.compress_type == zipfile.ZIP_STORED else archive.read(info)
            )
            for info in archive.infolist()
            if info.filename.startswith(beginnings)
        }


def _stored(archive: bytes, info: zipfile.ZipInfo) -> bytes:
    """A file of an archive that is not compressed: APPNOTE.TXT of the ZIP format, 4.3.7. Raises BadZipFile."""
    header = archive[info.header_offset : info.header_offset + 30]
    name, extra = (int.from_bytes(header[i : i + 2], "little") for i in (26, 28))
    start = info.header_offset + 30 + name + extra
    content = archive[start : start + info.file_size]
    if header[:4] != b"PK\3\4" or zlib.crc32(content) != info.CRC:
        raise zipfile.BadZipFile(f"{info.filename} is damaged")
    return content


def _array(content: bytes) -> NDArray[Any]:
    """The array of an npy file: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, version 1.0."""
    if content[:8] != _VERSION_1:
        raise ValueError("an array is not in NumPy's format 1.0")
    start = 10 + int.from_bytes(content[8:10], "little")
    shape, dtype = _shape_and_type(content[8:start])
    return np.frombuffer(content, dtype, math.prod(shape), start).reshape(shape)


@lru_cache(maxsize=4096)
def _shape_and_type(header: bytes) -> tuple[tuple[int, ...], np.dtype[Any]]:
    shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(io.BytesIO(header))
    if dtype.hasobject or (fortran_order and len(shape) > 1):
        raise ValueError("an array is of another kind than a scan writes")
    return shape, dtype
