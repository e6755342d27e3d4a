#!/bin/sh
# webvtt-py 0.6.0 loses the italics of SubRip subtitles that it reads and writes again, and cues without text.
#
# Reading keeps `<i>` in a caption's raw text, and so does writing as WebVTT. Writing as SubRip takes the text without
# any tag, though `<b>`, `<i>` and `<u>` are what players of SubRip know; a place such as {\an8} stays, being no tag.
# A cue without text, as tools write them to hold a number or a place, is gone once read from SubRip; read from WebVTT
# it is kept. Whoever moves subtitles to another cut and counts cues by number is off from there on.
#
# Seen: from SubRip 2 of 3 cues; written: "{\an8}Come" for "{\an8}<i>Come</i>". From WebVTT 3 of 3 cues.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet webvtt-py==0.6.0
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import io
import pathlib
import sys

import webvtt

TEXTS = ("{\\an8}<i>Come</i>", "", "There")
file = pathlib.Path(sys.argv[1], "subtitles.srt")


def times(number, mark):
    return f"00:00:0{number}{mark}000 --> 00:00:0{number + 1}{mark}000"


srt = "\n".join(f"{n}\n{times(n, ',')}\n{text}\n" for n, text in enumerate(TEXTS, 1))
vtt = "WEBVTT\n\n" + "\n".join(f"{n}\n{times(n, '.')}\n{text}\n" for n, text in enumerate(TEXTS, 1))
file.write_text(srt)
read = webvtt.from_srt(str(file))
written = io.StringIO()
read.write(written, format="srt")
print("read from SubRip:", [caption.raw_text for caption in read])
print("written as SubRip:", repr(written.getvalue().splitlines()[2]))
print("read from WebVTT:", [caption.raw_text for caption in webvtt.from_string(vtt)])
assert [caption.raw_text for caption in read] == ["{\\an8}<i>Come</i>", "There"], "a cue without text is kept"
assert written.getvalue().splitlines()[2] == "{\\an8}Come", "italics are written"
assert len(webvtt.from_string(vtt)) == len(TEXTS)
PYTHON
