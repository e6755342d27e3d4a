"""A proxy is the film, frame by frame and at the same times, in what every browser plays."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from emotion_core.decoding.browser_support import tracks, why_not
from emotion_core.decoding.decoder import Decoder
from emotion_core.errors import DamagedFilm, EmotionError, NotAFilm
from emotion_core.incoming import quota
from emotion_core.ingest.uploads import Uploads
from emotion_core.jobs import events as job_events, scans
from emotion_core.jobs.requests import ProxyRequest
from emotion_core.library import job_table
from emotion_core.library.library import Library
from emotion_core.media import identity
from emotion_core.picture.display import display_rgb
from emotion_core.playback import proxies, transcode
from emotion_core.processes import proxy as proxy_process
from emotion_core.sandbox import confinement
from emotion_core.storage.files import locked
from emotion_core.storage.paths import proxy_lock, proxy_of
from emotion_core.system.threads import share
from tests import broken
from tests.films import (
    FILM,
    HLG,
    INTERLACED,
    NTSC,
    PAL,
    Picture,
    marked,
    number_of,
    numbered,
    red_box,
    texture,
    woven,
    write_film,
)  # fmt: skip
from tests.sounding import beeps_heard, flashes, sounding

WITHIN = 300
"""Seconds after which a proxy of a test film has hung."""
TEN_BIT: dict[str, Any] = {
    "codec": "libx265",
    "pixel_format": "yuv420p10le",
    "options": {"x265-params": "log-level=none"},
}
DNXHR: dict[str, Any] = {"codec": "dnxhd", "pixel_format": "yuv422p", "options": {"profile": "dnxhr_lb"}}
UNEVEN = {"pts": [i * 40 + i // 3 * 80 for i in range(60)], "time_base": Fraction(1, 1000)}

FILMS: list[tuple[str, dict[str, Any]]] = [
    ("film.mp4", {"rate": FILM}),
    ("ntsc.mp4", {"rate": NTSC, "timecode": "01:00:00;02"}),
    ("b-frames.mp4", {"b_frames": 4, "keyframe_every": 24}),
    ("uneven.mp4", UNEVEN),
    ("uneven.mkv", UNEVEN),
    ("offset.ts", {}),
    ("late.mp4", {"pts": range(7, 67), "time_base": 1 / PAL}),
    ("old.avi", {"codec": "mpeg4", "b_frames": 0}),
    ("fields.mp4", {"options": INTERLACED, "rate": NTSC}),
    ("ten.mp4", TEN_BIT),
    ("edit.mov", {"codec": "prores_ks", "pixel_format": "yuv422p10le", "rate": NTSC, "timecode": "00:59:58;00"}),
    ("tape.mxf", {**DNXHR, "rate": NTSC}),
    ("b-frames.avi", {"b_frames": 3}),
    ("wraps.ts", {"container_options": {"output_ts_offset": f"{2**33 / 90_000 - 2.4:.3f}"}}),
    (
        "equal.mkv",
        {"b_frames": 0, "pts": [40 * (i - (i % 20 == 9)) for i in range(60)], "time_base": Fraction(1, 1000)},
    ),
    ("disc.vob", {"codec": "mpeg2video", "rate": NTSC}),
]


def seconds(path: Path) -> list[Fraction]:
    """When each frame is shown, from the first one on."""
    with Decoder(path, "") as decoder:
        return [frame.ticks * decoder.media.time_base for frame in decoder.frames()]


def pictures(path: Path) -> list[Picture]:
    with Decoder(path, "") as decoder:
        return [display_rgb(frame, decoder.media) for frame in decoder.frames()]


def made(film: Path, target: Path) -> Path:
    """The proxy of a film."""
    transcode.write(film, "", target, lambda *_: None)
    return target


@pytest.mark.parametrize(("name", "how"), FILMS, ids=[film[0] for film in FILMS])
def test_frame_for_frame_at_the_same_times(name: str, how: dict[str, Any], tmp_path: Path) -> None:
    """Frame n of the proxy is frame n of the film, shown within half a tick of its time, the first at 0; browsers play
    it as it is.
    """
    film = write_film(tmp_path / name, numbered(60, 640, 352), **how)
    copy = made(film, tmp_path / "proxy.mp4")
    with Decoder(film, "") as decoder:
        tick = transcode.time_base(decoder.media)
    with Decoder(copy, "") as decoder:
        assert decoder.media.first_pts == 0
    true, kept = seconds(film), seconds(copy)
    assert len(kept) == len(true)
    assert max(abs(a - b) for a, b in zip(true, kept, strict=True)) <= tick / 2
    numbers = [number_of(picture) for picture in pictures(copy)]
    assert numbers == [number_of(picture) for picture in pictures(film)]
    assert numbers == list(range(60))
    assert why_not(tracks(copy)) == ""


def test_an_edit_list_is_followed(tmp_path: Path) -> None:
    """What an edit list cuts away at the head is in neither."""
    film = write_film(tmp_path / "whole.mp4", numbered(60), b_frames=0)
    content = bytearray(film.read_bytes())
    at = content.index(b"elst") + 16
    scale = int.from_bytes(content[content.index(b"mdhd") + 16 :][:4], "big")
    content[at : at + 4] = (scale * 5 // 25).to_bytes(4, "big")
    film.write_bytes(content)
    numbers = [number_of(picture) for picture in pictures(made(film, tmp_path / "proxy.mp4"))]
    assert numbers == [number_of(picture) for picture in pictures(film)]
    assert numbers[0] == 5


@pytest.mark.parametrize(
    ("size", "how", "expected"),
    [
        ((1920, 1080), {}, (1280, 720)),
        ((640, 352), {}, (640, 352)),
        ((720, 576), {"pixel_aspect": Fraction(16, 11)}, (1048, 576)),
        ((1440, 1080), {"pixel_aspect": Fraction(4, 3)}, (1280, 720)),
        ((1280, 720), {"rotation": 90}, (720, 1280)),
        ((2048, 858), {}, (1280, 536)),
        ((640, 354), {"rotation": 180}, (640, 354)),
    ],
)
def test_the_picture_is_upright_in_square_pixels(
    size: tuple[int, int], how: dict[str, Any], expected: tuple[int, int], tmp_path: Path
) -> None:
    """At most 1280 x 720, or 720 x 1280 upright, never enlarged, even, pixel aspect and rotation applied: what is in a
    corner of the film as it is shown is in that corner of the proxy.
    """
    film = write_film(tmp_path / "film.mp4", marked(2, *size), **how)
    copy = made(film, tmp_path / "proxy.mp4")
    with av.open(str(copy)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == expected
        assert stream.sample_aspect_ratio in (None, 1)
    shown, kept = red_box(pictures(film)[0]), red_box(pictures(copy)[0])
    across, down = (expected[i] / pictures(film)[0].shape[1 - i] for i in (0, 1))
    for place, (true, found) in enumerate(zip(shown, kept, strict=True)):
        assert found == pytest.approx(true * (down if place % 2 else across), abs=3)


def test_colours_stay(tmp_path: Path) -> None:
    """Standard-definition and high-definition material alike look as they did: a colour differs by a few values."""
    for name, width, height in (("small.mp4", 320, 240), ("large.mp4", 1280, 720)):
        colour = np.full((height, width, 3), (200, 60, 30), dtype=np.uint8)
        colours = 1 if height >= 720 else 6
        film = write_film(tmp_path / name, [colour] * 3, colours=colours)
        copy = made(film, tmp_path / f"proxy-{name}")
        with av.open(str(copy)) as container:
            frame = next(container.decode(video=0))
            assert (frame.colorspace, frame.color_range) == (1, 1)
            rgb = frame.reformat(format="rgb24", src_colorspace=1).to_ndarray()
        assert np.abs(rgb[height // 2, width // 2].astype(int) - (200, 60, 30)).max() <= 6


def test_combed_frames_are_deinterlaced(tmp_path: Path) -> None:
    """Two moments woven into one frame come out as the first field's moment."""
    dark, bright = np.full((352, 640, 3), 40, dtype=np.uint8), np.full((352, 640, 3), 40, dtype=np.uint8)
    dark[:, 100:300], bright[:, 300:500] = 220, 220
    film = write_film(tmp_path / "film.mp4", [woven(dark, bright)] * 5, options=INTERLACED)
    picture = pictures(made(film, tmp_path / "proxy.mp4"))[2].astype(int)
    assert picture[50:300, 150:250].mean() > 200
    assert picture[50:300, 350:450].mean() < 60


