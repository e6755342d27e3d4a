"""`python -m tests.benchmarks.length FILM`: what a minute of film costs, and the peak of memory, against its length.

The film is repeated, without re-encoding, until it is long enough.
"""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import av
import typer
from av.video.stream import VideoStream

from emotion_core.settings import EngineName, ScanSettings
from tests.benchmarks import watched
from tests.support.repository import ROOT


def main(
    film: Annotated[Path, typer.Argument(help="H.264 in MP4.")],
    minutes: Annotated[list[float] | None, typer.Option(help="Lengths; default 2, 10 and 40.")] = None,
    engine: EngineName = "default",
) -> None:
    """Print seconds and CPU seconds a minute of film, and peak memory, of each length."""
    print(watched.machine())
    print(f"{'minutes':>8}{'frames':>9}{'s a minute':>12}{'CPU s a minute':>16}{'peak MB':>9}")
    settings = ScanSettings(engine=engine, checkpoint="embedded")
    with tempfile.TemporaryDirectory() as folder:
        build = watched.Build(ROOT, Path(folder) / "home")
        build.open_engine(settings)
        for length in minutes or [2.0, 10.0, 40.0]:
            path = repeated(film, Path(folder) / "long.mp4", Fraction(length).limit_denominator(100) * 60)
            run = watched.analysis(path, settings, build)
            a_minute, cpu = run.seconds / length, run.cpu / length
            print(f"{length:8g}{run.frames:9}{a_minute:12.2f}{cpu:16.2f}{run.peak / 1e6:9.0f}", flush=True)


def repeated(film: Path, out: Path, seconds: Fraction) -> Path:
    """The film's pictures again and again, as they are coded, until `seconds` are full."""
    with av.open(str(out), "w") as container:
        target: VideoStream | None = None
        offset = Fraction(0)
        while offset < seconds:
            with av.open(str(film)) as source:
                stream = source.streams.video[0]
                base = Fraction(stream.time_base or Fraction(1, 1000))
                if target is None:
                    target = container.add_stream_from_template(stream)
                end = offset
                for packet in source.demux(stream):
                    if packet.dts is None or packet.pts is None:
                        continue
                    if offset + packet.dts * base >= seconds and packet.is_keyframe:
                        end = seconds
                        break
                    end = max(end, offset + (packet.pts + (packet.duration or 0)) * base)
                    shift = round(offset / base)
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = target
                    container.mux(packet)
                offset = end
    return out


if __name__ == "__main__":
    typer.run(main)
