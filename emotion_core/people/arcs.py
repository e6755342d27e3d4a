"""What a person's faces show, scene by scene: the numbers of a report, of one person's faces only.

A person's scene has shares, interval, dominant expression and certainty by the rules of the report (analysis/), over
the sampled frames on which the person is on screen: the coverage is the share of these frames with a usable face. Where
it is below the coverage floor there are not enough faces.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..analysis import Analysis, SceneEmotion, faces_by_frame
from ..observations import Face, Sample
from ..scenes import Scene, Shot
from ..timecode import Span
from .people import People, Person
from .screen_time import Part
from .summaries import Summaries


@dataclass(frozen=True, slots=True)
class Appearance:
    """A stretch of a scene during which a person is on screen: on each sampled frame of it."""

    scene: int
    """Index of the scene in Analysis.scenes."""
    first: int
    """First frame."""
    end: int
    """Exclusive."""
    start_seconds: float
    end_seconds: float
    frames: int
    """Sampled frames, at least one."""

    @property
    def seconds(self) -> float:
        return self.end_seconds - self.start_seconds


@dataclass(frozen=True, slots=True)
class PersonScene:
    """A person in a scene."""

    emotion: SceneEmotion
    """The numbers of the person's faces. `coverage` is over `frames_sampled`, the frames with the person."""
    seconds: float
    """On screen in this scene."""
    appearances: tuple[Appearance, ...]


@dataclass(frozen=True, slots=True)
class Arc:
    """A person through the film."""

    person: Person
    whole: SceneEmotion
    """The numbers over all of the film."""
    scenes: tuple[PersonScene, ...]
    """Those in which the person is on screen, in film order; at least one."""

    @property
    def first(self) -> PersonScene:
        """The scene in which the person comes first."""
        return self.scenes[0]

    @property
    def last(self) -> PersonScene:
        return self.scenes[-1]

    @property
    def appearances(self) -> tuple[Appearance, ...]:
        """All appearances, in film order."""
        return tuple(each for scene in self.scenes for each in scene.appearances)


def arcs_of(analysis: Analysis, people: People, persons: Sequence[Person] | None = None) -> tuple[Arc, ...]:
    """The arcs of `persons`, by default of all people, in their order."""
    samples = {sample.frame: sample for sample in analysis.observations.samples}
    faces = faces_by_frame(analysis.observations)
    order = list(people.parts)
    places = {frame: place for place, frame in enumerate(order)}
    reader = _Reader(analysis, people.parts, Summaries(analysis), samples, faces, places)
    return tuple(reader.arc(person) for person in (people.people if persons is None else persons))


@dataclass(frozen=True, slots=True)
class _Reader:
    """What all people of a film are read from."""

    analysis: Analysis
    parts: dict[int, Part]
    summaries: Summaries
    samples: dict[int, Sample]
    faces: Mapping[int, list[Face]]
    places: dict[int, int]
    """By sampled frame, its place among all that count."""

    def arc(self, person: Person) -> Arc:
        own = {face for track in person.tracks for face in track.faces}
        faces: dict[int, list[Face]] = defaultdict(list)
        for frame in person.frames:
            faces[frame] = [face for face in self.faces[frame] if face.id in own]
        by_scene: dict[int, list[int]] = defaultdict(list)
        for frame in person.frames:
            by_scene[self.parts[frame].scene].append(frame)
        scenes = tuple(
            PersonScene(
                self._summary(self.analysis.scenes[scene].scene, frames, faces),
                sum(self.parts[frame].seconds for frame in frames),
                tuple(self._appearance(run) for run in self._runs(frames)),
            )
            for scene, frames in sorted(by_scene.items())
        )
        return Arc(person, self._summary(self._film(), person.frames, faces), scenes)

    def _summary(self, scene: Scene, frames: Sequence[int], faces: Mapping[int, list[Face]]) -> SceneEmotion:
        return self.summaries.of(scene, [self.samples[frame] for frame in frames], faces)

    def _film(self) -> Scene:
        """The whole film as one scene."""
        observations = self.analysis.observations
        span = Span(observations.seconds_at(0), observations.seconds_at(observations.frames))
        return Scene(id=0, number=1, shots=(Shot(0, observations.frames, span),))

    def _runs(self, frames: Sequence[int]) -> list[list[int]]:
        """Sampled frames in runs without another sampled frame between them."""
        runs = [[frames[0]]]
        for before, frame in pairwise(frames):
            if self.places[frame] == self.places[before] + 1:
                runs[-1].append(frame)
            else:
                runs.append([frame])
        return runs

    def _appearance(self, run: list[int]) -> Appearance:
        first, last = self.parts[run[0]], self.parts[run[-1]]
        return Appearance(first.scene, first.first, last.end, first.start_seconds, last.end_seconds, len(run))
