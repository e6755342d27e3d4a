"""What the API's requests and answers hold. The names are those of the command line's options and of the report."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from .. import limits
from ..interchange import FormatName
from ..library import job_table
from ..settings import Detector, EngineName, ScenesAre

FilmId = Annotated[
    str, StringConstraints(pattern="^[0-9a-f]{64}$"), Field(description="A film's id: the SHA-256 of its bytes.")
]
State = Literal["waiting", "running", "done", "failed", "cancelled"]


class Answer(BaseModel):
    """Everything that an answer holds is there; more may come with later versions."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class Request(BaseModel):
    """A word that is not known is refused: a slip would go unnoticed otherwise."""

    model_config = ConfigDict(extra="forbid")


class WrongPart(Answer):
    """What is wrong with a part of a request."""

    where: str = Field(description="The part, such as query.to or body.engine.")
    what: str = Field(description="What was given, and what is allowed.")


class ProblemDetail(Answer):
    """An error (RFC 9457)."""

    type: Literal["about:blank"]
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="What was given, what is allowed, what to try.")
    errors: list[WrongPart] = Field(description="Of a request that does not fit this document; else empty.")


class AnalysisStatus(Answer):
    """Where a film's newest analysis is."""

    id: str
    state: State
    step: str = Field(description="What is being done, in words.")
    share: float = Field(description="Share of the film's frames that were read.", ge=0, le=1)
    frames: int = Field(description="Frames that were read.", ge=0)
    frames_total: int | None = Field(description="Null while it is not known.")
    seconds_left: float | None = Field(description="Null while it is not known.")
    scenes: int = Field(description="Found so far; of one that is done see the report.", ge=0)
    faces: int = Field(description="Found so far.", ge=0)
    segments: int = Field(description="Written so far: a stopped analysis goes on after them.", ge=0)
    message: str = Field(description="Why it failed; else empty.")


class StatusEvent(Answer):
    """The data of a server-sent event."""

    film: FilmId
    analysis: AnalysisStatus


class Film(Answer):
    """A film of the library. Where its file lies is not told."""

    id: FilmId = Field(description="SHA-256 of the file's bytes.")
    name: str
    bytes: int = Field(ge=0)
    seconds: float = Field(description="Duration.", ge=0)
    rate: str = Field(description="Frames a second, exactly.", examples=["24000/1001"])
    width: int = Field(description="As displayed, pixels.")
    height: int = Field(description="As displayed, pixels.")
    start_timecode: str
    added_at: datetime
    copied: bool = Field(description="Whether the library holds the bytes; else they lie in a folder of config.toml.")
    analysis: AnalysisStatus | None = Field(description="The newest one, in any state; null where there was none.")


class FilmList(Answer):
    films: list[Film] = Field(description="The newest first.")
    total: int = Field(description="Of all films of the library.", ge=0)


class AddedFilm(Film):
    known: bool = Field(description="Whether the library had the same bytes before.")


class FilmInFolder(Answer):
    path: str = Field(description="What `POST /films` takes.")
    name: str
    bytes: int = Field(ge=0)
    modified_at: datetime


class FilmsInFolders(Answer):
    films: list[FilmInFolder]
    all_of_them: bool = Field(description="False where there are more than are listed.")


class FilmPath(Request):
    """A film on a disk of the machine that runs the app."""

    path: str = Field(
        max_length=4096,
        description="Whole path of a film below one of the `folders` of config.toml; it is used where it lies.",
        examples=["/mnt/cuts/reel 1.mov"],
    )


class ReportOptions(Request):
    """How the report is computed; what is left out stays as on the film's page. A change needs no new analysis."""

    detector: Detector | None = Field(default=None, description="How cuts are found; “cuts” is the film's cut list.")
    threshold: float | None = Field(default=None, ge=0, le=255, description="In the detector's unit; lower finds more.")
    min_scene_frames: int | None = Field(default=None, ge=1, le=100_000, description="No detected scene is shorter.")
    held_seconds: float | None = Field(
        default=None, ge=0.2, le=600, description="Black, white or a title card held so long is a scene of its own."
    )
    scenes_are: ScenesAre | None = Field(
        default=None, description="A scene a shot, or a group of shots that return to the same places."
    )
    readable_faces: bool | None = Field(
        default=None, description="Whether faces that are turned away, blurred or badly lit are left out."
    )