def test_hdr_is_brought_to_a_plain_display(tmp_path: Path) -> None:
    """HLG becomes what display_rgb shows of it, tagged BT.709."""
    shades = np.repeat(np.linspace(0, 40000, 640, dtype=np.uint16)[None, :, None], 352, axis=0).repeat(3, axis=2)
    film = write_film(tmp_path / "film.mp4", [shades] * 3, transfer=HLG, colours=9, **TEN_BIT)
    copy = made(film, tmp_path / "proxy.mp4")
    shown, kept = pictures(film)[1].astype(int), pictures(copy)[1].astype(int)
    assert np.abs(shown - kept).mean() < 4
    with av.open(str(copy)) as container:
        assert next(container.decode(video=0)).color_trc == 1


def test_a_seek_decodes_a_second_at_most(tmp_path: Path) -> None:
    """There is a keyframe at least every second, and the index lies before the pictures."""
    film = write_film(tmp_path / "film.mp4", texture(1, 120), keyframe_every=120)
    copy = made(film, tmp_path / "proxy.mp4")
    with av.open(str(copy)) as container:
        keys = [(packet.pts or 0) * packet.time_base for packet in container.demux(video=0) if packet.is_keyframe]
    assert all(after - before <= 1 for before, after in pairwise([*keys, Fraction(120, 25)]))
    content = copy.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("film.mov", {"sound_codec": "pcm_s16le", "codec": "prores_ks", "pixel_format": "yuv422p10le"}),
        ("film.mp4", {}),
        ("late.mkv", {"sound_starts": 0.3, "sound_codec": "ac3"}),
        ("early.mov", {"sound_starts": -0.24, "sound_codec": "pcm_s16le"}),
        ("film.ts", {"sound_codec": "mp2"}),
        ("surround.mov", {"channels": "5.1", "sound_codec": "pcm_s16le"}),
        ("mono.mov", {"channels": "mono", "sound_codec": "pcm_s24le"}),
    ],
)
def test_sound_keeps_its_place(name: str, how: dict[str, Any], tmp_path: Path) -> None:
    """Beeps that fall on flashes in the film do so in the proxy, in stereo AAC, wherever the sound track begins."""
    film = sounding(tmp_path / name, **how)
    copy = made(film, tmp_path / "proxy.mp4")
    with av.open(str(copy)) as container:
        sound = container.streams.audio[0]
        assert (sound.codec_context.name, sound.layout.name) == ("aac", "stereo")
    assert flashes(copy) == pytest.approx([0.4, 1.2], abs=0.001)
    assert beeps_heard(copy) == pytest.approx(flashes(copy), abs=0.02)
    assert beeps_heard(copy) == pytest.approx(beeps_heard(film), abs=0.01)
    assert why_not(tracks(copy)) == ""


