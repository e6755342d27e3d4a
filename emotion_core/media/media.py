"""The facts of a film, from its header and confirmed by its frames.

The media clock is zero when the first frame is shown: it follows PTS and ignores container offsets. "Display pixels"
are those after pixel aspect, mirror and rotation.
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
from .identity import hash_film

Stamps = Literal["shown", "coded", "clock"]


@dataclass(frozen=True, slots=True)
class OtherBars:
    """The picture inside black bars on frames of another shape than the first frame's."""

    width: int
    """Of the frames, coded pixels."""
    height: int
    pixel_aspect: Fraction
    active: tuple[int, int, int, int]
    """As Media.active."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """The facts of a film; size and shape are those of its first frame, see for_shape."""

    content_id: str
    """SHA-256 of the file, hex."""
    rate: Fraction
    """Frames a second of the timecode, exact (24000/1001, never 23.976)."""
    start_frame: int
    """Start timecode in frames; 0 if the file has none."""
    drop_frame: bool
    duration: Fraction
    """Seconds from the first frame shown to the end of the last; by the header until the film has been read."""
    frames_from_header: int | None
    """Number of frames that the container declares."""
    width: int
    """Coded pixels; see display_width."""
    height: int
    pixel_aspect: Fraction
    """Width of a pixel / its height."""
    rotation: int
    """Rotation for display after the mirror, degrees counter-clockwise: 0, 90, 180 or 270."""
    field_order: str
    """"progressive", "top field first" or "bottom field first"."""
    transfer: str
    """Name of the transfer function, see transfer_functions; "" for plain display material."""
    is_vfr: bool
    """Whether a frame is more than half a frame off an even grid; False until the film has been read."""
    time_base: Fraction
    """Length of a tick, seconds."""
    first_pts: int
    """PTS of the first frame shown, ticks: zero of the media clock."""
    codec: str
    active: tuple[int, int, int, int] | None = None
    """Left, top, width, height of the picture inside its black bars, coded pixels; None for the whole frame, and before
    bars were looked for, see picture.letterbox."""
    other_bars: tuple[OtherBars, ...] = ()
    """The same for frames of other shapes than the first frame's; shapes that are not listed have no bars."""
    stamps: Stamps = "shown"
    """Meaning of the container's time stamps. "shown": the display time of each frame; "coded": display times, but in
    coding order (AVI, some MXF); "clock": a running clock, which may be reset within the file (MPEG streams)."""
    mended: bool = False
    """Whether faces were detected on deinterlaced pictures in display range; scans of layout 1 took coded ones."""
    mirrored: bool = False
    """Whether the coded picture is mirrored left to right before the rotation."""
    track: int | None = None
    """Number of the video track that is read, see video_tracks; None from earlier versions, which read the first one
    and did not mirror."""
    tracks: tuple[str, ...] = ()
    """Descriptions of the file's video tracks without single pictures; empty if there is one."""

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
        """Left, top, width, height of the picture inside its bars, display pixels; of the whole frame without bars."""
        if self.active is None:
            return 0, 0, self.display_width, self.display_height
        left, top, width, height = self.active
        right = round((left + width) * self._square_width / self.width)
        left = round(left * self._square_width / self.width)
        width = right - left
        if self.mirrored:
            left, right = self._square_width - right, self._square_width - left
        match self.rotation:  # counter-clockwise: 90 degrees bring the right side to the top
            case 90:
                return top, self._square_width - right, height, width
            case 180:
                return self._square_width - right, self.height - top - height, width, height
            case 270:
                return self.height - top - height, left, height, width
        return left, top, width, height

    def for_shape(self, width: int, height: int, pixel_aspect: Fraction) -> Media:
        """The facts as they hold for a frame of this coded size and pixel aspect."""
        if (width, height, pixel_aspect) == (self.width, self.height, self.pixel_aspect):
            return self
        return _for_shape(self, width, height, pixel_aspect)

    def same_track_as(self, other: Media) -> bool:
        """Whether `other`, of the same file, describes the same video track in the same orientation.

        Facts of earlier versions name no track; codec, size, time base and orientation decide then.
        """
        if self.track is not None and other.track is not None:
            return self.track == other.track
        mine, theirs = (
            (media.codec, media.width, media.height, media.time_base, media.rotation, media.mirrored)
            for media in (self, other)
        )
        return mine == theirs

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about the material that matter for the numbers."""
        from .transfer_functions import transfer_curve  # with NumPy, which the facts themselves do not need

        notes = []
        if self.field_order != "progressive":
            treatment = (
                "combed frames are deinterlaced for the faces" if self.mended else "combed faces are read less well"
            )
            notes.append(f"Interlaced material ({self.field_order}): {treatment}.")
        if self.mended and transfer_curve(self.transfer) is not None:
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
        bars = [{**dataclasses.asdict(bar), "pixel_aspect": str(bar.pixel_aspect)} for bar in self.other_bars]
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
    """Timecode at `seconds` of the media clock, from the file's start timecode on."""
    return to_timecode(media.start_frame + frame_at(seconds, media.rate), media.rate, drop_frame=media.drop_frame)


@lru_cache(maxsize=64)
def _for_shape(film: Media, width: int, height: int, pixel_aspect: Fraction) -> Media:
    shape = width, height, pixel_aspect
    active = next((b.active for b in film.other_bars if (b.width, b.height, b.pixel_aspect) == shape), None)
    return dataclasses.replace(film, width=width, height=height, pixel_aspect=pixel_aspect, active=active)


def content_id(path: Path) -> str:
    """SHA-256 of a file's bytes, hex. Raises NotAFilm if it cannot be read, FilmChanged while it is being written."""
    return hash_film(path)[0]
