"""Whose numbers are the same: identities of engines, and what differs between two."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emotion_core.cluster.identity import ReaderIdentity
from tests.support.reader_identity import OWNER


def test_threads_reasons_and_names_make_no_difference() -> None:
    """A machine with another number of cores, which chose the engine for another reason, gives the same numbers."""
    worker = replace(
        OWNER,
        engine=replace(OWNER.engine, threads=64, reason="named"),
        checkpoint=replace(OWNER.checkpoint, name="/models/x", source="folder"),
    )
    assert worker.digest == OWNER.digest
    assert worker.differences(OWNER) == []
    assert ReaderIdentity.from_json(worker.to_json()) == worker


@pytest.mark.parametrize(
    ("worker", "line"),
    [
        (replace(OWNER, processor="avx2"), "processor: avx2 here, avx2 avx512 at the library"),
        (replace(OWNER, program="ffff"), "program: ffff here, 0123456789ab at the library"),
        (replace(OWNER, packages={"av": "17.0.0", "numpy": "2.4.6"}), "av: 17.0.0 here, 18.1.0 at the library"),
        (replace(OWNER, packages={"numpy": "2.4.6"}), "av: none here, 18.1.0 at the library"),
        (
            replace(OWNER, engine=replace(OWNER.engine, precision="bf16")),
            "engine: openvino bf16 here, openvino fp32 at the library",
        ),
        (
            replace(OWNER, checkpoint=replace(OWNER.checkpoint, hash="ef" * 32)),
            "checkpoint: efefefefefef here, abababababab at the library",
        ),
    ],
)
def test_what_differs_is_named(worker: ReaderIdentity, line: str) -> None:
    """Another processor, program, package, engine or checkpoint makes another identity, and is named."""
    assert worker.digest != OWNER.digest
    assert worker.differences(OWNER) == [line]
