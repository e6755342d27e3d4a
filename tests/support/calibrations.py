"""Calibrations written by hand."""

from __future__ import annotations

from dataclasses import replace

from emotion_core.expression.checkpoints import Calibration, Fit

WEIGHTS = "embedded"
"""Hash of the weights that tests.support.library_builder records."""


FIT = Fit(temperature=2.0, fitted=11, judged=10, ece_before=0.0912, ece_after=0.0213, ece_by_chance=0.02)


def calibration_at(temperature: float = 2.0, weights: str = WEIGHTS) -> Calibration:
    fit = replace(FIT, temperature=temperature)
    return Calibration(weights, "faces", "cd" * 32, 1, 15, "2026-11-24", fit, replace(fit, fitted=10, judged=11))
