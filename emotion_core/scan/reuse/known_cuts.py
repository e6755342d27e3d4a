"""The analysed cuts that a scan may take faces from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ...media import Media
from ...observations import CheckpointIdentity, EngineIdentity, Layouts, Origin, Sample
from ...settings import ScanSettings
from .footage_follower import Place
from .known_cut import KnownCut, KnownFaces, coding_class, open_known_cut
from .known_film import KnownFilm
from .same_picture import is_same_picture
from .sampled_frames import SampledFrames, places_of

_NO_CUT = (
    "no analysed film here has a like name or length, the same size, rate and coding, and was read by the same model"
)


class KnownCuts:
    """Some known cuts; without any, nothing is taken over."""

    def __init__(self, cuts: Sequence[KnownCut] = (), refused: Sequence[str] = ()) -> None:
        """`refused` are films that cannot be used: name and reason, as clauses of a sentence."""
        self._cuts, self._refused = tuple(cuts), tuple(refused)
        self._met = self._taken = 0

    @classmethod
    def open(
        cls,
        films: Iterable[KnownFilm],
        media: Media,
        settings: ScanSettings,
        checkpoint: CheckpointIdentity,
        engine: EngineIdentity,
    ) -> KnownCuts:
        """Those of `films` that can be used, see open_known_cut."""
        opened = [(film, open_known_cut(film, media, settings, checkpoint, engine)) for film in films]
        return cls(
            [cut for _, cut in opened if isinstance(cut, KnownCut)],
            [f"{film.name} {reason}" for film, reason in opened if isinstance(reason, str)],
        )

    def __bool__(self) -> bool:
        return bool(self._cuts)

    def sampled_frames(self, samples_per_second: Fraction) -> SampledFrames:
        """The choice of a film's sampled frames."""
        return SampledFrames(samples_per_second, [cut.known for cut in self._cuts])

    def places_of(self, layouts: Layouts) -> list[Place | None]:
        """The known frame that each frame of a film is."""
        return places_of(layouts, [cut.known for cut in self._cuts])

    def why_nothing(self) -> str:
        """Why no frame's faces were taken over, in a sentence; empty where some were."""
        if self._taken:
            return ""
        names = " and ".join(cut.film.name for cut in self._cuts)
        if self._met:
            reason = f"it has frames of {names}, but their pictures differ, as after another coding or grade"
        elif self._cuts:
            reason = f"it shows no frame of {names}"
        else:
            reason = "; ".join(self._refused) or _NO_CUT
        return f"No face was taken over from an analysed cut: {reason}."

    def faces_at(self, place: Place, media: Media, picture: bytes) -> tuple[KnownFaces, Origin] | None:
        """What was read on a known frame, and where; None unless `picture`, the small one of a frame with the facts
        `media` as JPEG, is surely the same.

        Faces are only taken over from the frame on which they were read, so that differences cannot add up.
        """
        self._met += 1
        read = self._faces_at(place, media, picture)
        self._taken += read is not None
        return read

    def _faces_at(self, place: Place, media: Media, picture: bytes) -> tuple[KnownFaces, Origin] | None:
        found = self._read_at(place)
        if found is None:
            return None
        cut, sample = found
        known, jpeg = cut.faces_on(sample), cut.picture(sample)
        if known is None or jpeg is None:
            return None
        if coding_class(cut.observations.media_at(sample.frame)) != coding_class(media):
            return None
        boxes = [face.box for face in known.faces]
        if not is_same_picture(decoded(jpeg), decoded(picture), boxes, media.display_width):
            return None
        return known, Origin(cut.film.content_id, cut.film.name, sample.frame)

    def _read_at(self, place: Place) -> tuple[KnownCut, Sample] | None:
        """The cut and the sample that a known frame's faces were read on."""
        cut = self._cuts[place.cut]
        sample = cut.sample_at(place.frame)
        if sample is None or sample.origin is None:
            return None if sample is None else (cut, sample)
        origin = sample.origin
        first = next((cut for cut in self._cuts if cut.film.content_id == origin.film), None)
        there = None if first is None else first.sample_at(origin.frame)
        return None if first is None or there is None or there.origin is not None else (first, there)


def decoded(jpeg: bytes) -> NDArray[np.uint8]:
    """A JPEG as RGB (h, w, 3); empty where it is none."""
    import cv2

    picture = cv2.imdecode(np.frombuffer(jpeg, dtype=np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        return np.empty((0, 0, 3), dtype=np.uint8)
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)
