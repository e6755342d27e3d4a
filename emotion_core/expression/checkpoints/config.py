"""A checkpoint's config.json, read without loading the model: its labels, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ...errors import CheckpointError
from ...labels import check_expressions
from ...storage import descriptors

FILE = "config.json"


def labels(folder: Path, name: str) -> tuple[str, ...]:
    """The labels of a checkpoint called `name`, in the order of its outputs.

    Raises CheckpointError unless they are facial expressions, each named once, and the config asks for no code and no
    weights from elsewhere.
    """
    config = _read(folder / FILE, name)
    try:
        by_index = {int(index): str(label) for index, label in config["id2label"].items()}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise CheckpointError(
            f"The checkpoint “{name}” names no labels in its config.json.",
            "Give an image-classification checkpoint whose labels are facial expressions.",
        ) from error
    if sorted(by_index) != list(range(len(by_index))):
        raise CheckpointError(
            f"The checkpoint “{name}” numbers its labels {', '.join(map(str, sorted(by_index)))} in config.json.",
            "They must be numbered from 0 without a gap, one for each output of the model.",
        )
    labels_in_order = tuple(label for _, label in sorted(by_index.items()))
    if len(set(labels_in_order)) < len(labels_in_order):
        raise CheckpointError(
            f"The checkpoint “{name}” gives two classes one label: {', '.join(labels_in_order)}.",
            "Name its labels apart in config.json.",
        )
    check_expressions(labels_in_order, name)
    _no_foreign_parts(config, name)
    return labels_in_order


def _read(file: Path, name: str) -> dict[str, Any]:
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        descriptors.raise_if_ran_out(error)
        raise CheckpointError(
            f"The config.json of the checkpoint “{name}” cannot be read ({type(error).__name__}).",
            "Fetch or copy it again.",
        ) from error
    return config if isinstance(config, dict) else {}


def _no_foreign_parts(config: dict[str, Any], name: str) -> None:
    """Raise CheckpointError where a config asks for weights or code that the folder's own weights file is not."""
    if config.get("transformers_weights"):
        raise CheckpointError(
            f"The config.json of the checkpoint “{name}” names weights of its own (transformers_weights).",
            "Save the checkpoint again so that its weights are in model.safetensors.",
        )
    attention = json.dumps([config.get("attn_implementation"), config.get("_attn_implementation")])
    if "/" in attention:
        raise CheckpointError(
            f"The checkpoint “{name}” asks for attention code from the hub, and code of others is never run.",
            "Take attn_implementation out of its config.json.",
        )
