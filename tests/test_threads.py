"""Who gets how many threads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from emotion_core.decoding import decoder
from emotion_core.decoding.decoder import Decoder
from emotion_core.processes import frames
from emotion_core.scan.save_frames import Asked
from emotion_core.stills import StillReader
from emotion_core.system import threads
from emotion_core.system.threads import DEAR, in_words, share, usable_cores
from tests.films import texture, write_film


@pytest.mark.parametrize(
    ("cores", "cheap", "dear"),
    [(1, 1, 1), (2, 1, 2), (3, 1, 3), (4, 2, 4), (8, 4, 8), (16, 4, 16), (64, 4, 16)],
)
def test_a_dear_checkpoint_gets_every_core(cores: int, cheap: int, dear: int) -> None:
    """Below so many parameters the model runs beside the decoder on half the cores, four at most; from there on it
    gets them all, sixteen at most, and nothing else changes.
    """
    below, above = share(cores, parameters=DEAR - 1), share(cores, parameters=DEAR)
    assert (below.inference, above.inference) == (cheap, dear)
    assert below == share(cores)
    assert (below.decode, below.detection) == (above.decode, above.detection) == (min(16, cores + 4), cheap)


def test_it_counts_the_cores_that_it_may_use() -> None:
    """Without a number it is the cores of this process, of which there is one at least."""
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)
    assert share() == share(usable_cores())


@pytest.fixture
def torchs_own() -> Iterator[None]:
    """PyTorch's number of threads is afterwards as it was."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("torchs_own")
def test_saved_frames_share_the_cores_as_an_analysis_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On eight cores the frames that are saved are decoded, searched and read by as many threads as a scan's are."""
    monkeypatch.setattr(threads, "usable_cores", lambda: 8)
    decoding: list[int] = []

    class Counted(Decoder):
        def __init__(self, path: Path, content: str, *, threads: int = 0, **given: Any) -> None:
            decoding.append(threads)
            super().__init__(path, content, threads=threads, **given)

    monkeypatch.setattr(decoder, "Decoder", Counted)
    film = write_film(tmp_path / "film.mp4", texture(1, 1))
    reader = StillReader("embedded", "torch")
    asked = Asked(film=str(film), out=str(tmp_path), every=1, whole_frame=False, checkpoint="embedded", engine="torch")
    frames._save(asked, "content", reader, tmp_path)
    wanted = share()
    assert (wanted.decode, wanted.detection) == (12, 4)
    assert decoding == [wanted.decode]
    assert reader._detector._yunet._threads == wanted.detection
    assert reader.engine.threads == wanted.inference


def test_it_is_told_in_words() -> None:
    """The words hold the numbers of this machine, with a large checkpoint too."""
    usual, dear = share(), share(parameters=DEAR)
    told = in_words()
    assert told.startswith(f"{usual.decode} threads decode, {usual.detection} look for faces, {usual.inference} read")
    assert f"({dear.inference} with a large model)" in told
