#!/bin/sh
# pycmx 1.5.1 loses the first event of an EDL that has an FCM line and no comments.
#
# An event takes the lines since the event before it with it, so the first one begins with the FCM line. The property
# `edits` looks at pairs of neighbouring lines, and the last line of an event is the first of no pair: an event line that
# nothing follows gets no edit, unless it is the event's only line. A list of bare events, which is valid CMX 3600, comes
# out with one event fewer, without a word.
#
# Seen: with FCM: [(1, 0), (2, 1), (3, 1)]; without: [(1, 1), (2, 1), (3, 1)] as (event, edits).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pycmx==1.5.1
"$folder/venv/bin/python" - <<'PYTHON'
import io

import pycmx

events = "".join(
    f"{n:03}  AX       V     C        00:00:00:00 00:00:05:00 01:00:0{n}:00 01:00:0{n + 1}:00\n" for n in (1, 2, 3)
)


def edits(head):
    return [(one.number, len(one.edits)) for one in pycmx.parse_cmx3600(io.StringIO(head + events)).events]


with_fcm, without = edits("TITLE: T\nFCM: NON-DROP FRAME\n"), edits("TITLE: T\n")
print("with FCM:", with_fcm)
print("without: ", without)
assert with_fcm == [(1, 0), (2, 1), (3, 1)], "pycmx no longer loses the first event"
assert without == [(1, 1), (2, 1), (3, 1)]
PYTHON
