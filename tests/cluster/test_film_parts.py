"""Parts of films: which a span needs, and the sparse file of a worker."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from emotion_core.cluster import exchange as exchange_module, film_parts
from emotion_core.cluster.exchange import Exchange
from emotion_core.cluster.film_parts import Receiver, Sender, numbers
from emotion_core.errors import ClusterError


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film_parts, "PART_BYTES", 1000)


@pytest.mark.parametrize(
    ("spans", "needed"),
    [
        (None, [0, 1, 2, 3]),
        ([], []),
        ([(0, 1)], [0]),
        ([(999, 1001)], [0, 1]),
        ([(3000, 3500), (0, 10)], [0, 3]),
        ([(3400, 9999)], [3]),
    ],
)
def test_spans_need_parts(spans: list[tuple[int, int]] | None, needed: list[int]) -> None:
    """Each part that holds a byte of a span is needed, none beyond the file's end."""
    assert numbers(spans, 3500) == needed


def test_a_worker_holds_what_was_sent(tmp_path: Path) -> None:
    """What was fetched lies in its place in a file of the film's size, zeros elsewhere; more can be fetched later."""
    film, content = tmp_path / "film.mp4", random.Random(1).randbytes(3500)
    film.write_bytes(content)
    exchange = Exchange(str(tmp_path / "exchange"))
    sender, receiver = Sender(film, "scan", exchange), Receiver(tmp_path / "sparse", "scan", exchange)
    receiver.fetch(sender.send([0, 3]), sender.size)
    assert receiver.file.read_bytes() == content[:1000] + bytes(2000) + content[3000:]
    receiver.fetch(sender.send([0, 1, 2]), sender.size)
    assert receiver.file.read_bytes() == content
    assert len(list((tmp_path / "exchange/films/scan").iterdir())) == 4


def test_a_damaged_part_is_sent_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of the right size whose bytes differ is refused by the worker, and whole again once it was sent again."""
    monkeypatch.setattr(exchange_module, "_WAIT", 0.0)
    film = tmp_path / "film.mp4"
    film.write_bytes(b"a" * 1500)
    exchange = Exchange(str(tmp_path / "exchange"))
    sender, receiver = Sender(film, "scan", exchange), Receiver(tmp_path / "sparse", "scan", exchange)
    parts = sender.send([0, 1])
    (tmp_path / "exchange/films/scan" / parts[1][2]).write_bytes(b"b" * 500)
    with pytest.raises(ClusterError, match="not what it was"):
        receiver.fetch(parts, sender.size)
    assert sender.send([0, 1], again=True) == parts
    receiver.fetch(parts, sender.size)
    assert receiver.file.read_bytes() == film.read_bytes()
