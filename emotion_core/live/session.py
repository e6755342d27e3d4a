"""A session: one viewer before one camera, in memory until it is kept or thrown away."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .. import parsing
from ..errors import SettingsError
from .channel import PICTURE_BYTES
from .playhead import Playhead
from .rates import SLOW, Rate, Rates
from .reader import Opened, PictureRead, Reader
from .readings import Columns, LiveReadings
from .viewer_face import Place

EVENTS = ("play", "pause", "seek", "end")
MOST_EVENTS = 20_000


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the page says about a picture."""

    number: int
    """Counts the pictures that were sent."""
    clock: float
    """When the camera took it: seconds since 1970, by the viewer's machine."""
    film: float | None
    """The second of the film on screen then; None while none plays."""
    dropped: int
    """Pictures of the camera since the one sent before."""
    delay: float | None
    """Milliseconds from the picture before this one to its numbers on the page; None where it has none."""

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Stamp:
        """Raises SettingsError where a field is missing or of no possible value."""
        try:
            film, delay = fields["film"], fields["delay"]
            stamp = cls(
                int(fields["number"]),
                float(fields["clock"]),
                None if film is None else float(film),
                int(fields["dropped"]),
                None if delay is None else float(delay),
            )
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise _stamp_error(fields) from error
        possible = (
            math.isfinite(stamp.clock)
            and (stamp.film is None or 0 <= stamp.film < 1e6)
            and 0 <= stamp.dropped < 1e6
            and (stamp.delay is None or 0 <= stamp.delay < 1e6)
        )
        if not possible:
            raise _stamp_error(fields)
        return stamp


def _stamp_error(fields: object) -> SettingsError:
    return SettingsError(
        f"A picture came with the stamp {parsing.quote(str(fields)[:100])}.", "Reload the page, and begin again."
    )


@dataclass(frozen=True, slots=True)
class Summary:
    """What a session has so far."""

    readings: int
    """That count: the first time that a second of the film is seen."""
    usable: int
    """Of these, with a usable face."""
    seen: float
    """Seconds of film that were seen."""
    replayed: float
    """Seconds of film that were seen again."""
    jumps: int
    """Times that the film went on from another place."""
    rate: Rate


@dataclass(slots=True, eq=False)
class Session:
    """What one camera sees; threads may share it."""

    id: str
    user: str
    """Id of the person who signed in; empty where people need not."""
    film_id: str | None
    """None before a mirror, of which nothing is kept."""
    film_name: str
    notice: str
    """What the viewer was told, whole."""
    agreed_by: str
    """Name or initials, in their own words."""
    agreed_at: str
    """ISO 8601 with the zone."""
    reader: Reader
    now: Callable[[], float] = time.monotonic
    left_at: float = 0.0
    """Time by `now` from which nobody looked after the session."""
    connection: int = 0
    """Number of the page's newest connection; earlier ones are closed."""
    is_connected: bool = False
    trouble: str = ""
    """Why the session ended by itself; empty otherwise."""
    _opened: Opened | None = None
    _columns: Columns = field(default_factory=lambda: Columns(0))
    _counted: int = 0
    """Readings of seconds seen for the first time."""
    _usable: int = 0
    """Of these, with a usable face."""
    _film_at: float = 0.0
    _playhead: Playhead = field(default_factory=Playhead)
    _rates: Rates = field(default_factory=Rates)
    _events: list[tuple[float, str, float]] = field(default_factory=list)
    _near: Place | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self) -> Opened:
        """Open the model. Raises EmotionError, also where another model than before was opened."""
        opened = self.reader.open()
        with self._lock:
            if self._opened is None:
                self._opened, self._columns = opened, Columns(len(opened.checkpoint.labels))
            if (self._opened.checkpoint, self._opened.side) != (opened.checkpoint, opened.side):
                raise SettingsError(
                    "The model that reads faces changed during the session.", "Keep what there is, and begin again."
                )
            self.trouble = ""
        return opened

    def read(self, stamp: Stamp, jpeg: bytes) -> dict[str, Any]:
        """Read a picture; the answer for the page. Raises EmotionError."""
        if self._opened is None:
            raise SettingsError("A picture came before the model was open.", "Reload the page, and begin again.")
        if not 0 < len(jpeg) <= PICTURE_BYTES:
            raise SettingsError(
                f"A picture of the camera has {len(jpeg):,} bytes.", f"At most {PICTURE_BYTES:,} are read."
            )
        picture = self.reader.read(jpeg, self._near)
        with self._lock:
            return self._noted(stamp, picture, self._opened)

    def _noted(self, stamp: Stamp, picture: PictureRead, opened: Opened) -> dict[str, Any]:
        self._near = picture.place or self._near
        probabilities = opened.scaling.probabilities([picture.logits])[0].tolist() if picture.logits else None
        self._rates.count(self.now(), dropped=stamp.dropped, delay=stamp.delay)
        again = False
        if stamp.film is not None:
            self._film_at = stamp.film
            again = not self._playhead.saw(stamp.film, stamp.clock)
            self._columns.add(stamp.film, stamp.clock, probabilities)
            if not again:
                self._counted += 1
                self._usable += probabilities is not None
        now = self._rates.now()
        return {
            "number": stamp.number,
            "faces": [{"box": face.box, "why": face.why} for face in picture.faces],
            "viewer": picture.viewer,
            "probabilities": probabilities,
            "again": again,
            "rate": now,
            "slow": now is not None and self._rates.readings > 20 and now < SLOW,
        }

    def note(self, kind: str, clock: float, film: float) -> None:
        """Note what the viewer did with the film; anything but EVENTS is ignored."""
        if kind not in EVENTS or not (math.isfinite(clock) and math.isfinite(film)):
            return
        with self._lock:
            if kind == "seek":
                self._playhead.jump()
            if len(self._events) < MOST_EVENTS:
                self._events.append((clock, kind, film))

    def connect(self) -> int:
        """A page connects: the number of its connection, which replaces all earlier ones."""
        with self._lock:
            self.connection += 1
            self.is_connected = True
            return self.connection

    def disconnect(self, number: int) -> None:
        """The page's connection of this number is over."""
        with self._lock:
            if number == self.connection:
                self.is_connected = False
                self.left_at = self.now()

    @property
    def film_at(self) -> float:
        """The film's second of the newest reading, where the film goes on."""
        return self._film_at

    @property
    def opened(self) -> Opened | None:
        """The model; None before the first connection."""
        return self._opened

    def summary(self) -> Summary:
        with self._lock:
            return Summary(
                self._counted,
                self._usable,
                self._playhead.seen,
                self._playhead.replayed,
                self._playhead.jumps,
                self._rates.all(),
            )

    def readings(self) -> LiveReadings:
        """All readings while the film played. Raises SettingsError before the model was opened."""
        with self._lock:
            if self._opened is None:
                raise SettingsError("This session has no readings.", "Begin again.")
            seconds, probabilities, taken_at = self._columns.arrays()
            return LiveReadings(
                self._opened.checkpoint.labels,
                seconds,
                probabilities,
                taken_at,
                self._playhead.replayed,
                tuple(self._events),
                self._opened.checkpoint,
                self._opened.engine,
                self._opened.scaling.temperature,
                self._opened.size,
            )
