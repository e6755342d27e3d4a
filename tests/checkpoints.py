"""Checkpoints of random weights, written by the tests in transformers' format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import (
    ResNetConfig,
    ResNetForImageClassification,
    ViTConfig,
    ViTForImageClassification,
    ViTImageProcessor,
    ViTModel,
)


def _named(labels: tuple[str, ...]) -> dict[str, Any]:
    return {"id2label": dict(enumerate(labels)), "label2id": {label: i for i, label in enumerate(labels)}}


def _vit_config(labels: tuple[str, ...]) -> Any:
    return ViTConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        image_size=32,
        patch_size=16,
        initializer_range=0.5,  # far enough from zero that faces differ
        **_named(labels),
    )


def vit(folder: Path, labels: tuple[str, ...]) -> Path:
    """A tiny vision transformer, the architecture of the reference."""
    torch.manual_seed(1)
    ViTForImageClassification(_vit_config(labels)).save_pretrained(folder)
    ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


def resnet(folder: Path, labels: tuple[str, ...]) -> Path:
    """A tiny convolutional network in half precision, with a processor of another size."""
    torch.manual_seed(2)
    config = ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic", **_named(labels))
    ResNetForImageClassification(config).half().save_pretrained(folder)
    ViTImageProcessor(size={"height": 48, "width": 64}).save_pretrained(folder)
    return folder


def headless(folder: Path, labels: tuple[str, ...]) -> Path:
    """A transformer without its classifying layer, though its config names labels."""
    ViTModel(_vit_config(labels)).save_pretrained(folder)
    ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


def configured(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """`folder` with its config.json changed."""
    file = folder / "config.json"
    config = json.loads(file.read_text())
    change(config)
    file.write_text(json.dumps(config))
    return folder