def test_a_film_without_sound_has_none(tmp_path: Path) -> None:
    """No track is made up."""
    with av.open(str(made(write_film(tmp_path / "film.mp4", texture(1, 5)), tmp_path / "proxy.mp4"))) as container:
        assert len(container.streams.audio) == 0


@pytest.mark.parametrize(("maker", "name"), [(broken.cut_short, "short.mp4"), (broken.cut_short_long, "short.mkv")])
def test_a_damaged_film_is_copied_up_to_the_damage(maker: broken.Maker, name: str, tmp_path: Path) -> None:
    """All frames that can be read are there."""
    film = maker(tmp_path / name)
    true: list[Fraction] = []
    with Decoder(film, "") as decoder, pytest.raises(DamagedFilm):
        true.extend(frame.ticks * decoder.media.time_base for frame in decoder.frames())
    assert len(seconds(made(film, tmp_path / "proxy.mp4"))) == len(true) > 10


def test_what_is_no_film_has_no_proxy(tmp_path: Path) -> None:
    """It is refused as anywhere else."""
    with pytest.raises(NotAFilm):
        made(broken.text(tmp_path / "film.mp4"), tmp_path / "proxy.mp4")


# The process


def asked(home: Path, film: Path, frames: int = 60, film_id: str = "f1") -> tuple[int, list[dict[str, Any]]]:
    """What the process says when it is asked for a proxy, run here; its exit code first."""
    file = identity.at(film)
    request = ProxyRequest(home=home, film=film, content_id=film_id, name="Mine.mov", frames=frames, file=file)
    request.write(home / "request")
    told = io.StringIO()
    before = os.nice(0)
    try:
        code = proxy_process.main(home / "request", told)
    finally:
        assert os.nice(0) >= before
    return code, [json.loads(line) for line in told.getvalue().splitlines()]


