#!/bin/sh
# otio-cmx3600-adapter 1.0.0 with OpenTimelineIO 0.18.1 writes every EDL from 00:00:00:00.
#
# A timeline's global_start_time says which timecode its first frame has. The adapter does not look at it when it writes:
# a timeline that begins at 01:00:00:00, as almost all do, becomes an EDL whose record side begins at 00:00:00:00. Reading
# such a list against a film that starts at one hour needs another guess than its own timecode.
#
# Seen: record in of the first event 00:00:00:00 for a start of 01:00:00:00 at 25.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet opentimelineio==0.18.1 otio-cmx3600-adapter==1.0.0
"$folder/venv/bin/python" - <<'PYTHON'
import opentimelineio as otio
from opentimelineio.opentime import RationalTime, TimeRange

timeline = otio.schema.Timeline("Cut", global_start_time=RationalTime(90000, 25))
track = otio.schema.Track("V1", kind="Video")
whole = TimeRange(RationalTime(0, 25), RationalTime(100, 25))
track.append(otio.schema.Clip("a", otio.schema.ExternalReference("a.mov", whole), whole))
timeline.tracks.append(track)
text = otio.adapters.write_to_string(timeline, adapter_name="cmx_3600", rate=25)
event = next(line for line in text.splitlines() if line.startswith("001"))
print(event)
assert event.split()[6] == "00:00:00:00", "the adapter now writes the timeline's start"
PYTHON
