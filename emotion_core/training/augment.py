"""Random views of faces, computed on tensors so that two cores keep up."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from .recipe import Strength


def random_views(images: Tensor, side: int, strength: Strength, generator: torch.Generator) -> Tensor:
    """Random views of `images`, uint8 (n, S, S), as float (n, 1, side, side) of mean about 0 and deviation about 1."""
    n, device = len(images), images.device

    def uniform(low: float, high: float) -> Tensor:
        return torch.empty(n).uniform_(low, high, generator=generator).to(device)

    x = images.unsqueeze(1).float().div_(255.0)
    soft = F.interpolate(F.avg_pool2d(x, 2), scale_factor=2.0, mode="bilinear", align_corners=False)
    x = torch.where((uniform(0, 1) < strength.blur).view(n, 1, 1, 1), soft, x)
    x = _as_in_the_dark(x, strength, generator)
    x = x.sub_(0.5).div_(0.25)

    angle = uniform(-1, 1) * math.radians(strength.rotation_degrees)
    zoom = 1.0 / (1.0 + uniform(-1, 1) * strength.scale)
    flip = torch.where(uniform(0, 1) < 0.5, -1.0, 1.0)
    # An affine grid is in units of half the side, so that a share of the side counts twice.
    dx, dy = (uniform(-1, 1) * 2 * strength.shift for _ in range(2))
    cos, sin = torch.cos(angle) * zoom, torch.sin(angle) * zoom
    theta = torch.stack([torch.stack([cos * flip, -sin, dx], 1), torch.stack([sin * flip, cos, dy], 1)], 1)
    grid = F.affine_grid(theta, [n, 1, side, side], align_corners=False)
    x = F.grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=False)

    gain, offset = (1.0 + uniform(-1, 1) * strength.contrast), uniform(-1, 1) * strength.contrast
    x = x * gain.view(n, 1, 1, 1) + offset.view(n, 1, 1, 1)
    return _erase(x, strength.erasing, generator)


def _as_in_the_dark(x: Tensor, strength: Strength, generator: torch.Generator) -> Tensor:
    """Pictures (n, 1, S, S), 0 to 1, some of them darker, and then some with noise."""
    n = len(x)
    if strength.dark > 0:
        draws = torch.rand(n, 2, generator=generator).to(x.device)
        light = torch.where(draws[:, 0] < strength.dark, 1 - 0.9 * draws[:, 1], 1.0)
        x = x * light.view(n, 1, 1, 1)
    if strength.grain > 0:
        draws = torch.rand(n, 2, generator=generator).to(x.device)
        deviation = torch.where(draws[:, 0] < strength.grain, draws[:, 1] * 30 / 255, 0.0)
        noise = torch.randn(x.shape, generator=generator).to(x.device)
        x = (x + noise * deviation.view(n, 1, 1, 1)).clamp(0, 1)
    return x


def _erase(x: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    n, _, side, _ = x.shape
    draws = torch.rand(n, 5, generator=generator).to(x.device)
    height, width = ((0.1 + 0.3 * draws[:, i]) * side for i in (0, 1))
    top, left = draws[:, 2] * (side - height), draws[:, 3] * (side - width)
    at = torch.arange(side, dtype=torch.float32, device=x.device)
    rows = (at >= top[:, None]) & (at < (top + height)[:, None])
    columns = (at >= left[:, None]) & (at < (left + width)[:, None])
    hole = rows[:, None, :, None] & columns[:, None, None, :] & (draws[:, 4] < probability).view(n, 1, 1, 1)
    return x.masked_fill(hole, 0.0)


def mix_pairs(x: Tensor, targets: Tensor, alpha: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Mixup (Zhang et al., arXiv:1710.09412): convex pairs of images and of their target distributions."""
    if alpha <= 0:
        return x, targets
    # torch's Beta sampler takes no generator: NumPy draws from a seed that the generator gives.
    import numpy as np

    seed = int(torch.randint(2**31, (1,), generator=generator))
    share = float(np.random.default_rng(seed).beta(alpha, alpha))
    other = torch.randperm(len(x), generator=generator).to(x.device)
    return x * share + x[other] * (1 - share), targets * share + targets[other] * (1 - share)
