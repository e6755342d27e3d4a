"""Fields of files that dlib writes: numbers, texts and tensors, one after another.

An integer is a byte (its low half the number of bytes that follow, its top bit the sign) and those bytes,
little-endian; a float is two integers, mantissa and exponent of 2; a text is its length and its bytes; a tensor is a
version, four sizes and its values as 32-bit floats, little-endian. So say dlib/serialize.h of dlib 19.8 and the headers
that network_file names.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


class OtherFileError(Exception):
    """The file is not as it must be; the message says where."""


class Fields:
    """The fields of a file in dlib's serialization, one after another."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    @property
    def at_end(self) -> bool:
        """Whether all fields were taken."""
        return self._at == len(self._content)

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        end = self._at + count
        if end > len(self._content):
            raise OtherFileError(f"it ends at byte {len(self._content):,}")
        taken, self._at = self._content[self._at : end], end
        return taken

    def integer(self) -> int:
        """The next field, an integer."""
        control = self.take(1)[0]
        if not 1 <= control & 0x0F <= 8:
            raise self.unexpected(f"the byte {control}")
        number = int.from_bytes(self.take(control & 0x0F), "little")
        return -number if control & 0x80 else number

    def real(self) -> float:
        """The next field, a float."""
        mantissa, exponent = self.integer(), self.integer()
        if not -1100 <= exponent <= 1000 or not math.isfinite(mantissa * 2.0**exponent):
            raise self.unexpected(f"a number with the exponent {exponent}")
        return mantissa * 2.0**exponent

    def tensor(self, *sizes: int) -> Array:
        """A tensor of these sizes, of four; the others are 1."""
        self.expect(2, "the version of a tensor")
        for size in (*sizes, 1, 1, 1, 1)[:4]:
            self.expect(size, "a tensor's size")
        values = np.frombuffer(self.take(4 * math.prod(sizes)), dtype="<f4").astype(np.float32).reshape(sizes)
        if not np.isfinite(values).all():
            raise self.unexpected("a weight that is no number")
        return values

    def no_tensor(self) -> None:
        """An empty tensor: training keeps its gradients there."""
        self.tensor(0, 0, 0, 0)

    def expect(self, value: int, what: str) -> None:
        """The next field is this integer; else `what` is not."""
        if (found := self.integer()) != value:
            raise self.unexpected(f"{what} is {found}, not {value}")

    def expect_text(self, text: str) -> None:
        """The next field is this text."""
        self.expect(len(text), f"the length of “{text}”")
        if self.take(len(text)) != text.encode():
            raise self.unexpected(f"no “{text}”")

    def view(self, *sizes: int) -> None:
        """A view of a tensor: a version and its sizes, which are known."""
        self.expect(1, "the version of a view")
        for size in sizes:
            self.expect(size, "a view's size")

    def unexpected(self, what: str) -> OtherFileError:
        """The error that `what` stands before this place."""
        return OtherFileError(f"{what}, before byte {self._at:,}")