@pytest.fixture(autouse=True)
def keep_our_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own process does not give way to others for good."""
    monkeypatch.setattr(proxy_process, "NICE", 0)


def test_the_process_says_how_it_goes_and_leaves_one_file(tmp_path: Path) -> None:
    """A whole file under its final name, beside it its hash only, “done” last."""
    film = write_film(tmp_path / "film.mkv", numbered(60))
    left = tmp_path / "films" / "f1" / "proxy.mp4.part"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"of a process that was ended")
    code, events = asked(tmp_path, film)
    assert (code, events[-1]) == (0, {"event": "done", "frames": 60})
    assert {path.name for path in left.parent.iterdir()} == {"proxy.json", "proxy.mp4"}
    assert len(seconds(proxy_of(tmp_path, "f1"))) == 60


def test_progress_has_what_a_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames done and in all, frames a second and seconds left."""
    monkeypatch.setattr("emotion_core.system.progress.EVERY", 0.0)
    _, events = asked(tmp_path, write_film(tmp_path / "film.mkv", numbered(60)))
    progress = [event for event in events if event["event"] == "progress"]
    assert set(progress[0]) == {"event", "frames", "frames_total", "frames_per_second", "seconds_left"}
    assert (progress[-1]["frames"], progress[-1]["frames_total"]) == (60, 60)


def test_a_film_that_is_none_is_one_message(tmp_path: Path) -> None:
    """The last event says why, in the name that the user knows."""
    code, events = asked(tmp_path, broken.text(tmp_path / "original.mp4"))
    assert (code, events[-1]["event"], events[-1]["kind"]) == (1, "error", "NotAFilm")
    assert "Mine.mov" in events[-1]["problem"]
    assert not list((tmp_path / "films" / "f1").iterdir())


def test_the_quota_holds_for_proxies(tmp_path: Path) -> None:
    """Where films take all that config.toml allows, there is no proxy but a message, and nothing is left of it."""
    (tmp_path / "config.toml").write_text("quota_gb = 0.000001\n")
    code, events = asked(tmp_path, write_film(tmp_path / "film.mkv", numbered(60)))
    assert (code, events[-1]["kind"]) == (1, "QuotaReached")
    assert not list((tmp_path / "films" / "f1").iterdir())


def test_the_quota_keeps_what_uploads_were_promised(tmp_path: Path) -> None:
    """What an upload still waits for is not given to a proxy; what an earlier process left of it is."""
    film = write_film(tmp_path / "film.mkv", numbered(60))
    film_id = Library.open(tmp_path).refer_to(film).id
    left = tmp_path / "films" / film_id / "proxy.mp4.part"
    left.parent.mkdir(parents=True)
    left.write_bytes(bytes(4_999_000))
    (tmp_path / "config.toml").write_text("quota_gb = 0.005\n")
    upload = Uploads(tmp_path).announce("other.mp4", 1, None)
    left.write_bytes(bytes(4_999_999))
    code, events = asked(tmp_path, film, film_id=film_id)
    assert (code, events[-1]) == (0, {"event": "done", "frames": 60})
    Uploads(tmp_path).remove(upload.id)
    proxy_of(tmp_path, film_id).unlink()
    Uploads(tmp_path).announce("other.mp4", 4_995_000, None)
    code, events = asked(tmp_path, film, film_id=film_id)
    assert (code, events[-1]["kind"]) == (1, "QuotaReached")
    assert "5.0 MB are kept for other uploads" in events[-1]["problem"]
    assert not list(left.parent.iterdir())


