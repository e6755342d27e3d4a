"""Read a film from its first frame to its end or to where it breaks off, without a scan."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from ..errors import DamagedFilm
from ..media import check_readable
from ..observations import damage
from .decoder import Decoder
from .picture_reader import Frame


class ReadThrough:
    """One pass over a film, which records the damage."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._pts = array("q")
        self._damaged_from: Fraction | None = None
        self._declared_seconds: Fraction | None = None

    def frames(self) -> Iterator[Frame]:
        """All frames that can be read, in display order; where the film breaks off, they end.

        Raises NotAFilm or DamagedFilm if there is no frame, MediaError if the file is gone, FilmChanged if it was
        changed or replaced meanwhile.
        """
        try:
            for frame in self._decoder.frames():
                self._note_damage(frame.damaged)
                self._pts.append(frame.ticks)
                yield frame
        except DamagedFilm:
            check_readable(self._decoder.path)
            self._decoder.verify_file()  # else a changed file, not the film, broke off
            if not self._pts:
                raise
            self._declared_seconds = self._decoder.expected_seconds
        self._decoder.verify_file()
        self._note_damage(self._decoder.damaged)

    def _note_damage(self, damaged: int) -> None:
        if damaged and self._damaged_from is None:
            media = self._decoder.media
            self._damaged_from = self._pts[-1] * media.time_base + 1 / media.rate if self._pts else Fraction(0)

    def damage(self) -> damage.Damage | None:
        """The damage of the film, after all frames were read; None if it appears intact."""
        pts = np.array(self._pts, dtype=np.int64)
        media, damaged = self._decoder.final_media(pts), self._decoder.damaged
        return damage.damage_from_reading(media, pts, damaged, self._damaged_from, self._declared_seconds)
