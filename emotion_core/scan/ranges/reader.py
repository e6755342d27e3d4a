"""What read a film's faces, and in what two readers differ."""

from __future__ import annotations

from ...observations import CheckpointIdentity, EngineIdentity

Reader = tuple[CheckpointIdentity, EngineIdentity]
"""The checkpoint and the engine that read a film's faces."""


def reader_differences(one: Reader, other: Reader) -> list[str]:
    """In what two readers differ that decides their numbers; empty where they give the same."""
    (checkpoint, engine), (other_checkpoint, other_engine) = one, other
    facts = (
        ("the model", checkpoint.key, other_checkpoint.key),
        ("the model's labels", checkpoint.labels, other_checkpoint.labels),
        ("the engine", engine.name, other_engine.name),
        ("the engine's precision", engine.precision, other_engine.precision),
        ("the engine's packages", engine.versions, other_engine.versions),
        ("threads of inference", engine.threads, other_engine.threads),
    )
    return [f"{what} is {mine}, there {theirs}" for what, mine, theirs in facts if mine != theirs]