def test_without_knowing_the_quota_there_is_no_proxy(tmp_path: Path) -> None:
    """Where config.toml makes no sense that is said, instead of going on without a quota."""
    film = write_film(tmp_path / "film.mkv", numbered(5))
    (tmp_path / "config.toml").write_text("quota_gb = 'much'\n")
    code, events = asked(tmp_path, film)
    assert (code, events[-1]["kind"], "quota_gb" in events[-1]["problem"]) == (1, "SettingsError", True)


def test_one_that_is_there_is_not_made_again(tmp_path: Path) -> None:
    """A process that was killed after its last step, before it said so, has left nothing to do."""
    film = write_film(tmp_path / "film.mkv", numbered(5))
    assert asked(tmp_path, film)[0] == 0
    before = proxy_of(tmp_path, "f1").stat()
    assert asked(tmp_path, film) == (0, [{"event": "done"}])
    assert proxy_of(tmp_path, "f1").stat() == before


def test_it_is_confined_before_anything_brings_threads() -> None:
    """What is imported before a process is confined starts no thread: one that ran already would stay free."""
    script = (
        "import emotion_core.processes.proxy, emotion_core.processes.scan, emotion_core.processes.film_reader, os, sys;"
        "print(len(os.listdir('/proc/self/task')), 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=WITHIN, check=True)
    assert done.stdout.split() == ["1", "False"]


LIMIT = """
import resource, sys
from pathlib import Path
from emotion_core.jobs import requests
from emotion_core.processes import proxy as p
request = Path(sys.argv[1])
p.confine(request, requests.ProxyRequest.read(request))
print(resource.getrlimit(resource.RLIMIT_DATA)[0])
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems limit other things")
def test_it_may_take_less_than_a_scan(tmp_path: Path) -> None:
    """Its memory is bounded by what the largest pictures need with this machine's threads, not by a scan's."""
    ProxyRequest(home=tmp_path, film=tmp_path / "a.mkv", content_id="f1", name="a", frames=5).write(tmp_path / "r")
    command = [sys.executable, "-c", LIMIT, str(tmp_path / "r")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN, check=True)
    most = confinement.PROXY_BYTES + share().decode * confinement.PROXY_BYTES_A_THREAD
    assert int(done.stdout) <= most < confinement.WORK_BYTES


def test_a_disk_that_is_full_is_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the disk is full it ends, and nothing is left of it."""
    monkeypatch.setattr(quota, "RESERVE", 1 << 62)
    monkeypatch.setattr(quota, "SMALL_DISK", 1)
    code, events = asked(tmp_path, write_film(tmp_path / "film.mkv", numbered(60)))
    assert (code, events[-1]["kind"]) == (1, "DiskFull")
    assert not list((tmp_path / "films" / "f1").iterdir())


def test_a_write_that_fails_is_a_message(tmp_path: Path) -> None:
    """What the system says when the file cannot be written becomes one message."""
    film = write_film(tmp_path / "film.mkv", numbered(60))
    with pytest.raises(EmotionError):
        transcode.write(film, "", Path("/dev/full"), lambda *_: None)


# In the library


def wait(library: Library, film_id: str) -> proxies.Proxy:
    end = time.monotonic() + WITHIN
    while time.monotonic() < end:
        found = proxies.status(library, library.film(film_id))
        if found.state != "being made":
            return found
        time.sleep(0.05)
    raise AssertionError(f"no end after {WITHIN} s")


def test_a_film_that_plays_needs_none(tmp_path: Path) -> None:
    """Nothing is started for it, and the player takes its own file."""
    library = Library.open(tmp_path / "home")
    film = library.refer_to(write_film(tmp_path / "film.mp4", texture(1, 20)))
    found = proxies.request(library, film)
    assert (found.state, found.file) == ("not needed", "original")
    assert not list((library.home / "jobs").iterdir())


def test_one_that_does_not_play_gets_one_by_itself(tmp_path: Path) -> None:
    """Asked for twice, made once, by one process after another; then it is ready, and goes with the film."""
    library = Library.open(tmp_path / "home")
    film = library.refer_to(write_film(tmp_path / "film.mkv", texture(1, 20)))
    assert proxies.status(library, film).state == "missing"
    with locked(proxy_lock(library.home)):
        for _ in range(2):
            found = proxies.request(library, film)
            assert (found.state, found.share, found.file) == ("being made", None, None)
            assert found.reason == "Matroska files do not play in every browser"
    assert wait(library, film.id).state == "ready"
    assert len(seconds(proxy_of(library.home, film.id))) == 20
    film.path.unlink()
    assert proxies.status(library, film).file == "proxy"
    scans.delete_film(library, film.id)
    assert not list((library.home / "films").iterdir())
    assert [path.name for path in (library.home / "jobs").iterdir()] == ["worker.log"]


def test_nothing_of_a_deleted_film_comes_back(tmp_path: Path) -> None:
    """Where a film is deleted while it is looked at, or while its proxy waits for its turn, no folder is made anew."""
    library = Library.open(tmp_path / "home")
    film = library.refer_to(write_film(tmp_path / "film.mkv", texture(1, 20)))
    request = tmp_path / "request"
    proxies.request_of(library, film).write(request)
    scans.delete_film(library, film.id)
    told = io.StringIO()
    assert proxy_process.main(request, told) == 1
    assert json.loads(told.getvalue().splitlines()[-1])["problem"] == "film.mkv is no longer in the library."
    assert proxies.status(library, film).reason == "Matroska files do not play in every browser"
    assert not list((library.home / "films").iterdir())


def test_one_that_failed_is_tried_again_when_asked(tmp_path: Path) -> None:
    """It says why it failed, is not tried for ever, and is made when the reason is gone and someone asks."""
    library = Library.open(tmp_path / "home")
    film = library.refer_to(write_film(tmp_path / "film.mkv", texture(1, 20)))
    config = library.home / "config.toml"
    config.write_text("quota_gb = 0.000001\n")
    proxies.request(library, film)
    failed = wait(library, film.id)
    assert failed.state == "failed"
    assert "quota_gb" in failed.message
    assert proxies.request(library, film).state == "failed"
    config.unlink()
    proxies.again(library, film)
    assert wait(library, film.id).state == "ready"


def test_one_that_is_killed_is_begun_again(tmp_path: Path) -> None:
    """A process that ends without a word is followed by another, which makes the proxy."""
    library = Library.open(tmp_path / "home")
    film = library.refer_to(write_film(tmp_path / "film.mkv", texture(1, 20)))
    name = job_table.job_id("proxy", film.id)
    with locked(proxy_lock(library.home)):
        proxies.request(library, film)
        first = pid_of(library, name, None)
        os.kill(first, 9)
        pid_of(library, name, first)
    assert wait(library, film.id).state == "ready"


def pid_of(library: Library, name: str, other: int | None) -> int:
    """The number of a job's process once it waits for its turn, other than `other`."""
    end = time.monotonic() + WITHIN
    while time.monotonic() < end:
        with library.database() as database:
            job = job_table.find(database, name)
        if job is not None and job.pid not in (None, other) and job_events.last(library.home, name):
            assert job.pid is not None
            return job.pid
        time.sleep(0.05)
    raise AssertionError(f"no process after {WITHIN} s")


def test_a_film_that_is_gone_says_so(tmp_path: Path) -> None:
    """Without the film and without a proxy there is nothing to play, and why is said."""
    library = Library.open(tmp_path / "home")
    film = library.refer_to(write_film(tmp_path / "film.mkv", texture(1, 20)))
    film.path.unlink()
    found = proxies.request(library, film)
    assert (found.state, found.file) == ("failed", None)
    assert "Add the film again" in found.message


def test_it_gives_way_to_everything_else(tmp_path: Path) -> None:
    """The process takes itself a lower priority than scans have."""
    home = tmp_path
    film = write_film(tmp_path / "film.mkv", texture(1, 5))
    file = identity.at(film)
    ProxyRequest(home=home, film=film, content_id="f1", name="Mine.mkv", frames=5, file=file).write(home / "request")
    script = (
        "import os, sys, io; from pathlib import Path; from emotion_core.processes import proxy as p;"
        f"p.main(Path({str(home / 'request')!r}), io.StringIO()); print(os.nice(0))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=WITHIN, check=True)
    assert int(done.stdout) >= 10
