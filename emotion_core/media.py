"""Films as they come: what a file's header says (Media), and its frames one by one (Decoder).

The media clock starts when the first frame is shown: PTS counts, container offsets do not. Pixel aspect and rotation
are applied before anyone looks at a frame ("display pixels").
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import av.error
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from .errors import DamagedFilm, MediaError, NotAFilm, SettingsError
from .timecode import from_timecode, is_drop_frame, may_drop, rate_from_header

CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mxf,avi,mpegts"
"""What FFmpeg may open. Without this list a playlist dressed as a film makes it read other files."""

MAX_PIXELS = 8192 * 8192
SCORE_WIDTH = 256
"""Width of the picture that cuts are decided on, pixels: about what PySceneDetect itself scales to."""

_TRANSFERS = {
    9: "logarithmic (100:1)",
    10: "logarithmic (316:1)",
    16: "HDR (PQ)",
    18: "HDR (HLG)",
}
"""Transfer characteristics of ITU-T H.273, table 3, that are not for a plain display."""

_LOG_CURVE = re.compile(r"\b(?:[SCVNFDL]-?Log\s?\d?|Log-?C\d?|Log3G10)\b", re.IGNORECASE)
"""The makers' names of their log curves."""

_FIELD_ORDERS = {2: "top field first", 3: "bottom field first", 4: "top field first", 5: "bottom field first"}
"""FFmpeg's AVFieldOrder; 4 and 5 differ from 2 and 3 in the order they are coded, not shown."""


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
    """As coded, pixels; see display_width."""
    height: int
    pixel_aspect: Fraction
    """Width of a pixel / its height."""
    rotation: int
    """Degrees counter-clockwise to turn the coded picture by: 0, 90, 180 or 270."""
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
    def notes(self) -> tuple[str, ...]:
        """What a reader of the numbers should know about the material."""
        notes = []
        if self.field_order != "progressive":
            notes.append(f"Interlaced material ({self.field_order}): faces in motion are combed and read less well.")
        if self.transfer:
            notes.append(f"{self.transfer} material, not graded for a plain display: faces are read less well.")
        if self.is_vfr:
            notes.append("Variable frame rate: scenes are timed by each frame's own timestamp.")
        return tuple(notes)

    def to_json(self) -> dict[str, Any]:
        return {k: str(v) if isinstance(v, Fraction) else v for k, v in dataclasses.asdict(self).items()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Media:
        exact = ("rate", "duration", "pixel_aspect", "time_base")
        fields: dict[str, Any] = {k: Fraction(v) if k in exact else v for k, v in data.items()}
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class Frame:
    """A decoded frame, in the order shown."""

    index: int
    ticks: int
    """Since the first frame shown, in the media's time base."""
    picture: VideoFrame


def content_id(path: Path) -> str:
    """SHA-256 of a file's bytes, hex. Raises NotAFilm where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise NotAFilm(f"{path} cannot be read: {error.strerror}.", "Check the path and its permissions.") from error


class Decoder:
    """An open film. Frames are decoded one after another and never kept."""

    def __init__(self, path: Path, content: str, *, threads: int = 0) -> None:
        """Open and probe `path`; `threads` 0 lets FFmpeg take one a core. Raises NotAFilm or MediaError."""
        self.path = path
        self.damaged = 0
        """Packets that could not be decoded so far."""
        self._end = Fraction(0)
        self._container = _opened(path)
        try:
            self._stream = _picture_stream(self._container, path)
            self._stream.codec_context.thread_count = threads
            self._stream.thread_type = "AUTO"
            self.media = _probed(self._container, self._stream, path, content)
        except BaseException:
            self._container.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.close()

    def frames(self) -> Iterator[Frame]:
        """Every frame of the film in the order shown. Raises DamagedFilm where the file ends before it says it does."""
        self._rewind()
        index = 0
        last = -1
        for picture in self._pictures():
            # A frame before the media clock's zero is what an edit list cut away; one out of order cannot be shown.
            ticks = _pts(picture, last + 1 + self.media.first_pts) - self.media.first_pts
            if ticks <= last:
                continue
            last = ticks
            shown = picture.duration or round(1 / self.media.rate / self.media.time_base)
            self._end = (ticks + shown) * self.media.time_base
            yield Frame(index, ticks, picture)
            index += 1
        self._check_whole(index)

    def frame_at(self, index: int, ticks: int) -> Frame:
        """The frame with these `ticks`, by seeking. Raises DamagedFilm if it is not there."""
        wanted = ticks + self.media.first_pts
        # Where a container has no index (MPEG-TS), a seek may land behind the frame, or too close to it to decode.
        for seconds_before in (0, 2, 10, None):
            if seconds_before is None:
                self._rewind()
            else:
                self._seek(max(0, wanted - round(seconds_before / self.media.time_base)))
            for picture in self._pictures():
                if _pts(picture, wanted) == wanted:
                    return Frame(index, ticks, picture)
                if _pts(picture, wanted) > wanted:
                    break
        raise DamagedFilm(f"Frame {index} of {self.path.name} could not be found again.", "Has the file changed?")

    def read_media(self, pts: NDArray[np.int64]) -> Media:
        """The film's facts once all frames were read: exact duration and whether its frames are evenly spaced."""
        grid = np.arange(len(pts)) / float(self.media.rate)
        strays = np.abs(pts * float(self.media.time_base) - grid) > 0.5 / float(self.media.rate)
        return dataclasses.replace(self.media, duration=self._end, is_vfr=bool(strays.any()))

    def _rewind(self) -> None:
        # Not to the first frame's PTS: MPEG-TS seeks by decoding time, which is earlier, and would skip to a later one.
        self._seek(min(0, self.media.first_pts))

    def _seek(self, pts: int) -> None:
        try:
            self._container.seek(pts, stream=self._stream, backward=True)
        except av.error.FFmpegError as error:
            raise DamagedFilm(
                f"{self.path.name} cannot be read from {_clock(pts * self.media.time_base)} on ({error.strerror}).",
                "Export or copy it again.",
            ) from error

    def _pictures(self) -> Iterator[VideoFrame]:
        try:
            for packet in self._container.demux(self._stream):
                try:
                    yield from packet.decode()
                except av.error.InvalidDataError:
                    self.damaged += 1
        except av.error.EOFError:
            return
        except av.error.FFmpegError as error:
            raise DamagedFilm(
                f"{self.path.name} breaks off {_clock(self._end)} into the film ({error.strerror}).",
                "Export or copy it again.",
            ) from error

    def _check_whole(self, frames: int) -> None:
        name, claimed = self.path.name, self.media.frames_from_header
        if frames == 0:
            raise NotAFilm(f"{name} has no frame that can be decoded.", "Export it again, for example as H.264 in MP4.")
        # Edit lists and a damaged packet may cost a few frames; a file that was cut short lacks its end.
        if claimed and frames + self.damaged < claimed - max(8, claimed // 50):
            raise DamagedFilm(
                f"{name} is damaged or incomplete: it says it has {claimed} frames, but only {frames} "
                f"({_clock(self._end)}) could be read.",
                "Copy or export it again, and wait until the export is done.",
            )
        if not claimed and self.media.duration - self._end > max(Fraction(1), self.media.duration / 20):
            raise DamagedFilm(
                f"{name} is damaged or incomplete: it says it lasts {_clock(self.media.duration)}, but only "
                f"{_clock(self._end)} could be read.",
                "Copy or export it again, and wait until the export is done.",
            )


def small_bgr(frame: Frame) -> NDArray[np.uint8]:
    """The picture that cuts are decided on: SCORE_WIDTH wide at most, coded shape, BGR (h, w, 3)."""
    picture = frame.picture
    scale = min(1.0, SCORE_WIDTH / picture.width)
    width, height = max(2, round(picture.width * scale)), max(2, round(picture.height * scale))
    # Each frame is scaled on its own thread: FFmpeg's scaler would spread so small a job at a loss.
    small = picture.to_ndarray(width=width, height=height, format="bgr24", interpolation="AREA", threads=1)
    return small.astype(np.uint8, copy=False)


def display_rgb(frame: Frame, media: Media) -> NDArray[np.uint8]:
    """The picture as a viewer sees it: pixel aspect and rotation applied, RGB (display_height, display_width, 3)."""
    width = round(media.width * media.pixel_aspect)
    picture = frame.picture.to_ndarray(width=width, height=media.height, format="rgb24", interpolation="BILINEAR")
    return np.ascontiguousarray(np.rot90(picture, media.rotation // 90))


def _opened(path: Path) -> InputContainer:
    name = path.name
    try:
        return av.open(
            str(path), mode="r", container_options={"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}
        )
    except (av.error.FileNotFoundError, av.error.PermissionError, av.error.IsADirectoryError) as error:
        raise NotAFilm(f"{path} cannot be read: {error.strerror}.", "Check the path and its permissions.") from error
    except (av.error.FFmpegError, ValueError) as error:
        if path.is_file() and path.stat().st_size == 0:
            raise NotAFilm(f"{name} is empty (0 bytes).", "Copy or export it again.") from error
        raise NotAFilm(
            f"{name} cannot be opened as a film.",
            "MP4, MOV, MKV, WebM, MXF, AVI and MPEG-TS files are read; if it is one, it is damaged or incomplete.",
        ) from error


def _picture_stream(container: InputContainer, path: Path) -> VideoStream:
    streams = [s for s in container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
    if not streams:
        kind = "only sound" if container.streams.audio else "no picture"
        raise NotAFilm(f"{path.name} holds {kind}.", "Give a film with a video track.")
    stream = streams[0]
    if stream.codec_context is None:
        raise MediaError(f"The video codec of {path.name} is not known here.", "Export it as H.264, HEVC or ProRes.")
    size = stream.codec_context
    if size.width * size.height > MAX_PIXELS:
        raise MediaError(
            f"{path.name} has a picture of {size.width} x {size.height} pixels.", "At most 8192 x 8192 are read."
        )
    return stream


def _probed(container: InputContainer, stream: VideoStream, path: Path, content: str) -> Media:
    first = _first_picture(container, stream, path)
    rate = stream.guessed_rate or stream.average_rate or Fraction(25)
    if rate > 240:  # some variable-rate files give the time base here
        rate = stream.average_rate or Fraction(25)
    rate = rate_from_header(Fraction(rate))
    start_frame, drop_frame = _start_timecode(container, rate)
    if stream.duration:
        duration = stream.duration * Fraction(stream.time_base or 1)
    else:
        duration = Fraction(container.duration or 0, av.time_base)
        if "matroska" in container.format.name:  # counts from zero, not from the first frame
            duration -= _pts(first, 0) * Fraction(stream.time_base or 0)
    field_order = _FIELD_ORDERS.get(int(stream.codec_context.field_order), "progressive")
    if field_order == "progressive" and first.interlaced_frame:
        field_order = "top field first"
    return Media(
        content_id=content,
        rate=rate,
        start_frame=start_frame,
        drop_frame=drop_frame,
        duration=duration,
        frames_from_header=stream.frames or None,
        width=first.width,
        height=first.height,
        pixel_aspect=Fraction(stream.sample_aspect_ratio or 1) or Fraction(1),
        rotation=round(first.rotation / 90) * 90 % 360,
        field_order=field_order,
        transfer=_transfer(container, stream, first),
        is_vfr=False,
        time_base=Fraction(stream.time_base or Fraction(1, 1000)),
        first_pts=_pts(first, 0),
        codec=stream.codec_context.name,
    )


def _first_picture(container: InputContainer, stream: VideoStream, path: Path) -> VideoFrame:
    try:
        for packet in container.demux(stream):
            try:
                for picture in packet.decode():
                    return picture
            except av.error.InvalidDataError:
                continue
    except av.error.FFmpegError:
        pass
    raise NotAFilm(f"{path.name} has no frame that can be decoded.", "Export it again, for example as H.264 in MP4.")


def _transfer(container: InputContainer, stream: VideoStream, first: VideoFrame) -> str:
    """Cameras name their log curve in words, if anywhere: the standard's table has no number for them."""
    words = " ".join((*container.metadata.values(), *stream.metadata.values()))
    named = _LOG_CURVE.search(words)
    return _TRANSFERS.get(int(first.color_trc), f"log ({named[0]})" if named else "")


def _start_timecode(container: InputContainer, rate: Fraction) -> tuple[int, bool]:
    """MOV and MP4 keep the start timecode with a stream, MXF with the container."""
    for metadata in (*(s.metadata for s in container.streams), container.metadata):
        text = metadata.get("timecode")
        if not text:
            continue
        drop = is_drop_frame(text) and may_drop(rate)
        try:
            return from_timecode(text if drop else text.replace(";", ":"), rate), drop
        except SettingsError:
            continue
    return 0, False


def _pts(picture: VideoFrame, otherwise: int) -> int:
    return otherwise if picture.pts is None else picture.pts


def _clock(seconds: Fraction) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
