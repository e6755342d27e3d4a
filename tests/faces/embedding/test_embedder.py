"""Embeddings of the faces of one frame after another."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.faces.embedding import Embedder, EmbeddingNetwork, aligned_chip, embedder as module
from emotion_core.faces.embedding.alignment import PLACES
from emotion_core.faces.embedding.network import BATCH
from tests.support.dlib_file import random_weights


def test_embeddings_come_in_the_order_of_the_faces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over several batches, with a row of NaN for landmarks that are no face's; the next faces begin anew."""
    monkeypatch.setattr(module, "installed_weights", random_weights)
    random, faces = np.random.default_rng(3), Embedder()
    frame = random.integers(0, 256, (400, 400, 3), dtype=np.uint8)
    all_landmarks = [
        (0.0,) * 10 if i in (0, 4) else tuple(float(v + 20 * i) for place in PLACES for v in place)
        for i in range(BATCH + 4)
    ]
    for landmarks in all_landmarks:
        faces.add(frame, landmarks)
    rows = faces.take()
    assert faces.take().shape == (0, 128)
    assert [i for i in range(len(rows)) if np.isnan(rows[i]).all()] == [0, 4]
    network = EmbeddingNetwork(random_weights(), threads=1)
    for row, landmarks in zip(rows, all_landmarks, strict=True):
        chip = aligned_chip(frame, landmarks)
        if chip is not None:
            assert row.tobytes() == network.embed([chip])[0].tobytes()


def test_a_known_embedding_keeps_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "installed_weights", random_weights)
    faces, known = Embedder(), np.arange(128, dtype=np.float32)
    frame = np.random.default_rng(3).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    landmarks = tuple(float(v) for place in PLACES for v in place)
    faces.add(frame, landmarks)
    faces.add_known(known)
    faces.add(frame, landmarks)
    rows = faces.take()
    assert rows[1].tobytes() == known.tobytes()
    assert rows[0].tobytes() == rows[2].tobytes() != known.tobytes()
    assert faces.take().shape == (0, 128)
