"""A film's facts, as its header says and its frames confirm.

The media clock starts when the first frame is shown: PTS counts, container offsets do not. Pixel aspect and rotation
are applied before anyone looks at a frame ("display pixels"), and so is a mirror.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from ..errors import MediaError
from ..timecode import frame_at, to_timecode
from .identity import hashed
from .transfer_functions import curve_of

Stamps = Literal["shown", "coded", "clock"]


@dataclass(frozen=True, slots=True)
class OtherBars:
    """Where the picture is inside black bars on the frames of one shape."""

    width: int
    """Of the frames, as coded, pixels."""
    height: int
    pixel_aspect: Fraction
    active: tuple[int, int, int, int]
    """As in Media."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A film's facts."""

    content_id: str
    """SHA-256 of the file, hex."""
    rate: Fraction
    """Frames a second that timecode counts at; exact (24000/1001, never 23.976)."""
    start_frame: int
    """Start timecode in frames; 0 where the file has none."""
    drop_frame: bool
    duration: Fraction
    """Seconds from the first frame shown to the end of the last; an estimate from the header until the film is read."""
    frames_from_header: int | None
    """What the container claims."""
    width: int
    """As coded, pixels; see display_width. Of the first frame, as all that follows: later ones may differ, see at()."""
    height: int
    pixel_aspect: Fraction
    """Width of a pixel / its height."""
    rotation: int
    """Degrees counter-clockwise to turn the coded picture by, once it is mirrored: 0, 90, 180 or 270."""
    field_order: str
    """"progressive", "top field first" or "bottom field first"."""
    transfer: str
    """"" for plain display material, else what it is."""
    is_vfr: bool
    """Whether frames stray more than half a frame from an even grid; known once the film is read."""
    time_base: Fraction
    """Seconds a tick."""
    first_pts: int
    """PTS of the first frame shown, ticks: zero of the media clock."""
    codec: str
    active: tuple[int, int, int, int] | None = None
    """Left, top, width, height of the picture inside its black bars, coded pixels; None for all of it, and where it was
    not looked for, as by a probe. See letterbox.with_bars."""
    other_bars: tuple[OtherBars, ...] = ()
    """Where the picture is inside its bars on frames of other shapes than the first; those not named have none."""
    stamps: Stamps = "shown"
    """What the container's time stamps say: when each frame is shown; when all frames are, but in the order coded (AVI,
    some MXF); or what a running clock does, which may be set anew within the file (MPEG streams)."""
    mended: bool = False
    """Whether faces were looked for on deinterlaced pictures in display range; scans of layout 1 took them as coded."""
    mirrored: bool = False
    """Whether the coded picture is mirrored left to right, before it is turned; see orientation."""
    track: int | None = None
    """Number of the video track that is read, see video_tracks; None as probed by earlier versions, which took the
    first and turned no mirror."""
    tracks: tuple[str, ...] = ()
    """In words, the file's video tracks that are no single pictures, where there are several."""

    def __post_init__(self) -> None:
        if self.rate <= 0 or self.width <= 0 or self.height <= 0 or self.pixel_aspect <= 0:
            raise MediaError(f"{self.width} x {self.height} at {self.rate} frames a second is no picture.")

    @property
    def display_width(self) -> int:
        return self.height if self.rotation in (90, 270) else self._square_width

    @property
    def display_height(self) -> int:
        return self._square_width if self.rotation in (90, 270) else self.height

    @property
    def _square_width(self) -> int:
        return max(1, round(self.width * self.pixel_aspect))

    @property
    def active_display(self) -> tuple[int, int, int, int]:
        """Left, top, width, height of the picture inside its bars, display pixels; of all of it where it has none."""
        if self.active is None:
            return 0, 0, self.display_width, self.display_height
        left, top, width, height = self.active
        right = round((left + width) * self._square_width / self.width)
        left = round(left * self._square_width / self.width)
        width = right - left
        if self.mirrored:
            left, right = self._square_width - right, self._square_width - left
        match self.rotation:  # counter-clockwise: what was on the right comes to the top
            case 90:
                return top, self._square_width - right, height, width
            case 180:
                return self._square_width - right, self.height - top - height, width, height
            case 270:
                return self.height - top - height, left, height, width
        return left, top, width, height

    def at(self, width: int, height: int, pixel_aspect: Fraction) -> Media:
        """The facts that hold for a frame of this coded size and pixel aspect."""
        if (width, height, pixel_aspect) == (self.width, self.height, self.pixel_aspect):
            return self
        return _at(self, width, height, pixel_aspect)

    def reads_the_same_as(self, other: Media) -> bool:
        """Whether `other`, facts of the same file, takes the same video track and shows it turned alike.

        Facts of earlier versions name no track; what tells tracks from one another decides then.
        """
        if self.track is not None and other.track is not None:
            return self.track == other.track
        mine, theirs = (
            (media.codec, media.width, media.height, media.time_base, media.rotation, media.mirrored)
            for media in (self, other)
        )
        return mine == theirs

    @property
    def odd(self) -> bool:
        """Whether its frames are not shown as they are coded."""
        return self.field_order != "progressive" or curve_of(self.transfer) is not None

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the numbers should know about the material."""
        notes = []
        if self.field_order != "progressive":
            done = "combed frames are deinterlaced for the faces" if self.mended else "combed faces are read less well"
            notes.append(f"Interlaced material ({self.field_order}): {done}.")
        if self.mended and curve_of(self.transfer) is not None:
            notes.append(f"{self.transfer} material: brought to a plain display's range for the faces.")
        elif self.transfer:
            notes.append(f"{self.transfer} material, not graded for a plain display: faces are read less well.")
        if self.active is not None:
            _, _, width, height = self.active_display
            notes.append(f"Black bars: {width} x {height} of the picture are used; the bars count for nothing.")
        elif self.other_bars:
            notes.append("Black bars in part of the film: they count for nothing.")
        if self.is_vfr:
            notes.append("Variable frame rate: scenes are timed by each frame's own timestamp.")
        return tuple(notes)

    def to_json(self) -> dict[str, Any]:
        facts = {k: str(v) if isinstance(v, Fraction) else v for k, v in dataclasses.asdict(self).items()}
        bars = [{**dataclasses.asdict(one), "pixel_aspect": str(one.pixel_aspect)} for one in self.other_bars]
        return {**facts, "other_bars": bars}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Media:
        exact = ("rate", "duration", "pixel_aspect", "time_base")
        fields: dict[str, Any] = {k: Fraction(v) if k in exact else v for k, v in data.items()}
        if (active := fields.get("active")) is not None:
            fields["active"] = tuple(active)
        fields["tracks"] = tuple(fields.get("tracks", ()))
        fields["other_bars"] = tuple(
            OtherBars(bars["width"], bars["height"], Fraction(bars["pixel_aspect"]), tuple(bars["active"]))
            for bars in fields.get("other_bars", ())
        )
        return cls(**fields)


def timecode_at(media: Media, seconds: Fraction) -> str:
    """Timecode at a time of the media clock, counted on from the file's start timecode."""
    return to_timecode(media.start_frame + frame_at(seconds, media.rate), media.rate, drop_frame=media.drop_frame)


@lru_cache(maxsize=64)
def _at(film: Media, width: int, height: int, pixel_aspect: Fraction) -> Media:
    shape = width, height, pixel_aspect
    active = next((b.active for b in film.other_bars if (b.width, b.height, b.pixel_aspect) == shape), None)
    return dataclasses.replace(film, width=width, height=height, pixel_aspect=pixel_aspect, active=active)


def content_id(path: Path) -> str:
    """SHA-256 of a file's bytes, hex. Raises NotAFilm where it cannot be read, FilmChanged while it is written."""
    return hashed(path)[0]
