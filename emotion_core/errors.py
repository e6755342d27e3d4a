"""Every error the product raises on purpose.

    EmotionError
    ├── MediaError            the film itself
    │   ├── NotAFilm          no film container, or no picture in it
    │   │   └── FilmNotPermitted   NotPermitted, too
    │   ├── FilmNeedsMemory   OutOfMemory, too
    │   ├── DamagedFilm       opens, but cannot be read to its end
    │   ├── FilmChanged       its file is not, or no longer, the one that was added
    │   └── NotLookedAt       nothing was learnt of it, by no fault of its own
    ├── SettingsError         a setting outside its range
    │   ├── CutListError      a cut list that cannot be read
    │   └── CorrectionError   a correction that cannot be made
    ├── CheckpointError       a model that cannot be found, read or used
    ├── EngineError           an engine that cannot run here
    ├── ScanError             a scan that did not reach its end
    │   └── ScanCancelled     because someone ended it
    ├── ComparisonError       two analyses that cannot be compared
    ├── AccessError           a request that the app's own routes refuse
    ├── UploadError           a film on its way in that cannot go on as asked
    │   ├── UploadGone        there is none of this name, or no longer
    │   ├── UploadBusy        another request is writing to it
    │   ├── UploadMismatch    bytes for another place than where it stands
    │   └── UploadTooLong     more bytes than were announced
    ├── NotPermitted          a file or folder that may not be read or written
    ├── OutOfMemory           memory, address space, threads or processes do not suffice
    ├── OutputFailed          what is printed cannot be written
    │   └── NobodyReads       because whoever read it has left
    ├── ProgramFault          a fault of the program itself: see system/program_faults.py
    └── LibraryError          the folder where everything is kept
        ├── DiskFull
        ├── PlaceNotPermitted   NotPermitted, too
        ├── LibraryBusy       another process keeps its database locked
        ├── OutOfDescriptors  no further file can be opened: nothing is said against the one that was asked for
        ├── LaterVersion      what a later version of the program wrote
        └── QuotaReached      more than config.toml lets films take

A message says what was given, what is allowed and what to try. Pages and the command line catch the root only.
"""

from __future__ import annotations

from .plain_text import shown


class EmotionError(Exception):
    """Root of the tree; `str()` is one message fit for a person, and takes any file's name (plain_text.shown)."""

    def __init__(self, problem: str, advice: str = "") -> None:
        self.problem = shown(problem)
        self.advice = shown(advice)
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


class ComparisonError(EmotionError):
    pass


class ProgramFault(EmotionError):
    pass


class AccessError(EmotionError):
    pass


class UploadError(EmotionError):
    pass


class UploadGone(UploadError):
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
    """What is said of the film called `name` when memory does not suffice to read it."""
    return FilmNeedsMemory(
        f"{name} needs more memory to be read than there is.", "Export it smaller, for example at 1920 x 1080."
    )


def told(error: EmotionError) -> dict[str, str]:
    """An error as it goes to another process in JSON: `named(**told(error))` is it again."""
    return {"kind": type(error).__name__, "problem": error.problem, "advice": error.advice}


def named(kind: str, problem: str, advice: str) -> EmotionError:
    """The error of the class called `kind`, as it was raised in another process; the root if there is no such class."""
    found = globals().get(kind)
    if isinstance(found, type) and issubclass(found, EmotionError):
        return found(problem, advice)
    return EmotionError(problem, advice)


UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, EmotionError)
"""What a stored setting or fact that is none raises."""


CHECK = "Run python -m emotion_core library check: it says what is wrong, and with --repair mends it where it can."
