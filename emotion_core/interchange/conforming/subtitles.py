"""Subtitles (WebVTT, SRT) of the first cut for the second: cues at their footage, shortened to what remains of it.

Words that light up within a cue (WebVTT's time stamps in its text) move with it. A cue whose footage was cut in the
middle stays one where its parts are neighbours in the second cut; else it becomes several with the same text.
"""

from __future__ import annotations

import copy
import io
import re
from fractions import Fraction
from typing import Any

from ...errors import CutListError
from ...formatting import count, hms
from ...timecode import frame_at
from ..marker_list import one_line
from ..readers.content import Content
from . import moves
from .cuts import TwoCuts
from .moves import Move, MovedList

_ARROW = re.compile(r"^\s*[\d:.,]+\s*-->\s*[\d:.,]+", re.M)
_STAMP = re.compile(r"<((?:\d+:)?\d{2}:\d{2}\.\d{3})>")
_HOUR = 3600
MAX_NAME = 80
"""Characters of a cue's text in messages."""


def sniff(content: Content) -> bool:
    """Whether a text is WebVTT, or begins with a cue of SRT."""
    head = content.head.lstrip()
    return head.startswith("WEBVTT") or (content.text is not None and _ARROW.search(head) is not None)


def move(content: Content, cuts: TwoCuts, *, every: bool = False) -> MovedList:
    """The subtitles for the second cut. Raises CutListError for a file without cues, or that outlasts the first."""
    import webvtt

    text = (content.text or "").lstrip("\n\r ")
    is_web = text.startswith("WEBVTT")
    kind, written = ("vtt", ".vtt") if is_web else ("srt", ".srt")
    try:
        track = webvtt.WebVTT.from_buffer(io.StringIO(text, newline=None), format=kind)
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError, ValueError) as error:
        raise CutListError("The subtitles cannot be read.", "Export them anew, as SRT or WebVTT.") from error
    if not track.captions:
        raise CutListError("The subtitles have no cue.", "Export them anew, as SRT or WebVTT.")
    unread = len(_ARROW.findall(text)) - len(track.captions)
    notes = (
        [f"{count(unread, 'cue')} without text or with times that are not understood: left out."] if unread > 0 else []
    )
    start, start_after, more = _start(track.captions, cuts)
    done: list[Move] = []
    cues: list[tuple[Fraction, Any]] = []
    for caption in track.captions:
        first, last = (_seconds(at) - start for at in (caption.start, caption.end))
        places = cuts.footage.labels(first, last, every=every) if first < last else []
        done.append(moves.span(cuts, "cue", one_line(caption.text)[:MAX_NAME], first, last, places))
        for place in places:
            cue = copy.deepcopy(caption)
            cue.start, cue.end = (_stamp(at + start_after) for at in place)
            cue.lines = [_restamped(line, cuts, start, start_after, place) for line in cue.lines]
            if cue.start != cue.end:
                cues.append((place[0], cue))
    cues.sort(key=lambda each: each[0])
    track.captions[:] = [cue for _, cue in cues]
    file = io.StringIO()
    if is_web:
        track.write(file, format="vtt")
    else:  # not by the library, which leaves out what SRT's tags are not sure to be
        for number, (_, cue) in enumerate(cues, start=1):
            times = f"{cue.start} --> {cue.end}".replace(".", ",")
            file.write("\n".join([f"{number}", times, *(line for line in cue.lines if line.strip()), "", ""]))
    return MovedList(f"{file.getvalue().rstrip()}\n".encode(), written, tuple(done), (*content.notes, *notes, *more))


def _start(captions: list[Any], cuts: TwoCuts) -> tuple[Fraction, Fraction, list[str]]:
    """The time of the films' first frames in the subtitles, of both cuts, and a note where it is not zero.

    Subtitles count from the film's first frame. Where they then outlast the film and all lie behind its start timecode,
    or behind a whole hour, they count from there. Raises CutListError for those that outlast it all the same.
    """
    first, last = min(_seconds(cue.start) for cue in captions), max(_seconds(cue.start) for cue in captions)
    before, after = cuts.before.media, cuts.after.media
    end = cuts.before.end + 1
    if last <= end:
        return Fraction(0), Fraction(0), []
    own = before.start_frame / before.rate
    if own and own <= first and last - own <= end:
        note = "The subtitles count from the film's start timecode; so do the new ones."
        return own, after.start_frame / after.rate, [note]
    hours = Fraction(int(first) // _HOUR * _HOUR)
    if hours and last - hours <= end:
        return (
            hours,
            hours,
            [f"The subtitles begin at {int(hours) // _HOUR:02}:00:00, which was taken for the film's start."],
        )
    raise CutListError(
        f"The last cue begins {hms(last - cuts.before.end)} beyond the first film's end: it lasts "
        f"{hms(cuts.before.end)}.",
        "Are they subtitles of another film or cut?",
    )


def _seconds(stamp: str) -> Fraction:
    """Seconds of [HH:]MM:SS.mmm."""
    seconds = Fraction(0)
    for part in stamp.replace(",", ".").split(":"):
        seconds = seconds * 60 + Fraction(part)
    return seconds


def _stamp(seconds: Fraction) -> str:
    thousandths = max(0, frame_at(seconds, Fraction(1000)))
    whole, rest = divmod(thousandths, 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{rest:03}"


def _restamped(
    line: str, cuts: TwoCuts, start: Fraction, start_after: Fraction, place: tuple[Fraction, Fraction]
) -> str:
    """A line of a cue with its inner time stamps moved; one that lies outside the new cue goes."""

    def moved(match: re.Match[str]) -> str:
        at = next((at for at in cuts.footage.places(_seconds(match[1]) - start) if place[0] < at < place[1]), None)
        return "" if at is None else f"<{_stamp(at + start_after)}>"

    return _STAMP.sub(moved, line)