class AnalyzeOptions(ReportOptions):
    """The options of `analyze`. Those of the report are kept as the film's, as a step that its page can undo."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"samples_per_second": 2}]})

    checkpoint: str | None = Field(
        default=None,
        max_length=1000,
        description="Hub id that the app's machine has in its cache, or “embedded”; null: the reference model if it is "
        "there.",
    )
    engine: EngineName = Field(default="default", description="What runs the model.")
    samples_per_second: float = Field(default=2.0, ge=0.01, le=60, description="Sampled frames a second of film.")
    reuse_equal_crops: bool = Field(
        default=True,
        description="Whether a face that is the same picture as on the sampled frame before is not read again.",
    )
    level_faces: bool = Field(default=True, description="Whether tilted heads are turned upright before they are read.")
    keep_pictures: bool | None = Field(
        default=None, description="Whether small pictures of the sampled frames are kept; null: as config.toml says."
    )
    reuse: bool = Field(
        default=False, description="Whether faces are taken over from an analysed cut, on frames of both."
    )
    reuse_from: FilmId | None = Field(default=None, description="The only film from which they are; turns reuse on.")
    people: bool = Field(default=False, description="Store what tells people's faces apart: biometric data.")
    track: int | None = Field(
        default=None, ge=1, le=limits.STREAMS, description="Video track; null: the one that players show."
    )
    workers: int = Field(
        default=1, ge=1, le=job_table.MOST_AT_ONCE, description="Films that may be analysed at once while this one is."
    )
    browser_copy: bool = Field(default=True, description="Whether a copy for browsers is made where they need one.")


class MarkerOptions(Request):
    """The options of `markers`."""

    to: FormatName = Field(description="The editing tool's format.")
    earlier: FilmId | None = Field(default=None, description="An earlier cut: mark what the film changed of it.")
    later: FilmId | None = Field(default=None, description="A later cut: mark in the film what it changed.")
    changes_only: bool = Field(default=False, description="Only scenes with another expression than the one before.")
    only: list[str] = Field(default=[], max_length=50, description="Only scenes with this dominant expression.")
    without_expression: bool = Field(default=False, description="Scenes without enough faces, too.")
    off_target: bool = Field(default=False, description="Only scenes that do not meet their target.")
    notes: bool = Field(default=True, description="Notes at their frames, too.")
    notes_only: bool = Field(default=False, description="Notes, and no scenes.")
    audience: bool = Field(default=False, description="What the viewers of the screening showed.")
    screening: str = Field(default="", max_length=200, description="Whose audience it is; else the last with viewers.")
    one_frame: bool = Field(default=False, description="Markers of one frame, not as long as their scenes.")
    starts_at: str | None = Field(default=None, max_length=20, description="Timecode of the timeline's first frame.")
    rate: str | None = Field(
        default=None,
        pattern=r"^[0-9]{1,6}(\.[0-9]{1,6}|/[1-9][0-9]{0,5})?$",
        description="The timeline's frames a second.",
        examples=["24000/1001"],
    )


class QueuedFilm(Answer):
    film: FilmId | None = Field(description="Null of a viewer's recording, which is no film.")
    name: str
    work: str = Field(description="What is done with it, in a few words.")


class RunningFilm(QueuedFilm):
    analysis: AnalysisStatus = Field(description="Of a copy for browsers: its progress.")


class EndedFilm(QueuedFilm):
    state: State
    message: str = Field(description="Why it failed; else empty.")
    ended_at: datetime | None


class Queue(Answer):
    running: list[RunningFilm]
    waiting: list[QueuedFilm] = Field(description="In the order in which they will run.")
    waiting_total: int = Field(ge=0)
    ended: list[EndedFilm] = Field(description="The last one first.")
    films_an_hour: float | None = Field(
        description="Of work in the last day; null until 3 films or 10 minutes of film were done."
    )
    film_hours_an_hour: float | None = Field(description="Hours of film an hour of work, likewise.")


class CutListFacts(Answer):
    scenes: int = Field(description="That the list makes of the film.", ge=1)
    notes: list[str] = Field(description="What was assumed when it was read.")


class ScreeningFacts(Answer):
    id: str
    name: str
    viewers: int = Field(ge=0)
    created_at: datetime


class ScreeningList(Answer):
    screenings: list[ScreeningFacts]


class ProjectFacts(Answer):
    id: str
    name: str
    films: list[FilmId] = Field(description="Its versions, the first one first.")


class ProjectList(Answer):
    projects: list[ProjectFacts]
