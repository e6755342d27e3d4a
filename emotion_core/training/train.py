"""The training loop: gradient descent on soft targets with averaged weights, resumed from disk after a stop."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F
from transformers import ResNetForImageClassification

from ..faces.embedding.installed import installed_weights
from ..system import cpu
from . import augment, data, face_start, history, network
from .recipe import Recipe


def train(
    data_folder: Path, run_folder: Path, recipe: Recipe, start: Path | None = None, teachers: Sequence[Path] = ()
) -> Path:
    """Train by `recipe`, or resume; returns the file of the averaged weights.

    `start` is the folder of a finished run of the same network, or of the checkpoint exported from one: training then
    starts from its averaged weights. `teachers` are folders of exported checkpoints.
    """
    fer = data.load_fer(data.fer_file(data_folder))
    judged = {
        "fer": data.load_fer(data.validation_file(data_folder)),
        "film": data.load_stills(data.stills_file(data_folder), held_out=True),
    }
    return train_on(fer, judged, run_folder, recipe, start, teachers)


def train_on(
    faces: data.Faces,
    judged: Mapping[str, data.Faces],
    run_folder: Path,
    recipe: Recipe,
    start: Path | None = None,
    teachers: Sequence[Path] = (),
) -> Path:
    """Train on `faces` and log the accuracy on the sets in `judged`, by their names in the log.

    The mean of the predictions of `start` and `teachers` is mixed into the targets. `run_folder/state.pt` is replaced
    atomically after every epoch, so that a stop costs one epoch at most.
    """
    run_folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    model = _first_network(recipe, faces, random_start=start is not None)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = model.to(device)
    images, labels = torch.from_numpy(faces.images).to(device), torch.from_numpy(faces.labels)
    targets = F.one_hot(labels, len(data.LABELS)).float().to(device)
    before: list[history.Run] = []
    taught_by = [history.exported_network(folder) for folder in teachers]
    teaching = [teacher for teacher, _ in taught_by]
    if start is not None:
        model.load_state_dict(history.weights(start))
        before = history.runs(start)
        teaching.append(model)
    if teaching and recipe.teaching:
        taught = torch.stack([_predictions(teacher.to(device), images) for teacher in teaching]).mean(0)
        targets = targets * (1 - recipe.teaching) + taught * recipe.teaching
    model = model.to(memory_format=torch.channels_last)
    averaged = {k: v.clone() for k, v in model.state_dict().items()}
    optimizer = torch.optim.SGD(
        _parameters(model, recipe),
        lr=recipe.learning_rate,
        momentum=0.9,
        nesterov=True,
    )
    state_file = run_folder / "state.pt"
    first = 0
    if state_file.exists():
        state = torch.load(state_file, map_location=device, weights_only=True)
        if state["recipe"] != json.dumps(asdict(recipe)):
            raise SystemExit(f"{run_folder} holds a run of another recipe: choose another folder, or delete it")
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        averaged, first = state["averaged"], state["epoch"]
    print(
        f"{len(faces)} faces to train on, {' + '.join(str(len(part)) for part in judged.values())} to judge by",
        flush=True,
    )

    for epoch in range(first, recipe.epochs):
        started = time.monotonic()
        generator = torch.Generator().manual_seed(recipe.seed * 1000 + epoch)
        loss = _one_epoch(model, averaged, optimizer, images, targets, recipe, epoch, generator)
        last = epoch + 1 == recipe.epochs
        if epoch % 5 == 4 or last:
            judge = network.new_network(recipe.embedding, recipe.widths, recipe.depths)
            judge.load_state_dict(averaged)
            judge = judge.to(device)
            scores = "".join(f" {name} {accuracy(judge, part):.4f}" for name, part in judged.items())
        else:
            scores = ""
        took = time.monotonic() - started
        line = f"epoch {epoch + 1}/{recipe.epochs} side {recipe.side_at(epoch)} loss {loss:.4f}{scores} {took:.0f} s"
        print(line, flush=True)
        with (run_folder / "log.txt").open("a") as log:
            log.write(line + "\n")
        history.write_state(
            run_folder,
            {
                "recipe": json.dumps(asdict(recipe)),
                "epoch": epoch + 1,
                "before": history.to_json(before),
                "taught_by": [weights for _, weights in taught_by],
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "averaged": averaged,
            },
        )
    return state_file


def _first_network(recipe: Recipe, faces: data.Faces, *, random_start: bool) -> ResNetForImageClassification:
    """The untrained network of a recipe. Raises EngineError where it begins with weights that are not installed."""
    if recipe.start == "random" or random_start:
        return network.new_network(recipe.embedding, recipe.widths, recipe.depths)
    return face_start.face_network(installed_weights(), faces.images[: recipe.batch * 3], recipe.seed)


def _one_epoch(
    model: ResNetForImageClassification,
    averaged: dict[str, Tensor],
    optimizer: torch.optim.SGD,
    images: Tensor,
    targets: Tensor,
    recipe: Recipe,
    epoch: int,
    generator: torch.Generator,
) -> float:
    model.train()
    side = recipe.side_at(epoch)
    strength = recipe.gentle if epoch >= recipe.finish * recipe.epochs else recipe.strong
    order = torch.randperm(len(images), generator=generator).to(images.device)
    steps = len(images) // recipe.batch
    losses = []
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate_at(epoch + step / steps) * group["times"]
        chosen = order[step * recipe.batch : (step + 1) * recipe.batch]
        x = augment.random_views(images[chosen], side, strength, generator)
        x, mixed_targets = augment.mix_pairs(x, targets[chosen], strength.mixup, generator)
        x = x.contiguous(memory_format=torch.channels_last)
        with _autocast(x.device):
            logits = model(pixel_values=x).logits
        loss = F.cross_entropy(logits.float(), mixed_targets, label_smoothing=recipe.smoothing)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(float(loss.detach()))
        # A shorter memory at first, or the average would retain the untrained weights.
        passed_steps = epoch * steps + step
        decay = min(recipe.average, (1 + passed_steps) / (10 + passed_steps))
        with torch.no_grad():
            for name, value in model.state_dict().items():
                if value.dtype.is_floating_point:
                    averaged[name].lerp_(value, 1 - decay)
                else:
                    averaged[name].copy_(value)
    return float(np.mean(losses))


def _parameters(model: ResNetForImageClassification, recipe: Recipe) -> list[dict[str, Any]]:
    """Groups for the optimizer: filters decay, the rest does not; the layer that tells labels has a rate of its own."""
    groups = []
    for part, times in ((model.resnet, 1.0), (model.classifier, recipe.label_rate)):
        for decays in (True, False):
            parameters = [p for p in part.parameters() if (p.ndim > 1) == decays]
            decay = recipe.weight_decay if decays else 0.0
            groups.append({"params": parameters, "weight_decay": decay, "times": times})
    return groups


def _autocast(device: torch.device) -> torch.autocast:
    enabled = device.type == "cuda" or cpu.multiplies_bf16()
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=enabled)


def _predictions(model: ResNetForImageClassification, images: Tensor) -> Tensor:
    return torch.cat([probabilities(model, images[i : i + 256]) for i in range(0, len(images), 256)])


def probabilities(model: ResNetForImageClassification, images: Tensor) -> Tensor:
    """Probabilities (n, k) for grey images, uint8 (n, S, S): the mean for each face and its mirror image."""
    model.eval()
    x = network.grey_input(images)
    with torch.inference_mode(), _autocast(x.device):
        views = [view.contiguous(memory_format=torch.channels_last) for view in (x, x.flip(3))]
        both = [model(pixel_values=view).logits.float().softmax(1) for view in views]
    return torch.stack(both).mean(0).clone()


def accuracy(model: ResNetForImageClassification, faces: data.Faces) -> float:
    """Share of `faces` whose label has the highest logit, with one view each."""
    return float((predict(model, faces.images) == faces.labels).mean())


def predict(model: ResNetForImageClassification, images: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Index in data.LABELS of the highest logit for each grey image (n, S, S), with one view each: (n,)."""
    model.eval()
    device = next(model.parameters()).device
    labels = [np.empty(0, dtype=np.int64)]
    with torch.inference_mode():
        for start in range(0, len(images), 256):
            x = network.grey_input(torch.from_numpy(images[start : start + 256]).to(device))
            with _autocast(device):
                logits = model(pixel_values=x.contiguous(memory_format=torch.channels_last)).logits
            labels.append(logits.argmax(1).cpu().numpy())
    return np.concatenate(labels)
