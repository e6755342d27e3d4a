"""Thread budget of a scan's parts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emotion_core.decoding import Decoder
from emotion_core.faces.yunet import YuNet
from emotion_core.processes import frames
from emotion_core.scan import SaveFramesRequest
from emotion_core.stills import StillReader
from emotion_core.system import threads
from emotion_core.system.threads import LARGE_MODEL, budget_text, thread_budget, usable_cores
from tests.support.films import texture, write_film
from tests.support.late import Late

torch = Late("torch")


@pytest.mark.parametrize(
    ("cores", "cheap", "large"),
    [(1, 1, 1), (2, 1, 2), (3, 1, 3), (4, 2, 4), (8, 4, 8), (16, 4, 16), (64, 4, 16)],
)
def test_a_dear_checkpoint_gets_every_core(cores: int, cheap: int, large: int) -> None:
    """A model below LARGE_MODEL runs on half the cores, four at most; a larger one on all cores, sixteen at most. The
    other budgets do not depend on it.
    """
    below, above = thread_budget(cores, parameters=LARGE_MODEL - 1), thread_budget(cores, parameters=LARGE_MODEL)
    assert (below.inference, above.inference) == (cheap, large)
    assert below == thread_budget(cores)
    assert (below.decode, below.detection) == (above.decode, above.detection) == (min(16, cores + 4), cheap)


def test_it_counts_the_cores_that_it_may_use() -> None:
    """The default is the number of this process' cores, at least one."""
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)
    assert thread_budget() == thread_budget(usable_cores())


@pytest.fixture
def torchs_own() -> Iterator[None]:
    """Restore PyTorch's number of threads."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("torchs_own")
def test_saved_frames_share_the_cores_as_an_analysis_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On eight cores saving frames uses the same numbers of threads as a scan."""
    monkeypatch.setattr(threads, "usable_cores", lambda: 8)
    decoding: list[int] = []

    class Counted(Decoder):
        def __init__(self, path: Path, content: str, *, threads: int = 0, **options: Any) -> None:
            decoding.append(threads)
            super().__init__(path, content, threads=threads, **options)

    monkeypatch.setattr("emotion_core.decoding.Decoder", Counted)
    film = write_film(tmp_path / "film.mp4", texture(1, 1))
    reader = StillReader("embedded", "torch")
    request = SaveFramesRequest(
        film=str(film), out=str(tmp_path), every=1, whole_frame=False, checkpoint="embedded", engine="torch"
    )
    frames._save(request, "content", reader, tmp_path)
    wanted = thread_budget()
    assert (wanted.decode, wanted.detection) == (12, 4)
    assert decoding == [wanted.decode]
    assert isinstance(reader._detector, YuNet)
    assert reader._detector._network._threads == wanted.detection
    assert reader.engine.threads == wanted.inference


def test_it_is_told_in_words() -> None:
    """The text contains this machine's budgets, also that for a large checkpoint."""
    usual, large = thread_budget(), thread_budget(parameters=LARGE_MODEL)
    text = budget_text()
    assert text.startswith(f"{usual.decode} threads decode, {usual.detection} look for faces, {usual.inference} read")
    assert f"({large.inference} with a large model)" in text
