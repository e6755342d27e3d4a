"""Timelines of one track of cuts in the formats that have tracks."""

from __future__ import annotations

from fractions import Fraction

import opentimelineio
from opentimelineio.opentime import RationalTime, TimeRange
from opentimelineio.schema import (
    Clip,
    ExternalReference,
    Gap,
    Timeline,
    Track,
)

RATES = [Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(50), Fraction(60000, 1001)]


CLIPS = (("a", 0, 60), ("b", 60, 110), ("c", 120, 185))
"""Name, first frame, frame after the last; from 110 to 120 there is nothing."""


HOUR = 3600


def otio(rate: Fraction, first: int) -> bytes:
    """Tracks with a gap, and a sound track before them."""

    def of(start: int, frames: int) -> TimeRange:
        return TimeRange(RationalTime(start, float(rate)), RationalTime(frames, float(rate)))

    timeline = Timeline("Cut", global_start_time=RationalTime(first, float(rate)))
    sound, picture_track, title_track = Track("A", kind="Audio"), Track("Picture"), Track("Titles")
    sound.append(Clip("sound", source_range=of(0, 185)))
    for name, start, end in CLIPS:
        if name == "c":
            picture_track.append(Gap(source_range=of(0, 10)))
        picture_track.append(Clip(name, ExternalReference("x.mov"), of(1000 + start, end - start)))
    title_track.extend([Gap(source_range=of(0, 5)), Clip("title", source_range=of(0, 5))])
    timeline.tracks.extend([sound, picture_track, title_track])
    text: str = opentimelineio.adapters.write_to_string(timeline, adapter_name="otio_json")
    return text.encode()


def fcpxml(rate: Fraction, first: int, *, from_zero: bool = False, format_: str = "") -> bytes:
    """A spine with a gap; the title is connected to the first clip, whose own time begins at frame 1000."""

    def at(frames: int) -> str:
        return f"{Fraction(frames) / rate}s"

    begin = 0 if from_zero else first
    items = ""
    for name, start, end in CLIPS:
        if name == "c":
            items += f'<gap offset="{at(begin + 110)}" duration="{at(10)}"/>'
        title = f'<title name="title" lane="1" offset="{at(1005)}" duration="{at(5)}"/>' if name == "a" else ""
        items += (
            f'<asset-clip name="{name}" offset="{at(begin + start)}" start="{at(1000)}" duration="{at(end - start)}">'
            f"{title}</asset-clip>"
        )
    format_ = format_ or f'frameDuration="{at(1)}"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE fcpxml><fcpxml version="1.10"><resources>'
        f'<format id="r1" {format_}/></resources><library><event><project name="p"><sequence format="r1" '
        f'tcStart="{at(first)}" tcFormat="NDF"><spine>{items}</spine></sequence></project></event></library></fcpxml>'
    ).encode()


def item(name: str, start: int, end: int, more: str = "", kind: str = "clipitem") -> str:
    return f"<{kind}><name>{name}</name><start>{start}</start><end>{end}</end>{more}</{kind}>"


def xmeml(rate: Fraction, first: int, clips: str = "", more: str = "") -> bytes:
    """A sequence of two tracks."""
    clips = clips or "".join(item(name, start, end) for name, start, end in CLIPS)
    counts = (
        f"<rate><timebase>{round(rate)}</timebase><ntsc>{'TRUE' if rate.denominator > 1 else 'FALSE'}</ntsc></rate>"
    )
    return (
        f'<?xml version="1.0"?><!DOCTYPE xmeml><xmeml version="5"><project><children><sequence><name>s</name>{counts}'
        f"<timecode>{counts}<frame>{first}</frame><displayformat>NDF</displayformat></timecode><media><video>"
        f'<track>{clips}</track><track MZ.TrackName="Titles">{item("title", 5, 10, kind="generatoritem")}</track>'
        f"</video></media>{more}</sequence></children></project></xmeml>"
    ).encode()
