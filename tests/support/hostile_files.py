"""Hostile files: more than seventy, each with how it must end."""

from __future__ import annotations

import io
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Literal

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from tests.support.damaged_files import concat_list, empty, playlist, sound, sound_with_cover, text
from tests.support.films import texture, write_film

Ends = Literal["message", "damaged", "whole", "either", "any"]
"""In a message; in a report marked damaged; in one of a whole film; in one of the first two; in any of them."""

SECRET = "the owner's own words"
"""What lies in files beside the hostile ones; no message and no report may hold it."""

TEN_YEARS = 10 * 365 * 86400
FRAMES = 48


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile file."""

    path: Path
    ends: Ends
    words: tuple[str, ...] = ()
    """Words that its message, or the report's first note, must contain."""
    points_to: Path | None = None
    """Another file that it names; no process may open it."""

    @property
    def name(self) -> str:
        return self.path.name


# Films to be spoilt

Kind = Literal["mp4", "faststart.mp4", "mov", "mkv", "webm", "avi", "ts", "mxf", "mpg", "vob"]
KINDS: tuple[Kind, ...] = ("mp4", "faststart.mp4", "mov", "mkv", "webm", "avi", "ts", "mxf", "mpg", "vob")


@cache
def film(kind: Kind) -> bytes:
    """A film of two shots, 48 frames, as bytes."""
    codecs = {
        "mov": "prores_ks",
        "webm": "libvpx",
        "avi": "mpeg4",
        **dict.fromkeys(("mxf", "mpg", "vob"), "mpeg2video"),
    }
    codec = codecs.get(kind, "libx264")
    pixel_format = "yuv422p10le" if codec == "prores_ks" else "yuv420p"
    options = {"movflags": "faststart"} if kind == "faststart.mp4" else {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{kind}"
        half = FRAMES // 2
        write_film(
            path,
            [*texture(1, half), *texture(2, half)],
            codec=codec,
            b_frames=0,
            container_options=options,
            pixel_format=pixel_format,
        )
        return path.read_bytes()


def flipped(content: bytes, start: int, end: int, *, bits: int, seed: int) -> bytes:
    random, out = np.random.default_rng(seed), bytearray(content)
    for place in random.integers(start, end, bits):
        out[place] ^= 1 << int(random.integers(8))
    return bytes(out)


def hole(content: bytes, start: float = 0.5, share: float = 0.15) -> bytes:
    first, length = int(len(content) * start), int(len(content) * share)
    return content[:first] + bytes(length) + content[first + length :]


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def replaced(content: bytes, path: list[bytes], new: Callable[[bytes], bytes]) -> bytes:
    """An MP4 in which the first box at `path` has other content; the boxes around it grow with it."""
    at, out = 0, b""
    has_replaced = False
    while at + 8 <= len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        inner = content[at + 8 : at + length]
        if kind == path[0] and not has_replaced:
            has_replaced = True
            inner = new(inner) if len(path) == 1 else replaced(inner, path[1:], new)
        out += box(kind, inner)
        at += length
    assert has_replaced, path
    return out


def part(content: bytes, path: list[bytes]) -> bytes:
    """The content of the first box at `path`."""
    payload: list[bytes] = []

    def look(inner: bytes) -> bytes:
        payload.append(inner)
        return inner

    replaced(content, path, look)
    return payload[0]


# Bombs

BIG = 32_000
"""A side in pixels."""


class Bits:
    """Bits written one after another, with H.264's codes."""

    def __init__(self) -> None:
        self.text = ""

    def put(self, value: int, width: int) -> Bits:
        self.text += f"{value:0{width}b}"
        return self

    def golomb(self, value: int) -> Bits:
        code = f"{value + 1:b}"
        self.text += "0" * (len(code) - 1) + code
        return self

    def bytes(self) -> bytes:
        padded = self.text + "1"
        padded += "0" * (-len(padded) % 8)
        return int(padded, 2).to_bytes(len(padded) // 8, "big")


def big_sps(side: int = BIG) -> bytes:
    """An H.264 sequence parameter set of a picture of `side` x `side`, with its start code."""
    bits = Bits().put(66, 8).put(0xC0, 8).put(62, 8).golomb(0).golomb(0).golomb(2).golomb(1).put(0, 1)
    bits.golomb(side // 16 - 1).golomb(side // 16 - 1).put(1, 1).put(1, 1).put(0, 1).put(0, 1)
    return b"\0\0\0\1\x67" + bits.bytes()


BIG_PPS = (
    b"\0\0\0\1\x68"
    + Bits()
    .golomb(0)
    .golomb(0)
    .put(0, 2)
    .golomb(0)
    .golomb(0)
    .golomb(0)
    .put(0, 3)
    .golomb(0)
    .golomb(0)
    .golomb(0)
    .put(0, 3)
    .bytes()
)
BIG_SLICE = b"\0\0\0\1\x65" + Bits().golomb(0).golomb(7).golomb(0).put(0, 4).golomb(0).bytes() + bytes(500)


def h264_ts(path: Path, packets: Iterable[bytes]) -> Path:
    """A transport stream of these H.264 access units."""
    with av.open(str(path), "w", format="mpegts") as container:
        stream = container.add_mux_stream("h264", rate=25, width=160, height=96)
        for index, content in enumerate(packets):
            packet = av.Packet(content)
            packet.stream, packet.time_base = stream, Fraction(1, 25)
            packet.pts = packet.dts = index
            container.mux(packet)
    return path


def small_packets(count: int) -> list[bytes]:
    """Access units of a small film."""
    with av.open(io.BytesIO(film("ts")), "r", format="mpegts") as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    return packets[:count]


def h264_bomb(path: Path, side: int = BIG) -> Path:
    """A transport stream whose first picture is `side` high and wide."""
    return h264_ts(path, [big_sps(side) + BIG_PPS + BIG_SLICE] * 5)


def grows(path: Path) -> Path:
    """24 small pictures, then ones of BIG x BIG."""
    return h264_ts(path, [*small_packets(24), *[big_sps() + BIG_PPS + BIG_SLICE] * 5])


def one_picture(path: Path, codec: str, pixel_format: str) -> bytes:
    return write_film(path, texture(1, 5), codec=codec, pixel_format=pixel_format, b_frames=0).read_bytes()


def png_bomb(path: Path) -> Path:
    """PNG pictures in MOV, of BIG x BIG by their own header and by the container's."""
    content = one_picture(path, "png", "rgb24")
    head = b"IHDR" + struct.pack(">II", 160, 96)
    at = content.index(head)
    new = b"IHDR" + struct.pack(">II", BIG, BIG) + content[at + 12 : at + 17]
    content = content.replace(content[at : at + 21], new + struct.pack(">I", zlib.crc32(new)))
    path.write_bytes(content.replace(struct.pack(">HH", 160, 96), struct.pack(">HH", BIG, BIG)))
    return path


def png_bomb_within(path: Path) -> Path:
    """The same, of which the container says 160 x 96."""
    content = png_bomb(path).read_bytes()
    path.write_bytes(content.replace(struct.pack(">HH", BIG, BIG), struct.pack(">HH", 160, 96)))
    return path


def jpeg_bomb(path: Path) -> Path:
    """Motion JPEG in AVI, of BIG x BIG."""
    content = one_picture(path, "mjpeg", "yuvj420p")
    content = content.replace(b"\x08\x00\x60\x00\xa0", b"\x08" + struct.pack(">HH", BIG, BIG))
    path.write_bytes(content.replace(struct.pack("<II", 160, 96), struct.pack("<II", BIG, BIG)))
    return path


def vp9_bomb(path: Path) -> Path:
    """VP9 in WebM whose first key frame says it is BIG x BIG; the container says 160 x 96."""
    content = bytearray(one_picture(path, "libvpx-vp9", "yuv420p"))
    at = content.index(b"\x49\x83\x42")
    first = int.from_bytes(content[at + 3 : at + 9], "big")
    low = 48 - 4 - 32
    sides = ((BIG - 1) << 16 | (BIG - 1)) << low
    content[at + 3 : at + 9] = ((first & ~(0xFFFFFFFF << low)) | sides).to_bytes(6, "big")
    path.write_bytes(content)
    return path


def wide(path: Path) -> Path:
    """An MP4 whose pixels are 200 times as wide as high."""
    content = write_film(path, texture(1, 6), pixel_aspect=Fraction(2)).read_bytes()
    path.write_bytes(content.replace(b"pasp" + struct.pack(">II", 2, 1), b"pasp" + struct.pack(">II", 200, 1)))
    return path


def many_streams(path: Path, count: int) -> Path:
    """An MP4 whose index holds so many picture tracks."""
    content = film("mp4")
    path.write_bytes(
        replaced(content, [b"moov"], lambda inner: inner + box(b"trak", part(inner, [b"trak"])) * (count - 1))
    )
    return path


def compressed_index(path: Path) -> Path:
    """A MOV whose index is packed: 100 kB that say they are 100 MB of nothing."""
    length = 100_000_000
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(length // 1_000_000)) + packer.flush()
    cmov = box(b"dcom", b"zlib") + box(b"cmvd", struct.pack(">I", length) + packed)
    path.write_bytes(box(b"ftyp", b"qt  \0\0\2\0qt  ") + box(b"moov", box(b"cmov", cmov)) + box(b"mdat", bytes(100)))
    return path


def metadata_bomb(path: Path) -> Path:
    """A film with a comment of four million letters."""
    return write_film(path, texture(1, 12), comment="S-Log3 " * 600_000)


# Pointing elsewhere


def external_reference(path: Path, secret: Path, *, alias: bool) -> Path:
    """A MOV whose pictures lie, it says, in another file."""
    content = film("mov")
    if alias:
        name = str(secret).encode()[:200]
        folders = struct.pack(">hH", 2, len(name)) + name + b"\0" * (len(name) % 2) + struct.pack(">hH", -1, 0)
        head = bytes(10) + bytes([4]) + b"disk".ljust(27, b"\0") + bytes(12)
        short = secret.name.encode()
        alis = head + bytes([len(short)]) + short.ljust(63, b"\0") + bytes(16) + struct.pack(">hh", 1, 1) + bytes(16)
        entry = box(b"alis", b"\0\0\0\0" + alis + folders)
    else:
        entry = box(b"url ", b"\0\0\0\0" + f"file://{secret}".encode() + b"\0")
    dref = [b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"]
    path.write_bytes(replaced(content, dref, lambda _: struct.pack(">II", 0, 1) + entry))
    return path


def linked_segment(path: Path, secret: Path) -> Path:
    """An MKV that goes on, it says, in another file."""
    content = film("mkv")
    at = content.index(b"\x57\x41", content.index(b"\x4d\x80"))
    length = content[at + 2] & 0x7F
    name = secret.name.encode()[: length - 1].ljust(length - 1, b"\0")
    path.write_bytes(content[:at] + b"\x3e\x83\xbb" + bytes([0x80 | (length - 1)]) + name + content[at + 3 + length :])
    return path


def attachment(path: Path) -> Path:
    """An MKV with a film and a program attached."""
    with av.open(str(path), "w") as container:
        container.add_attachment("../../run me.sh", "application/x-sh", b"#!/bin/sh\nrm -rf /\n")
        stream = container.add_stream("libx264", rate=25)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        for picture in texture(1, 30):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


def manifest(path: Path, secret: Path) -> Path:
    path.write_text(
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet mimeType="video/mp4">'
        f"<Representation><BaseURL>file://{secret}</BaseURL></Representation></AdaptationSet></Period></MPD>"
    )
    return path


# Time


def long_claim(path: Path) -> Path:
    """An MP4 that says it lasts half a year: each frame is shown for days."""
    stts = [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stts"]
    path.write_bytes(replaced(film("mp4"), stts, lambda inner: inner[:4] + struct.pack(">III", 1, FRAMES, 0xF0000000)))
    return path


def with_duration(content: bytes, milliseconds: float) -> bytes:
    """An MKV that says it lasts so long."""
    at = content.index(b"\x44\x89\x88")
    return content[:at] + b"\x44\x89\x88" + struct.pack(">d", milliseconds) + content[at + 11 :]


def jumps(path: Path, *, claimed: float) -> Path:
    """An MKV whose time-stamps jump by five days after its first second; it says it lasts `claimed` milliseconds."""
    times = [*range(25), *(25 + 5 * 86400 * 25 + i for i in range(25))]
    write_film(path, texture(1, 50), b_frames=0, pts=times, time_base=Fraction(1, 25))
    path.write_bytes(with_duration(path.read_bytes(), claimed))
    return path


def backwards(path: Path) -> Path:
    """An MP4 whose frames are each shown before the one before."""
    with av.open(str(path), "w", options={"avoid_negative_ts": "disabled"}) as container:
        stream = container.add_stream("mjpeg", rate=25)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuvj420p"
        for index, picture in enumerate(texture(1, 40)):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = index
            for packet in stream.encode(frame):
                packet.pts, packet.dts = 40 - index, index - 40
                container.mux(packet)
    return path


def negative(path: Path) -> Path:
    """A MOV whose time-stamps begin a second before zero."""
    return write_film(
        path, texture(1, 50), b_frames=0, pts=range(-25, 25), time_base=Fraction(1, 25),
        container_options={"avoid_negative_ts": "disabled"},
    )  # fmt: skip


def with_sound(
    path: Path, sounds: Iterable[tuple[float, int]], *, rate: int = 48_000, layout: str = "mono",
    pictures: int = FRAMES, starts: int = 0, hertz: float | None = None,
) -> Path:  # fmt: skip
    """An MKV of `pictures` at 25 a second from second `starts` on, with PCM: a tone at each second, of so many samples.

    Each tone is one packet, of `hertz` or an eighth of the rate.
    """
    step = np.pi / 4 if hertz is None else 2 * np.pi * hertz / rate
    channels = av.AudioLayout(layout).nb_channels
    with av.open(str(path), "w") as container:
        picture = container.add_stream("libx264", rate=25, options={"bf": "0", "preset": "ultrafast"})
        heard = container.add_stream("pcm_s16le", rate=rate, layout=layout)
        assert isinstance(picture, VideoStream)
        assert isinstance(heard, AudioStream)
        picture.width, picture.height, picture.pix_fmt = 160, 96, "yuv420p"
        for index, image in enumerate(texture(1, pictures)):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = index + starts * 25, Fraction(1, 25)
            container.mux(picture.encode(frame))
        container.mux(picture.encode())
        for begins, samples in sounds:
            wave = (np.sin(np.arange(samples) * step + 1) * 20_000).astype(np.int16)
            tone = av.AudioFrame.from_ndarray(np.repeat(wave, channels)[None], format="s16", layout=layout)
            tone.sample_rate, tone.time_base, tone.pts = rate, Fraction(1, rate), round(begins * rate)
            container.mux(heard.encode(tone))
        container.mux(heard.encode())
    return path


def sound_backwards(path: Path) -> Path:
    """An MKV whose sound goes on after an hour, and then at its first second once more."""
    content = with_sound(path, [(0, 4800), (3600, 4800), (7200, 4800)]).read_bytes()
    hours = b"\xe7\x83" + (7_200_000).to_bytes(3, "big")  # when a cluster begins, milliseconds
    assert content.count(hours) == 1
    path.write_bytes(content.replace(hours, b"\xe7\x83" + (1000).to_bytes(3, "big")))
    return path


def subtitles(path: Path) -> Path:
    """An MKV that holds a line of text alone."""
    with av.open(str(path), "w") as container:
        stream = container.add_mux_stream("subrip")
        packet = av.Packet(b"Nothing to see.")
        packet.stream, packet.time_base, packet.pts, packet.dts, packet.duration = stream, Fraction(1, 1000), 0, 0, 900
        container.mux(packet)
    return path


DRESSED: tuple[tuple[str, bytes, str], ...] = (
    ("zip.mp4", b"PK\x03\x04" + bytes(500), "ZIP archive"),
    ("document.mp4", b"%PDF-1.7\n" + bytes(500), "PDF document"),
    ("program.mp4", b"\x7fELF\x02\x01\x01" + bytes(500), "program"),
    ("photo.mov", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(500), "JPEG picture"),
    ("loop.mp4", b"GIF89a\x10\x00\x10\x00" + bytes(500), "GIF picture"),
    ("drawing.mp4", b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>', "SVG"),
    ("packed.mkv", b"\x1f\x8b\x08" + bytes(500), "gzip"),
    ("script.mp4", b'AviSource("/etc/passwd")\nreturn last\n', "a text"),
    ("session.mp4", b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n", "a text"),
    ("noise.mp4", np.random.default_rng(7).bytes(5000), "cannot be opened as a film"),
    ("zeros.mp4", bytes(5000), "cannot be opened as a film"),
)

NAMES: tuple[str, ...] = (
    "../../../etc/cron.d/x.mp4",
    "/etc/passwd",
    "..\\..\\windows\\system.ini",
    "<script>alert(1)</script>.mp4",
    "<img src=x onerror=alert(1)>.mp4",
    "nul\x00byte.mp4",
    "=cmd|' /C calc'!A0.mp4",
    "+1+2.mp4",
    "-2+3.mp4",
    "@SUM(A1).mp4",
    "\t=1+1.mp4",
    "🎬🍿💥.mp4",
    "gpj.\u202e4pm.exe",
    "x" * 300 + ".mp4",
    "two\nlines.mp4",
    "...",
    "CON.mp4",
    "$(reboot) `id` %s %n {0}.mp4",
    "concat:a.mp4|b.mp4",
    "subfile,,start,0,end,0,,:a.mp4",
    "film%03d.png",
)
"""What an upload may call itself."""


def write(folder: Path) -> list[Case]:  # noqa: PLR0915 # a list of files, one a line
    """Make them all in `folder`, which also gets what they point to."""
    secret = folder / "elsewhere" / "private.mkv"
    secret.parent.mkdir()
    secret.write_bytes(film("mkv"))
    cases: list[Case] = []

    def add(content: Path | bytes, ends: Ends, *words: str, name: str = "", points_to: Path | None = None) -> None:
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
            content = folder / name
        cases.append(Case(content, ends, words, points_to))

    for kind in KINDS:
        index_last = kind in ("mp4", "mov")
        for quarter in (2,) if index_last else (1, 2):  # without their index all quarters are refused alike
            content = film(kind)[: len(film(kind)) * quarter // 4 + 7]  # never between two packets
            words = ("cannot be opened as a film", "bytes") if index_last else ()
            ends: Ends = "message" if index_last else "either" if quarter == 1 else "damaged"
            add(content, ends, *words, name=f"cut {quarter}.{kind}")
    whole: tuple[Kind, ...] = ("mp4", "mkv", "avi", "ts", "mxf", "mov", "mpg", "vob")
    for seed, kind in enumerate(whole):
        content = film(kind)
        add(flipped(content, len(content) // 4, len(content) * 3 // 4, bits=30, seed=seed), "damaged",
            name=f"pictures flipped.{kind}")  # fmt: skip
        add(hole(content), "damaged", name=f"hole.{kind}")
    headed: tuple[Kind, ...] = ("mp4", "faststart.mp4", "mkv", "avi", "ts", "mxf", "mpg", "vob")
    for seed, kind in enumerate(headed):
        content = film(kind)
        start = content.index(b"moov") if kind == "mp4" else 0
        add(flipped(content, start, start + 900, bits=12, seed=seed), "any", name=f"header flipped.{kind}")

    bomb = ("32,000 x 32,000", "8192 x 8192")
    add(h264_bomb(folder / "bomb.ts"), "message", *bomb)
    add(png_bomb(folder / "bomb.mov"), "message", *bomb)
    add(png_bomb_within(folder / "bomb within.mov"), "message", *bomb)
    add(jpeg_bomb(folder / "bomb.avi"), "message", *bomb)
    add(vp9_bomb(folder / "bomb.webm"), "message", *bomb)
    add(h264_bomb(folder / "smaller bomb.ts", 12_000), "message", "12,000 x 12,000", "8192 x 8192")
    add(grows(folder / "grows.ts"), "damaged")
    add(many_streams(folder / "hundred.mp4", 100), "message", "100 streams", "64")
    add(many_streams(folder / "ten thousand.mp4", 10_000), "message", "streams")
    add(compressed_index(folder / "packed index.mov"), "message", "no picture")
    add(metadata_bomb(folder / "comment.mp4"), "whole")

    add(playlist(folder / "list.mp4"), "message", "playlist", points_to=folder / "private.ts")
    add(concat_list(folder / "join.mp4"), "message", "list of other files", points_to=folder / "private.mp4")
    add(f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n".encode(), "message", "playlist", name="far.mkv", points_to=secret)
    add(manifest(folder / "dash.mp4", secret), "message", "XML", points_to=secret)
    add(external_reference(folder / "alias.mov", secret, alias=True), "any", points_to=secret)
    add(external_reference(folder / "url.mov", secret, alias=False), "any", points_to=secret)
    add(linked_segment(folder / "linked.mkv", secret), "whole", points_to=secret)
    add(attachment(folder / "attached.mkv"), "whole")

    add(long_claim(folder / "half a year.mp4"), "message", "frames a second")
    add(with_duration(film("mkv"), TEN_YEARS * 1000.0), "message", "says it lasts 87,600:00:00", name="decade.mkv")
    add(with_duration(film("mkv"), 60_000.0), "damaged", "of 1:00 could be read", name="claims a minute.mkv")
    add(jumps(folder / "jumps.mkv", claimed=2000), "whole")
    add(backwards(folder / "backwards.mp4"), "whole")
    add(negative(folder / "negative.mov"), "any")
    add(with_sound(folder / "sound after hours.mkv", [(20 * 3600, 1024)]), "damaged", "only the first 1.9 s")
    add(with_sound(folder / "sound jumps.mkv", [(0, 4800), (2 * 3600, 4800)]), "damaged", "only the first 1.9 s")
    add(sound_backwards(folder / "sound backwards.mkv"), "damaged", "only the first 1.9 s")
    add(with_sound(folder / "slow sound.mkv", [(0, 1024)], rate=1), "damaged", "only the first 1.9 s")
    add(write_film(folder / "thousand.mkv", texture(1, 30), rate=Fraction(1000)), "message", "1000 frames a second")
    add(wide(folder / "wide.mp4"), "message", "200 times as wide")

    add(empty(folder / "empty.mp4"), "message", "0 bytes")
    add(text(folder / "letter.mp4"), "message", "a text")
    add(sound(folder / "song.mp4"), "message", "only sound")
    add(sound_with_cover(folder / "cover.mp4"), "message", "only sound")
    add(subtitles(folder / "subtitles.mkv"), "message", "no picture")
    for name, content, kind_of_file in DRESSED:
        add(content, "message", kind_of_file, name=name)
    (secret.parent / "note.txt").write_text(SECRET)
    return cases
