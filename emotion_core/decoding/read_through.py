"""A film read from its first frame as far as it goes, and what was damaged of it in the end."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from ..errors import DamagedFilm
from ..media.identity import must_be_readable
from ..observations import damage
from .decoder import Decoder, Frame


class Whole:
    """One reading of a film, without a scan."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._pts = array("q")
        self._damaged_from: Fraction | None = None
        self._claimed: Fraction | None = None

    def frames(self) -> Iterator[Frame]:
        """Every frame that can be read, in the order shown; a damaged end is an end.

        Raises NotAFilm or DamagedFilm where there is not one, MediaError where the file is gone, FilmChanged where it
        was changed or replaced meanwhile.
        """
        try:
            for frame in self._decoder.frames():
                self._note(frame.damaged)
                self._pts.append(frame.ticks)
                yield frame
        except DamagedFilm:
            must_be_readable(self._decoder.path)
            self._decoder.must_be_the_film()  # else what broke off may be another
            if not self._pts:
                raise
            self._claimed = self._decoder.promised
        self._decoder.must_be_the_film()
        self._note(self._decoder.damaged)

    def _note(self, damaged: int) -> None:
        if damaged and self._damaged_from is None:
            media = self._decoder.media
            self._damaged_from = self._pts[-1] * media.time_base + 1 / media.rate if self._pts else Fraction(0)

    def damage(self) -> damage.Damage | None:
        """What is damaged of the film, once it was read; None if it is whole, as far as can be told."""
        pts = np.array(self._pts, dtype=np.int64)
        media, damaged = self._decoder.read_media(pts), self._decoder.damaged
        return damage.told_by(media, pts, damaged, self._damaged_from, self._claimed)
