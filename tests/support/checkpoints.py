"""Checkpoints of random weights, written by the tests in transformers' format, and how one is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emotion_core.errors import CheckpointError
from emotion_core.expression.checkpoints import load, locate
from tests.support.late import Late

torch = Late("torch")
tf = Late("transformers")


def refused(folder: Path, words: list[str]) -> None:
    """Check that a checkpoint is refused by its folder's name, in one line with all of `words` and advice."""
    with pytest.raises(CheckpointError) as refusal:
        load(locate(str(folder)))
    assert folder.name in refusal.value.problem
    assert all(word in refusal.value.problem for word in words), refusal.value.problem
    assert "\n" not in str(refusal.value)
    assert refusal.value.advice


def _named(labels: tuple[str, ...]) -> dict[str, Any]:
    return {"id2label": dict(enumerate(labels)), "label2id": {label: i for i, label in enumerate(labels)}}


def _vit_config(labels: tuple[str, ...]) -> Any:
    return tf.ViTConfig(
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
    tf.ViTForImageClassification(_vit_config(labels)).save_pretrained(folder)
    tf.ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


def resnet(folder: Path, labels: tuple[str, ...]) -> Path:
    """A tiny convolutional network in half precision, with a processor of another size."""
    torch.manual_seed(2)
    config = tf.ResNetConfig(
        embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic", **_named(labels)
    )
    tf.ResNetForImageClassification(config).half().save_pretrained(folder)
    tf.ViTImageProcessor(size={"height": 48, "width": 64}).save_pretrained(folder)
    return folder


@dataclass(frozen=True, slots=True)
class Family:
    """A small instance of an architecture, and its image processor, by the names of their classes in transformers."""

    config: str
    model: str
    shape: dict[str, Any]
    """Arguments of the config."""
    processor: str
    picture: dict[str, Any]
    """Arguments of the processor."""


_BLOCKS = {
    "image_size": 32,
    "patch_size": 8,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "initializer_range": 0.5,
}
_SQUARE = {"size": {"height": 32, "width": 32}}

FAMILIES: dict[str, Family] = {
    "vit": Family("ViTConfig", "ViTForImageClassification", _BLOCKS, "ViTImageProcessor", _SQUARE),
    "vit of grey": Family(
        "ViTConfig",
        "ViTForImageClassification",
        {**_BLOCKS, "num_channels": 1},
        "ViTImageProcessor",
        {"size": {"height": 32, "width": 32}, "image_mean": [0.4], "image_std": [0.2]},
    ),
    "deit": Family(
        "DeiTConfig",
        "DeiTForImageClassification",
        _BLOCKS,
        "DeiTImageProcessor",
        {"size": {"height": 40, "width": 40}, "crop_size": {"height": 32, "width": 32}},
    ),
    "deit with teacher": Family(
        "DeiTConfig", "DeiTForImageClassificationWithTeacher", _BLOCKS, "ViTImageProcessor", _SQUARE
    ),
    "beit": Family(
        "BeitConfig",
        "BeitForImageClassification",
        {**_BLOCKS, "out_indices": [1, 2], "use_relative_position_bias": True},
        "BeitImageProcessor",
        {"size": {"height": 48, "width": 48}, "crop_size": {"height": 32, "width": 32}, "do_center_crop": True},
    ),
    "swin": Family(
        "SwinConfig",
        "SwinForImageClassification",
        {
            "image_size": 32,
            "patch_size": 2,
            "embed_dim": 16,
            "depths": [1, 1],
            "num_heads": [2, 2],
            "window_size": 4,
            "initializer_range": 0.5,
        },
        "ViTImageProcessor",
        {**_SQUARE, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]},
    ),
    "convnext": Family(
        "ConvNextConfig",
        "ConvNextForImageClassification",
        {"hidden_sizes": [8, 16], "depths": [1, 1], "num_stages": 2, "layer_scale_init_value": 1.0},
        "ConvNextImageProcessor",
        {"size": {"shortest_edge": 64}, "crop_pct": 0.875},
    ),
    "resnet": Family(
        "ResNetConfig",
        "ResNetForImageClassification",
        {"embedding_size": 8, "hidden_sizes": [8, 16], "depths": [1, 1], "layer_type": "bottleneck"},
        "ConvNextImageProcessor",
        {"size": {"shortest_edge": 96}, "crop_pct": 0.9},
    ),
    "efficientnet": Family(
        "EfficientNetConfig",
        "EfficientNetForImageClassification",
        {
            "image_size": 64,
            "width_coefficient": 0.25,
            "depth_coefficient": 0.25,
            "hidden_dim": 1280 // 4,
            "initializer_range": 0.5,
        },
        "EfficientNetImageProcessor",
        {"size": {"height": 64, "width": 64}, "image_mean": [0.4, 0.5, 0.6], "image_std": [0.3, 0.2, 0.1]},
    ),
    "mobilenet": Family(
        "MobileNetV2Config",
        "MobileNetV2ForImageClassification",
        {"image_size": 64, "depth_multiplier": 0.25, "initializer_range": 0.2},
        "MobileNetV2ImageProcessor",
        {"size": {"shortest_edge": 72}, "crop_size": {"height": 64, "width": 64}},
    ),
}


def tiny(folder: Path, family: str, labels: tuple[str, ...], *, part_bytes: int = 10**9) -> Path:
    """A checkpoint of one of FAMILIES, its weights in parts of at most `part_bytes`."""
    torch.manual_seed(3)
    of = FAMILIES[family]
    config = getattr(tf, of.config)(**of.shape, **_named(labels))
    getattr(tf, of.model)(config).save_pretrained(folder, max_shard_size=part_bytes)
    getattr(tf, of.processor)(**of.picture).save_pretrained(folder)
    return folder


def flipped(file: Path, place: float = 0.9) -> Path:
    """Flip one bit of `file` at the share `place` of its length."""
    content = bytearray(file.read_bytes())
    content[int(len(content) * place)] ^= 4
    file.write_bytes(content)
    return file


def headless(folder: Path, labels: tuple[str, ...]) -> Path:
    """A transformer without its classifying layer, though its config names labels."""
    tf.ViTModel(_vit_config(labels)).save_pretrained(folder)
    tf.ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


def configured(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """`folder` with its config.json changed."""
    file = folder / "config.json"
    config = json.loads(file.read_text())
    change(config)
    file.write_text(json.dumps(config))
    return folder
