"""The layer that tells labels, fitted to faces of films too: the only part of the network that learns from stills.

There are few stills of most labels, and nine in ten are neutral or happy. So what lies below this layer learns from
FER2013 alone and stays as it is, and this layer is a multinomial logistic regression on what that gives: the loss has
one minimum, which L-BFGS finds whatever the seed, and a fit takes seconds, so that folds by person are cheap.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F
from transformers import ResNetForImageClassification

from . import data, history, network

LAYER = ("classifier.1.weight", "classifier.1.bias")
"""Names of its weights (labels, features) and biases (labels,)."""
_STEPS = 100
"""Of L-BFGS, at most; it ends before where the loss no longer falls."""


@dataclass(frozen=True, slots=True)
class LabelRecipe:
    """All parameters of a fit, stored beside the weights."""

    name: str = "film"
    stills_share: float = 0.35
    """Weight of all stills in the loss; the faces of FER2013 have the rest."""
    balancing: float = 0.6
    """How stills weigh: 0 each as much as any other, 1 each label as much as any other; between them, a label by its
    number of stills to the power of 1 - balancing."""
    adjustment: float = 0.5
    """Times the logarithm of how much more a label weighs among stills than among the faces of FER2013 that is added to
    a still's logits in the loss alone. At 1 the layer does not learn from stills how frequent labels are, only what
    they look like (after Menon et al., arXiv:2007.07314, equation 10, which adjusts by the shares of one set)."""
    hold: float = 1e-3
    """Times the squared distance of the weights from those that the fit begins with."""


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What a network gives to its last layer for faces, and their labels."""

    values: Tensor
    """(n, 2, features): of each face as it is, and mirrored."""
    labels: NDArray[np.int64]

    def of(self, chosen: NDArray[np.bool_]) -> Features:
        """Those of the chosen faces, (n,)."""
        return Features(self.values[torch.from_numpy(chosen)], self.labels[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Weights (labels, features) and biases (labels,)."""

    weights: Tensor
    biases: Tensor

    @classmethod
    def of(cls, model: ResNetForImageClassification) -> Layer:
        """A copy of the layer of a network."""
        state = model.state_dict()
        return cls(*(state[name].double().clone() for name in LAYER))

    def put_in(self, state: dict[str, Tensor]) -> dict[str, Tensor]:
        """The weights of a network, with this layer instead of its own."""
        return state | {name: new.float() for name, new in zip(LAYER, (self.weights, self.biases), strict=True)}

    def logits(self, features: Features) -> NDArray[np.float64]:
        """Logarithm of the mean probability of a face and its mirror image, (n, labels), as the product reads faces."""
        both = (features.values.double() @ self.weights.T + self.biases).softmax(2)
        logits: NDArray[np.float64] = both.mean(1).log().numpy()
        return logits


def features(model: ResNetForImageClassification, faces: data.Faces) -> Features:
    """What `model` gives to its last layer, for each face as it is and mirrored."""
    model = model.eval().to(memory_format=torch.channels_last)
    parts = [torch.empty(0, 2, model.config.hidden_sizes[-1])]
    with torch.inference_mode():
        for begin in range(0, len(faces), 256):
            x = network.grey_input(torch.from_numpy(faces.images[begin : begin + 256]))
            views = [view.contiguous(memory_format=torch.channels_last) for view in (x, x.flip(3))]
            parts.append(torch.stack([model.resnet(view).pooler_output.flatten(1) for view in views], 1))
    return Features(torch.cat(parts).clone(), faces.labels)


def fit(fer: Features, stills: Features, start: Layer, recipe: LabelRecipe) -> Layer:
    """The layer of least loss, beginning with `start`. Each set has a face or more."""
    x = torch.cat([fer.values, stills.values]).double().mean(1)
    labels = torch.from_numpy(np.concatenate([fer.labels, stills.labels]))
    shares = [_shares(fer.labels, 0.0), _shares(stills.labels, recipe.balancing)]
    parts = [1 - recipe.stills_share, recipe.stills_share]
    weights = torch.from_numpy(
        np.concatenate(
            [
                part * (share / np.maximum(np.bincount(own.labels, minlength=len(share)), 1))[own.labels]
                for part, share, own in zip(parts, shares, (fer, stills), strict=True)
            ]
        )
    )
    # A label that a set lacks is never right there: any finite number does, and this one is the least share of a face.
    logs = [np.log(np.maximum(share, 1 / len(own.labels))) for share, own in zip(shares, (fer, stills), strict=True)]
    adjustment = torch.zeros(len(x), len(data.LABELS), dtype=torch.float64)
    adjustment[len(fer.labels) :] = recipe.adjustment * torch.from_numpy(logs[1] - logs[0])
    layer = Layer(start.weights.clone().requires_grad_(), start.biases.clone().requires_grad_())
    optimizer = torch.optim.LBFGS(
        [layer.weights, layer.biases], max_iter=_STEPS, history_size=10, line_search_fn="strong_wolfe"
    )

    def loss() -> Tensor:
        optimizer.zero_grad()
        logits = x @ layer.weights.T + layer.biases + adjustment
        value = (F.cross_entropy(logits, labels, reduction="none") * weights).sum()
        value = value + recipe.hold * (layer.weights - start.weights).square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return Layer(layer.weights.detach(), layer.biases.detach())


def _shares(labels: NDArray[np.int64], balancing: float) -> NDArray[np.float64]:
    """Share of a set's weight that each label has, (labels,)."""
    counts = np.bincount(labels, minlength=len(data.LABELS)).astype(np.float64)
    weighed = np.where(counts > 0, np.maximum(counts, 1) ** (1 - balancing), 0)
    shares: NDArray[np.float64] = weighed / weighed.sum()
    return shares


def fit_run(data_folder: Path, run_folder: Path, start: Path, recipe: LabelRecipe) -> Path:
    """Fit the layer of the finished run in `start`, on stills of the persons that are not held out.

    Returns the file of the weights. Raises SettingsError if faces are missing.
    """
    began = time.monotonic()
    fer, stills = data.fer_file(data_folder), data.stills_file(data_folder)
    model = history.trained(start)
    layer = fit(
        features(model, data.load_fer(fer)),
        features(model, data.load_stills(stills, held_out=False)),
        Layer.of(model),
        recipe,
    )
    held_out = features(model, data.load_stills(stills, held_out=True))
    judged = {"fer": features(model, data.load_fer(data.validation_file(data_folder))), "film": held_out}
    right = {name: (layer.logits(part).argmax(1) == part.labels).mean() for name, part in judged.items()}
    scores = "".join(f" {name} {share:.4f}" for name, share in right.items())
    line = f"labels fitted{scores} {time.monotonic() - began:.0f} s"
    print(line, flush=True)
    run_folder.mkdir(parents=True, exist_ok=True)
    (run_folder / "log.txt").write_text(line + "\n")
    before = history.runs(start)
    sizes: dict[str, Any] = {name: before[-1].recipe[name] for name in ("embedding", "widths", "depths")}
    state = {
        "recipe": json.dumps(asdict(recipe) | sizes),
        "epoch": 0,
        "before": history.to_json(before),
        "averaged": layer.put_in(model.state_dict()),
    }
    return history.write_state(run_folder, state)
