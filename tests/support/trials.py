"""Trials of engines written by hand, as if they had been measured on this machine."""

from __future__ import annotations

from emotion_core.expression.selection import Agreement, Trial
from emotion_core.settings import EngineName

AGREES = Agreement(faces=256, mean_error=0.001, high_error=0.01, top_same=0.99, clear_differ=0.0)
DISAGREES = Agreement(faces=256, mean_error=0.1, high_error=0.6, top_same=0.5, clear_differ=0.5)


def trial(
    engine: EngineName,
    faces_per_second: float,
    agreement: Agreement | None = AGREES,
    *,
    key: str = "ab" * 16,
    checkpoint: str = "faces",
    batch: int = 16,
    failure: str = "",
) -> Trial:
    return Trial(
        engine=engine,
        precision="int8" if engine.endswith("int8") else "fp32",
        versions="by hand 1.0",
        checkpoint=checkpoint,
        key=key,
        batch=batch,
        threads=2,
        start_seconds=1.25,
        memory_mb=512.0,
        agreement=agreement,
        faces_per_second=faces_per_second,
        failure=failure,
    )
