#!/bin/sh
# otio-fcpx-xml-adapter 1.0.0 with OpenTimelineIO 0.18.1 reads FCPXML at NTSC rates with whole frame rates cut off.
#
# A sequence whose frameDuration is 1001/24000s has 24000/1001 frames a second. The adapter takes the whole part, 23, and
# counts the clips' seconds by it: a clip of 60 frames becomes one of 57. At 30000/1001 it is 29, and 60 become 58. At 25
# the frames are right, so a test at a whole rate shows nothing.
#
# Seen: 24000/1001: [(57.0, 23.0), (47.0, 23.0)], 30000/1001: [(58.0, 29.0), (48.0, 29.0)], 25: [(60.0, 25.0), (50.0, 25.0)]
# as (frames, rate) for clips of 60 and 50 frames.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet opentimelineio==0.18.1 otio-fcpx-xml-adapter==1.0.0
"$folder/venv/bin/python" - <<'PYTHON'
from fractions import Fraction

import opentimelineio as otio


def clips(thing):
    if hasattr(thing, "find_clips"):
        return list(thing.find_clips())
    return [clip for child in thing for clip in clips(child)]


def read(rate):
    def at(frames):
        return f"{Fraction(frames) / rate}s"

    shots = "".join(
        f'<asset-clip name="{name}" ref="r2" offset="{at(start)}" duration="{at(frames)}" format="r1"/>'
        for name, start, frames in (("a", 0, 60), ("b", 60, 50))
    )
    found = otio.adapters.read_from_string(
        f'<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE fcpxml><fcpxml version="1.8"><resources>'
        f'<format id="r1" frameDuration="{at(1)}"/><asset id="r2" name="a" src="file:///a.mov" start="0s" '
        f'duration="{at(1000)}" hasVideo="1" format="r1"/></resources><library><event name="e"><project name="p">'
        f'<sequence format="r1" duration="{at(110)}" tcStart="0s" tcFormat="NDF"><spine>{shots}</spine></sequence>'
        "</project></event></library></fcpxml>",
        "fcpx_xml",
    )
    lengths = [clip.source_range.duration for clip in clips(found)]
    return [(length.value, length.rate) for length in lengths]


film, ntsc, pal = read(Fraction(24000, 1001)), read(Fraction(30000, 1001)), read(Fraction(25))
print("24000/1001:", film, "30000/1001:", ntsc, "25:", pal)
assert film == [(57.0, 23.0), (47.0, 23.0)], "the adapter now reads 24000/1001 otherwise"
assert ntsc == [(58.0, 29.0), (48.0, 29.0)], "the adapter now reads 30000/1001 otherwise"
assert pal == [(60.0, 25.0), (50.0, 25.0)]
PYTHON
