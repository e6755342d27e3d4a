"""Proxies: the film's frames at the film's times, in a format that every browser plays."""

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

from emotion_core.decoding import Decoder, read_playback_facts, unplayable_reason
from emotion_core.errors import DamagedFilm, EmotionError, NotAFilm
from emotion_core.incoming import quota
from emotion_core.ingest.uploads import Uploads
from emotion_core.jobs import events as job_events, scans
from emotion_core.jobs.requests import ProxyRequest
from emotion_core.library import Library, job_table
from emotion_core.media import identity_at
from emotion_core.picture import display_rgb
from emotion_core.playback import proxies, transcode
from emotion_core.processes import proxy as proxy_process
from emotion_core.sandbox import confinement
from emotion_core.storage import Home, locked
from emotion_core.system.threads import thread_budget
from tests.support import damaged_files
from tests.support.films import (
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
from tests.support.sound_films import beeps_heard, flashes, sounding

pytestmark = pytest.mark.usefixtures("read_in_process")

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
    """Time of each frame relative to the first, in seconds."""
    with Decoder(path, "") as decoder:
        return [frame.ticks * decoder.media.time_base for frame in decoder.frames()]


def pictures(path: Path) -> list[Picture]:
    with Decoder(path, "") as decoder:
        return [display_rgb(frame, decoder.media) for frame in decoder.frames()]


def create_proxy(film: Path, target: Path) -> Path:
    """Create the proxy of a film."""
    transcode.write(film, "", target, lambda *_: None)
    return target


@pytest.mark.parametrize(("name", "how"), FILMS, ids=[film[0] for film in FILMS])
def test_frame_for_frame_at_the_same_times(name: str, how: dict[str, Any], tmp_path: Path) -> None:
    """Frame n of the proxy is frame n of the film, shown within half a tick of its time, the first at 0; browsers play
    it as it is.
    """
    film = write_film(tmp_path / name, numbered(60, 320, 176), **how)
    copy = create_proxy(film, tmp_path / "proxy.mp4")
    with Decoder(film, "") as decoder:
        tick = transcode.time_base(decoder.media)
    with Decoder(copy, "") as decoder:
        assert decoder.media.first_pts == 0
    true, copied = seconds(film), seconds(copy)
    assert len(copied) == len(true)
    assert max(abs(a - b) for a, b in zip(true, copied, strict=True)) <= tick / 2
    numbers = [number_of(picture) for picture in pictures(copy)]
    assert numbers == [number_of(picture) for picture in pictures(film)]
    assert numbers == list(range(60))
    assert unplayable_reason(read_playback_facts(copy)) == ""


def test_an_edit_list_is_followed(tmp_path: Path) -> None:
    """Frames that an edit list cuts off at the head are in neither film nor proxy."""
    film = write_film(tmp_path / "whole.mp4", numbered(60), b_frames=0)
    content = bytearray(film.read_bytes())
    at = content.index(b"elst") + 16
    scale = int.from_bytes(content[content.index(b"mdhd") + 16 :][:4], "big")
    content[at : at + 4] = (scale * 5 // 25).to_bytes(4, "big")
    film.write_bytes(content)
    numbers = [number_of(picture) for picture in pictures(create_proxy(film, tmp_path / "proxy.mp4"))]
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
    copy = create_proxy(film, tmp_path / "proxy.mp4")
    with av.open(str(copy)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == expected
        assert stream.sample_aspect_ratio in (None, 1)
    in_film, in_copy = red_box(pictures(film)[0]), red_box(pictures(copy)[0])
    across, down = (expected[i] / pictures(film)[0].shape[1 - i] for i in (0, 1))
    for place, (true, measured) in enumerate(zip(in_film, in_copy, strict=True)):
        assert measured == pytest.approx(true * (down if place % 2 else across), abs=3)


def test_colours_stay(tmp_path: Path) -> None:
    """Standard and high definition keep their colours within a few values."""
    for name, width, height in (("small.mp4", 320, 240), ("large.mp4", 1280, 720)):
        colour = np.full((height, width, 3), (200, 60, 30), dtype=np.uint8)
        colours = 1 if height >= 720 else 6
        film = write_film(tmp_path / name, [colour] * 3, colours=colours)
        copy = create_proxy(film, tmp_path / f"proxy-{name}")
        with av.open(str(copy)) as container:
            frame = next(container.decode(video=0))
            assert (frame.colorspace, frame.color_range) == (1, 1)
            rgb = frame.reformat(format="rgb24", src_colorspace=1).to_ndarray()
        assert np.abs(rgb[height // 2, width // 2].astype(int) - (200, 60, 30)).max() <= 6


def test_combed_frames_are_deinterlaced(tmp_path: Path) -> None:
    """An interlaced frame becomes its first field."""
    dark, bright = np.full((352, 640, 3), 40, dtype=np.uint8), np.full((352, 640, 3), 40, dtype=np.uint8)
    dark[:, 100:300], bright[:, 300:500] = 220, 220
    film = write_film(tmp_path / "film.mp4", [woven(dark, bright)] * 5, options=INTERLACED)
    picture = pictures(create_proxy(film, tmp_path / "proxy.mp4"))[2].astype(int)
    assert picture[50:300, 150:250].mean() > 200
    assert picture[50:300, 350:450].mean() < 60


def test_hdr_is_brought_to_a_plain_display(tmp_path: Path) -> None:
    """HLG is converted as by display_rgb and tagged BT.709."""
    shades = np.repeat(np.linspace(0, 40000, 640, dtype=np.uint16)[None, :, None], 352, axis=0).repeat(3, axis=2)
    film = write_film(tmp_path / "film.mp4", [shades] * 3, transfer=HLG, colours=9, **TEN_BIT)
    copy = create_proxy(film, tmp_path / "proxy.mp4")
    in_film, in_copy = pictures(film)[1].astype(int), pictures(copy)[1].astype(int)
    assert np.abs(in_film - in_copy).mean() < 4
    with av.open(str(copy)) as container:
        assert next(container.decode(video=0)).color_trc == 1


def test_a_seek_decodes_a_second_at_most(tmp_path: Path) -> None:
    """The proxy has a keyframe at least every second, and its index precedes the pictures."""
    film = write_film(tmp_path / "film.mp4", texture(1, 120), keyframe_every=120)
    copy = create_proxy(film, tmp_path / "proxy.mp4")
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
    """Beeps on flashes of the film stay in sync in the proxy, in stereo AAC, for any begin of the sound track."""
    film = sounding(tmp_path / name, **how)
    copy = create_proxy(film, tmp_path / "proxy.mp4")
    with av.open(str(copy)) as container:
        sound = container.streams.audio[0]
        assert (sound.codec_context.name, sound.layout.name) == ("aac", "stereo")
    assert flashes(copy) == pytest.approx([0.4, 1.2], abs=0.001)
    assert beeps_heard(copy) == pytest.approx(flashes(copy), abs=0.02)
    assert beeps_heard(copy) == pytest.approx(beeps_heard(film), abs=0.01)
    assert unplayable_reason(read_playback_facts(copy)) == ""


def test_a_film_without_sound_has_none(tmp_path: Path) -> None:
    """The proxy of a silent film has no audio track."""
    with av.open(
        str(create_proxy(write_film(tmp_path / "film.mp4", texture(1, 5)), tmp_path / "proxy.mp4"))
    ) as container:
        assert len(container.streams.audio) == 0


@pytest.mark.parametrize(
    ("maker", "name"), [(damaged_files.cut_short, "short.mp4"), (damaged_files.cut_short_long, "short.mkv")]
)
def test_a_damaged_film_is_copied_up_to_the_damage(maker: damaged_files.Maker, name: str, tmp_path: Path) -> None:
    """The proxy of a damaged film has all readable frames."""
    film = maker(tmp_path / name)
    true: list[Fraction] = []
    with Decoder(film, "") as decoder, pytest.raises(DamagedFilm):
        true.extend(frame.ticks * decoder.media.time_base for frame in decoder.frames())
    assert len(seconds(create_proxy(film, tmp_path / "proxy.mp4"))) == len(true) > 10


def test_what_is_no_film_has_no_proxy(tmp_path: Path) -> None:
    """A file that is no film is refused."""
    with pytest.raises(NotAFilm):
        create_proxy(damaged_files.text(tmp_path / "film.mp4"), tmp_path / "proxy.mp4")


# The process


def run_process(home: Path, film: Path, frames: int = 60, film_id: str = "f1") -> tuple[int, list[dict[str, Any]]]:
    """Run processes.proxy in this process; return its exit code and events."""
    file = identity_at(film)
    request = ProxyRequest(home=home, film=film, content_id=film_id, name="Mine.mov", frames=frames, file=file)
    request.write(home / "request")
    output = io.StringIO()
    before = os.nice(0)
    try:
        code = proxy_process.main(home / "request", output)
    finally:
        assert os.nice(0) >= before
    return code, [json.loads(line) for line in output.getvalue().splitlines()]


@pytest.fixture(autouse=True)
def keep_our_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the test process from lowering its priority."""
    monkeypatch.setattr(proxy_process, "NICE", 0)


def test_the_process_says_how_it_goes_and_leaves_one_file(tmp_path: Path) -> None:
    """The proxy gets its final name and a hash file only; the last event is “done”."""
    film = write_film(tmp_path / "film.mkv", numbered(60))
    leftover = tmp_path / "films" / "f1" / "proxy.mp4.part"
    leftover.parent.mkdir(parents=True)
    leftover.write_bytes(b"of a process that was ended")
    code, events = run_process(tmp_path, film)
    assert (code, events[-1]) == (0, {"event": "done", "frames": 60})
    assert {path.name for path in leftover.parent.iterdir()} == {"proxy.json", "proxy.mp4"}
    assert len(seconds(Home(tmp_path).proxy("f1"))) == 60


def test_progress_has_what_a_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress events have frames, total frames, frames a second and seconds left."""
    monkeypatch.setattr("emotion_core.system.progress.EVERY", 0.0)
    _, events = run_process(tmp_path, write_film(tmp_path / "film.mkv", numbered(60)))
    progress = [event for event in events if event["event"] == "progress"]
    assert set(progress[0]) == {"event", "frames", "frames_total", "frames_per_second", "seconds_left"}
    assert (progress[-1]["frames"], progress[-1]["frames_total"]) == (60, 60)


def test_a_film_that_is_none_is_one_message(tmp_path: Path) -> None:
    """The last event gives the reason, with the film's name as the user knows it."""
    code, events = run_process(tmp_path, damaged_files.text(tmp_path / "original.mp4"))
    assert (code, events[-1]["event"], events[-1]["kind"]) == (1, "error", "NotAFilm")
    assert "Mine.mov" in events[-1]["problem"]
    assert not list((tmp_path / "films" / "f1").iterdir())


def test_the_quota_holds_for_proxies(tmp_path: Path) -> None:
    """If films use up the quota, a proxy fails with a message and leaves no file."""
    (tmp_path / "config.toml").write_text("quota_gb = 0.000001\n")
    code, events = run_process(tmp_path, write_film(tmp_path / "film.mkv", numbered(60)))
    assert (code, events[-1]["kind"]) == (1, "QuotaReached")
    assert not list((tmp_path / "films" / "f1").iterdir())


def test_the_quota_keeps_what_uploads_were_promised(tmp_path: Path) -> None:
    """Space claimed by uploads is not available to a proxy; that of its own partial file is."""
    film = write_film(tmp_path / "film.mkv", numbered(60))
    film_id = Library.open(tmp_path).refer_to(film).id
    leftover = tmp_path / "films" / film_id / "proxy.mp4.part"
    leftover.parent.mkdir(parents=True)
    leftover.write_bytes(bytes(4_999_000))
    (tmp_path / "config.toml").write_text("quota_gb = 0.005\n")
    upload = Uploads(tmp_path).announce("other.mp4", 1, None)
    leftover.write_bytes(bytes(4_999_999))
    code, events = run_process(tmp_path, film, film_id=film_id)
    assert (code, events[-1]) == (0, {"event": "done", "frames": 60})
    Uploads(tmp_path).remove(upload.id)
    Home(tmp_path).proxy(film_id).unlink()
    Uploads(tmp_path).announce("other.mp4", 4_995_000, None)
    code, events = run_process(tmp_path, film, film_id=film_id)
    assert (code, events[-1]["kind"]) == (1, "QuotaReached")
    assert "5.0 MB are kept for other uploads" in events[-1]["problem"]
    assert not list(leftover.parent.iterdir())


def test_without_knowing_the_quota_there_is_no_proxy(tmp_path: Path) -> None:
    """An invalid config.toml is an error, not the absence of a quota."""
    film = write_film(tmp_path / "film.mkv", numbered(5))
    (tmp_path / "config.toml").write_text("quota_gb = 'much'\n")
    code, events = run_process(tmp_path, film)
    assert (code, events[-1]["kind"], "quota_gb" in events[-1]["problem"]) == (1, "SettingsError", True)


def test_one_that_is_there_is_not_made_again(tmp_path: Path) -> None:
    """After a process that was killed before its last event, the finished proxy is used."""
    film = write_film(tmp_path / "film.mkv", numbered(5))
    assert run_process(tmp_path, film)[0] == 0
    before = Home(tmp_path).proxy("f1").stat()
    assert run_process(tmp_path, film) == (0, [{"event": "done"}])
    assert Home(tmp_path).proxy("f1").stat() == before


def test_it_is_confined_before_anything_brings_threads() -> None:
    """Imports before the confinement start no thread, which would stay unconfined."""
    script = (
        "import emotion_core.processes.proxy, emotion_core.processes.scan, emotion_core.processes.film_reader, os, sys;"
        "print(len(os.listdir('/proc/self/task')), 'numpy' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=WITHIN, check=True)
    assert result.stdout.split() == ["1", "False"]


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
    """A proxy's memory limit is that of the largest pictures with this machine's threads, below a scan's limit."""
    ProxyRequest(home=tmp_path, film=tmp_path / "a.mkv", content_id="f1", name="a", frames=5).write(tmp_path / "r")
    command = [sys.executable, "-c", LIMIT, str(tmp_path / "r")]
    result = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN, check=True)
    most = confinement.PROXY_BYTES + thread_budget().decode * confinement.PROXY_BYTES_A_THREAD
    assert int(result.stdout) <= most < confinement.WORK_BYTES


def test_a_disk_that_is_full_is_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ends before the disk is full and leaves no file."""
    monkeypatch.setattr(quota, "RESERVE", 1 << 62)
    monkeypatch.setattr(quota, "SMALL_DISK", 1)
    code, events = run_process(tmp_path, write_film(tmp_path / "film.mkv", numbered(60)))
    assert (code, events[-1]["kind"]) == (1, "DiskFull")
    assert not list((tmp_path / "films" / "f1").iterdir())


def test_a_write_that_fails_is_a_message(tmp_path: Path) -> None:
    """A system error on writing becomes one message."""
    film = write_film(tmp_path / "film.mkv", numbered(60))
    with pytest.raises(EmotionError):
        transcode.write(film, "", Path("/dev/full"), lambda *_: None)


# In the library


def wait(library: Library, film_id: str) -> proxies.Proxy:
    end = time.monotonic() + WITHIN
    while time.monotonic() < end:
        proxy = proxies.status(library, library.film(film_id))
        if proxy.state != "being made":
            return proxy
        time.sleep(0.05)
    raise AssertionError(f"no end after {WITHIN} s")


def test_a_film_that_plays_needs_none(tmp_path: Path) -> None:
    """A playable film gets no job; the player plays the original."""
    library = Library.open(tmp_path / "home")
    film = library.refer_to(write_film(tmp_path / "film.mp4", texture(1, 20)))
    proxy = proxies.request(library, film)
    assert (proxy.state, proxy.file) == ("not needed", "original")
    assert not list((library.home / "jobs").iterdir())


def test_one_that_does_not_play_gets_one_by_itself(tmp_path: Path) -> None:
    """Two requests make one proxy, one process at a time; the proxy is deleted with its film."""
    library = Library.open(tmp_path / "home")
    film = library.refer_to(write_film(tmp_path / "film.mkv", texture(1, 20)))
    assert proxies.status(library, film).state == "missing"
    with locked(Home(library.home).proxy_lock):
        for _ in range(2):
            proxy = proxies.request(library, film)
            assert (proxy.state, proxy.progress, proxy.file) == ("being made", None, None)
            assert proxy.reason == "Matroska files do not play in every browser"
    assert wait(library, film.id).state == "ready"
    assert len(seconds(Home(library.home).proxy(film.id))) == 20
    film.path.unlink()
    assert proxies.status(library, film).file == "proxy"
    scans.delete_film(library, film.id)
    assert not list((library.home / "films").iterdir())
    assert {path.name for path in (library.home / "jobs").iterdir()} - {"worker.json"} == {"worker.log"}


def test_nothing_of_a_deleted_film_comes_back(tmp_path: Path) -> None:
    """If a film is deleted during its probe, or while its proxy is queued, its folder is not created again."""
    library = Library.open(tmp_path / "home")
    film = library.refer_to(write_film(tmp_path / "film.mkv", texture(1, 20)))
    request = tmp_path / "request"
    proxies.request_of(library, film).write(request)
    scans.delete_film(library, film.id)
    output = io.StringIO()
    assert proxy_process.main(request, output) == 1
    assert json.loads(output.getvalue().splitlines()[-1])["problem"] == "film.mkv is no longer in the library."
    assert proxies.status(library, film).reason == "Matroska files do not play in every browser"
    assert not list((library.home / "films").iterdir())


def test_one_that_failed_is_tried_again_when_asked(tmp_path: Path) -> None:
    """A failed proxy has a message, is not tried forever, and succeeds on retry once the cause is gone."""
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
    proxies.retry(library, film)
    assert wait(library, film.id).state == "ready"


def test_one_that_is_killed_is_begun_again(tmp_path: Path) -> None:
    """A process that ends without an event is followed by another, which creates the proxy."""
    library = Library.open(tmp_path / "home")
    film = library.refer_to(write_film(tmp_path / "film.mkv", texture(1, 20)))
    name = job_table.job_id("proxy", film.id)
    with locked(Home(library.home).proxy_lock):
        proxies.request(library, film)
        first = pid_of(library, name, None)
        os.kill(first, 9)
        pid_of(library, name, first)
    assert wait(library, film.id).state == "ready"


def pid_of(library: Library, name: str, other: int | None) -> int:
    """The number of a job's process, other than `other`, once it waits for its turn."""
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
    """Without film and proxy there is nothing to play; the message gives the reason."""
    library = Library.open(tmp_path / "home")
    film = library.refer_to(write_film(tmp_path / "film.mkv", texture(1, 20)))
    film.path.unlink()
    proxy = proxies.request(library, film)
    assert (proxy.state, proxy.file) == ("failed", None)
    assert "Add the film again" in proxy.message


def test_it_gives_way_to_everything_else(tmp_path: Path) -> None:
    """The process lowers its priority below that of scans."""
    home = tmp_path
    film = write_film(tmp_path / "film.mkv", texture(1, 5))
    file = identity_at(film)
    ProxyRequest(home=home, film=film, content_id="f1", name="Mine.mkv", frames=5, file=file).write(home / "request")
    script = (
        "import os, sys, io; from pathlib import Path; from emotion_core.processes import proxy as p;"
        f"p.main(Path({str(home / 'request')!r}), io.StringIO()); print(os.nice(0))"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=WITHIN, check=True)
    assert int(result.stdout) >= 10
