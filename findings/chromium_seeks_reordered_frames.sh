#!/usr/bin/env bash
# Chromium 150.0.7871.100, av 18.1.0 (FFmpeg's MP4 muxer, x264): which picture a paused video shows after a seek, where
# frames last differently long and are stored out of the order shown.
#
# An MP4 has the length of a sample in decoding order only (stts): the time until the next sample that is stored. One
# expects the picture whose time began last before the place sought. Chromium shows the first one whose time plus that
# length lies beyond it: with B-frames the length is another frame's, so an earlier picture comes, and no place within
# its own time shows the frame. Without B-frames both are the same, and all frames can be sought.
#
# Output seen:
#   without B-frames: 24 of 24 frames shown when sought
#   with B-frames: 14 of 24 frames shown when sought
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
browser=$(command -v chromium)
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet av==18.1.0 numpy==2.4.6 playwright==1.65.2 starlette==1.10.0 uvicorn==0.54.0
cd "$folder"
venv/bin/python - "$browser" <<'PYTHON'
import sys
import threading
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import uvicorn
from playwright.sync_api import sync_playwright
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

TIMES = [i * 40 + i // 3 * 80 for i in range(24)]  # milliseconds: every third frame stays three times as long


def write(name, b_frames):
    """Frame i is grey of the level 8 * i + 20."""
    with av.open(name, "w") as out:
        options = {"crf": "4", "x264-params": f"bframes={b_frames}:b-adapt=0:keyint=12:scenecut=0"}
        stream = out.add_stream("libx264", rate=25, options=options)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for i, time in enumerate(TIMES):
            grey = np.full((64, 64, 3), 8 * i + 20, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(grey, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


write("without.mp4", 0)
write("with.mp4", 2)
Path("page.html").write_text("<video muted preload=auto></video>")
app = Starlette(routes=[Mount("/", StaticFiles(directory="."))])
config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error")
server = uvicorn.Server(config)
threading.Thread(target=server.run, daemon=True).start()
while not server.started:
    pass
port = server.servers[0].sockets[0].getsockname()[1]

SHOWN = """(video, seconds) => new Promise((done) => {
    video.onseeked = () => setTimeout(() => {
        const canvas = new OffscreenCanvas(1, 1).getContext("2d");
        canvas.drawImage(video, 0, 0, 1, 1);
        done(Math.round((canvas.getImageData(0, 0, 1, 1).data[0] - 20) / 8));
    }, 150);
    video.currentTime = seconds;
})"""

found = {}
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox"])
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{port}/page.html")
    video = page.locator("video")
    for name in ("without", "with"):
        video.evaluate(
            "(video, name) => new Promise(done => { video.oncanplay = () => done(0); video.src = name; })", f"{name}.mp4"
        )
        # A millisecond after each frame's start, the frame sought.
        found[name] = sum(video.evaluate(SHOWN, time / 1000 + 0.001) == i for i, time in enumerate(TIMES))
        print(f"{name} B-frames: {found[name]} of {len(TIMES)} frames shown when sought")
    browser.close()
assert found["without"] == len(TIMES) and found["with"] < len(TIMES), found
PYTHON
