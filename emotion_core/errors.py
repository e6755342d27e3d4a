"""The package's exceptions.

    EmotionError
    ├── MediaError            about the film itself
    │   ├── NotAFilm          not a film container, or one without video
    │   │   └── FilmNotPermitted   also NotPermitted
    │   ├── FilmNeedsMemory   also OutOfMemory
    │   ├── DamagedFilm       opens, but cannot be read to its end
    │   ├── FilmChanged       the file is not, or no longer, the one that was added
    │   ├── NoSound           no sound track, one that cannot be read, or silence alone
    │   └── NotLookedAt       reading failed for a reason that lies outside the film
    ├── SettingsError         a setting outside its range
    │   ├── CutListError      a cut list that cannot be read
    │   └── CorrectionError   a correction that cannot be made
    ├── CheckpointError       a model that cannot be found, read or used
    ├── EngineError           an engine that cannot run on this machine
    ├── ScanError             a scan that did not reach its end
    │   ├── ScanCancelled     ended by the user
    │   ├── NotAsPlanned      a range of a film that does not read as its plan says
    │   └── EarlierVersion    an analysis whose layout is no longer read
    ├── ComparisonError       two analyses that cannot be compared
    ├── AlignmentError        a recording whose time cannot be told from the film's sound
    ├── AccessError           a request that the app's own routes refuse
    ├── UploadError           an upload that cannot go on as requested
    │   ├── UploadGone        no upload of this name, or no longer
    │   ├── UploadBusy        another request is writing to it
    │   ├── UploadMismatch    bytes for another offset than the upload's
    │   └── UploadTooLong     more bytes than were announced
    ├── NotPermitted          a file or folder that may not be read or written
    ├── OutOfMemory           too little memory or address space, too few threads or processes
    ├── OutputFailed          printed output cannot be written
    │   └── NobodyReads       the reader of the output is gone
    ├── ProgramFault          a fault of the program itself, see system/program_faults.py
    ├── ClusterError          about the machines that analyse films together
    │   ├── ClusterUnreachable   its database or its store does not answer
    │   └── LeaseLost         another worker does this part by now
    └── LibraryError          about the folder that holds the library
        ├── DiskFull
        ├── PlaceNotPermitted   also NotPermitted
        ├── LibraryBusy       another process keeps the database locked
        ├── OutOfDescriptors  no further file can be opened; the requested file is not at fault
        ├── LaterVersion      written by a later version of the program
        └── QuotaReached      films would take more than config.toml allows

A message says what was given, what is allowed and what to try. Pages and the command line catch the root only.
"""

from __future__ import annotations

from .formatting import printable


class EmotionError(Exception):
    """Root of all exceptions: a problem and an advice, made printable; `str()` joins them into one message."""

    def __init__(self, problem: str, advice: str = "") -> None:
        self.problem = printable(problem)
        self.advice = printable(advice)
        super().__init__(f"{self.problem} {self.advice}".strip())


class NotPermitted(EmotionError):
    pass


class OutOfMemory(EmotionError):
    pass


class OutputFailed(EmotionError):
    pass


class NobodyReads(OutputFailed):
    pass


class MediaError(EmotionError):
    pass


class NotAFilm(MediaError):
    pass


class FilmNotPermitted(NotAFilm, NotPermitted):
    pass


class FilmNeedsMemory(MediaError, OutOfMemory):
    pass


class DamagedFilm(MediaError):
    pass


class FilmChanged(MediaError):
    pass


class NoSound(MediaError):
    pass


class NotLookedAt(MediaError):
    pass


class SettingsError(EmotionError, ValueError):
    pass


class CutListError(SettingsError):
    pass


class CorrectionError(SettingsError):
    pass


class CheckpointError(EmotionError):
    pass


class EngineError(EmotionError):
    pass


class ScanError(EmotionError):
    pass


class ScanCancelled(ScanError):
    pass


class NotAsPlanned(ScanError):
    pass


class EarlierVersion(ScanError):
    pass


class ComparisonError(EmotionError):
    pass


class AlignmentError(EmotionError):
    pass


class ProgramFault(EmotionError):
    pass


class ClusterError(EmotionError):
    pass


class ClusterUnreachable(ClusterError):
    pass


class LeaseLost(ClusterError):
    pass


class AccessError(EmotionError):
    pass


class UploadError(EmotionError):
    pass


class UploadGone(UploadError):
    pass


class ScreeningGone(UploadError):
    pass


class UploadBusy(UploadError):
    pass


class UploadMismatch(UploadError):
    pass


class UploadTooLong(UploadError):
    pass


class LibraryError(EmotionError):
    pass


class DiskFull(LibraryError):
    pass


class PlaceNotPermitted(LibraryError, NotPermitted):
    pass


class LibraryBusy(LibraryError):
    pass


class QuotaReached(LibraryError):
    pass


class OutOfDescriptors(LibraryError):
    pass


class LaterVersion(LibraryError):
    pass


def out_of_memory(name: str) -> FilmNeedsMemory:
    """The error for a film, called `name` in the message, that needs more memory than there is."""
    return FilmNeedsMemory(
        f"{name} needs more memory to be read than there is.", "Export it smaller, for example at 1920 x 1080."
    )


def error_fields(error: EmotionError) -> dict[str, str]:
    """The JSON form in which another process receives an error; see error_from_fields."""
    return {"kind": type(error).__name__, "problem": error.problem, "advice": error.advice}


def error_from_fields(kind: str, problem: str, advice: str) -> EmotionError:
    """The error of `error_fields`: of the class called `kind`, or an EmotionError if there is no such class."""
    error_class = globals().get(kind)
    if isinstance(error_class, type) and issubclass(error_class, EmotionError):
        return error_class(problem, advice)
    return EmotionError(problem, advice)


INVALID_DATA_ERRORS = (
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, EmotionError,
)  # fmt: skip
"""Raised when stored settings or facts are parsed that are damaged."""


CHECK_ADVICE = (
    "Run python -m emotion_core library check: it says what is wrong, and with --repair mends it where it can."
)
