"""Files that are no film, or no whole one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av

from tests.support.films import texture, write_film, write_sound


def empty(path: Path) -> Path:
    """Zero bytes."""
    path.write_bytes(b"")
    return path


def text(path: Path) -> Path:
    """A letter called a film."""
    path.write_text("Dear editor, the film follows by post.\n" * 50)
    return path


def playlist(path: Path) -> Path:
    """A playlist called a film, pointing at a real film beside it."""
    target = write_film(path.with_name("private.ts"), texture(1, 30), b_frames=0)
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1.2,\n{target}\n#EXT-X-ENDLIST\n")
    return path


def concat_list(path: Path) -> Path:
    """A list of FFmpeg's concat demuxer called a film, pointing at a real film beside it."""
    target = write_film(path.with_name("private.mp4"), texture(1, 30))
    path.write_text(f"ffconcat version 1.0\nfile '{target.name}'\n")
    return path


def bare(path: Path) -> Path:
    """MPEG video without a container around it."""
    return write_film(path, texture(1, 30), codec="mpeg2video")


def sound(path: Path) -> Path:
    """Sound alone."""
    return write_sound(path)


def sound_with_cover(path: Path) -> Path:
    """Sound with cover art."""
    return write_sound(path, cover=next(texture(3, 1)))


def headless(path: Path) -> Path:
    """A film whose export broke off: MP4 keeps its index at the end, so it has none."""
    whole = write_film(path.with_name("whole.mp4"), texture(1, 60)).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def cut_short(path: Path) -> Path:
    """A film of 60 frames whose copy broke off halfway; its index, at the start, still names all."""
    options = {"movflags": "faststart"} if path.suffix in {".mp4", ".mov"} else {}
    whole = write_film(path.with_name(f"whole{path.suffix}"), texture(1, 60), container_options=options).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def cut_within_a_packet(path: Path) -> Path:
    """A programme stream that breaks off amid a packet; how long it is no such stream says."""
    whole = write_film(path.with_name(f"whole{path.suffix}"), texture(1, 60), codec="mpeg2video").read_bytes()
    path.write_bytes(whole[: len(whole) // 2 // 2048 * 2048 + 700])
    return path


def cut_short_long(path: Path) -> Path:
    """A film of ten seconds whose copy broke off halfway."""
    whole = write_film(path.with_name(f"long{path.suffix}"), texture(1, 250), b_frames=0).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def only_a_header(path: Path) -> Path:
    """A film's index without any of its pictures."""
    whole = write_film(path.with_name("whole.mp4"), texture(1, 60), container_options={"movflags": "faststart"})
    content = whole.read_bytes()
    path.write_bytes(content[: content.index(b"mdat") + 4])
    return path


def without_frames(path: Path) -> Path:
    """A film container with a video track of no frames."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=25)
        stream.height, stream.width, stream.pix_fmt = 96, 160, "yuvj420p"
        container.start_encoding()
    return path


def scratched(path: Path) -> Path:
    """A film of 60 frames with a hole of zeros in the pictures of its middle."""
    content = bytearray(write_film(path, texture(1, 60), container_options={"movflags": "faststart"}).read_bytes())
    middle = (content.index(b"mdat") + len(content)) // 2
    content[middle : middle + 6000] = bytes(6000)
    path.write_bytes(content)
    return path


def folder(path: Path) -> Path:
    """A folder called a film."""
    path.mkdir()
    return path


def missing(path: Path) -> Path:
    """Nothing at all."""
    return path


Maker = Callable[[Path], Path]

NOT_FILMS: list[tuple[Maker, str, str]] = [
    # what, its name, words that the message must contain
    (empty, "empty.mp4", "empty (0 bytes)"),
    (text, "letter.mp4", "cannot be opened as a film"),
    (text, "letter.txt", "cannot be opened as a film"),
    (playlist, "list.mp4", "cannot be opened as a film"),
    (playlist, "list.m3u8", "cannot be opened as a film"),
    (concat_list, "join.mp4", "cannot be opened as a film"),
    (bare, "bare.m2v", "it is bare MPEG video without a container"),
    (sound, "song.m4a", "only sound"),
    (sound, "song.mp4", "only sound"),
    (sound_with_cover, "cover.mp4", "only sound"),
    (headless, "half.mp4", "cannot be opened as a film"),
    (only_a_header, "header.mp4", "no frame that can be decoded"),
    (without_frames, "none.mov", "no picture"),
    (without_frames, "none.avi", "no frame that can be decoded"),
    (folder, "folder.mp4", "cannot be read"),
    (missing, "missing.mp4", "cannot be read"),
]
"""Each ends in NotAFilm, before or while its first frame is read."""

DAMAGED: list[tuple[Maker, str, str]] = [
    (cut_short, "short.mp4", "it says it lasts 2.4 s"),
    (cut_short, "short.mov", "it says it lasts 2.4 s"),
    (cut_short_long, "short.mkv", "it says it lasts 0:10"),
]
"""Each opens, is read as far as it goes, and ends in DamagedFilm."""
