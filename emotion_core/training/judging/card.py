"""The model card of the embedded checkpoint: description, training, results and limits, as Markdown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...expression.checkpoints import Calibration, Checkpoint, Fit
from ...faces.embedding import installed
from .. import data, history
from . import calibrate
from .judged import Judged

FILM = "film stills held out"
SCALED = f"{FILM}, scaled for films"
"""Names of the sets in the card."""


def _run(run: history.Run, folders: str) -> list[str]:
    """Command, time, recipe and last log lines of a run, as Markdown."""
    took = f"{run.epochs} of {run.recipe['epochs']} epochs in {run.minutes:.0f} minutes on two cores"
    return [
        "```",
        f"python -m emotion_core.training {run.command} --data DATA {folders}",
        "```",
        "",
        f"{took}, with this recipe:{' ' + run.note if run.note else ''}",
        "",
        "```json",
        json.dumps(run.recipe, indent=1),
        "```",
        "",
        "The last lines of its log:",
        "",
        "```",
        *run.log[-3:],
        "```",
        "",
    ]


def _origin(runs: list[history.Run]) -> str:
    """Which weights the first run began with, and what else it learned from."""
    if runs[0].recipe.get("start", "random") == "random":
        return "From random weights; no other model was used."
    return (
        "From the weights of dlib's face recognition network (D. King, in the public domain under CC0; the file "
        f"dlib_face_recognition_resnet_model_v1.dat with SHA-256 `{installed.SHA256}`, as the package "
        f"{installed.PACKAGE.split('==')[0]} has it). It tells people apart, and saw about three million faces, "
        "half of them of the sets VGG and FaceScrub (blog.dlib.net, February 2017). Actors of the stills may be among "
        "them, but no label of an expression was."
    )


def _teachers(run: history.Run) -> str:
    if not run.taught_by:
        return "its predictions"
    others = ", ".join(f"`{weights}`" for weights in run.taught_by)
    return (
        f"the mean of its predictions and those of the embedded checkpoint before it (weights with SHA-256 {others}; "
        "it had seen stills of nine people in ten, whose trace in the figures on stills below was not measured)"
    )


def card_text(checkpoint: Checkpoint, runs: list[history.Run], judged: Judged, one_way: Mapping[str, float]) -> str:
    """The card as Markdown, with all figures from what was judged and the runs' logs.

    `one_way` has the accuracy with one view of each face by set. Each run but the first began with the weights of the
    run before.
    """
    calibration = judged.calibration
    assert calibration.film is not None
    tables = {
        data.VALIDATION: judged.fer.confusion,
        FILM: judged.film.confusion,
        SCALED: judged.scaled(judged.film).confusion,
    }
    parameters = sum(p.numel() for p in checkpoint.model.parameters()) / 1e6
    parts = [
        "---",
        "library_name: transformers",
        "pipeline_tag: image-classification",
        "license: other",
        "---",
        "# The embedded expression checkpoint",
        "",
        f"A {checkpoint.identity.architecture} of {parameters:.1f} M parameters for {data.SIDE} px face crops, stored "
        "in half precision and loaded in fp32. It reads **apparent facial expression** in seven labels: "
        f"{', '.join(data.LABELS)}. It does not know what anyone felt. Crops may be in colour: the first layer "
        "sees only their grey.",
        "",
        "## What it reached",
        "",
        (
            "Each face is read as it is and mirrored, and the two are averaged"
            if checkpoint.both_ways
            else "One view of each face"
        )
        + "; through the product's own processor and fp32 engine.",
        "",
    ]
    for name, table in tables.items():
        parts += [
            f"### {name}: accuracy {np.trace(table) / table.sum():.4f} of {table.sum()} faces",
            "",
            *([f"One way round only: {one_way[name]:.4f}.", ""] if name in one_way else []),
            *_table(table),
            "",
        ]
    parts += ["## Calibration", "", *_calibration(judged), ""]
    parts += ["## How it was made", "", _origin(runs), ""]
    parts += _run(runs[0], "--run RUN1")
    for number, run in enumerate(runs[1:], start=2):
        parts += [
            f"Then, from the weights of that run and with {_teachers(run)} mixed into the targets:",
            "",
        ]
        parts += _run(run, f"--from RUN{number - 1} --run RUN{number}")
    parts += [
        "The checkpoint was written, and the figures above measured, by",
        "",
        "```",
        f"python -m emotion_core.training export --data DATA --run RUN{len(runs)} --out OUT"
        + ("" if checkpoint.both_ways else " --one-way"),
        "```",
        "",
        "and what is measured of it can be measured anew by",
        "",
        "```",
        "python -m emotion_core.training judge --data DATA --out OUT",
        "```",
        "",
        "## The data and their terms",
        "",
        "- FER2013 (Goodfellow et al., 2013): grey 48 px faces gathered by a search engine, released for a competition "
        "and used for research; near-duplicates of its validation and test parts were removed before training.",
        "- Face crops of press photographs and film stills, labelled by expression, a research set; one person in ten "
        "was held out by name.",
        "",
        "Both are competition and research sets. Whoever needs other provenance names another checkpoint "
        "(`--checkpoint`, or on the Library page).",
        "",
        "## Known limits",
        "",
        "- Most faces are posed or acted; people agree with FER2013's labels about 0.65 of the time.",
        "- Few examples of disgust and fear, and next to none of them in the film stills: trust these two least.",
        "- Faces smaller than about 32 px, in profile, in heavy shadow or make-up, masked or animated are read badly.",
        "- How well it does by apparent age, sex or skin tone: not measured, no labelled set here allows it.",
        "- Probabilities are calibrated for faces of films, which are neutral or happy nine times in ten. How far off "
        f"they are hangs on the faces: {calibration.film.ece_after:.3f} on film stills of unseen people. Faces like "
        "those of FER2013 are read by the scaling for films less well than by the network alone: "
        f"{judged.scaled(judged.fer).accuracy:.3f} instead of {judged.fer.accuracy:.3f} of the validation part, and "
        f"the probabilities are off by {_error_on_fer(judged):.3f}.",
        "",
    ]
    return "\n".join(parts)


def _calibration(judged: Judged) -> list[str]:
    result, film = judged.calibration, judged.calibration.film
    assert film is not None
    not_lowered = " Here one number does not lower it: what is off is of another kind."
    matrix = [
        f"| {label} | {' | '.join(f'{value:+.3f}' for value in row)} | {offset:+.3f} |"
        for label, row, offset in zip(data.LABELS, judged.scaling.matrix, judged.scaling.offsets, strict=True)
    ]
    crossed = calibrate.cross_fitted(judged.fer.logits, judged.fer.labels, result)
    error, chance = calibrate.ece(crossed, judged.fer.labels), calibrate.ece_by_chance(crossed)
    return [
        "Reports read faces by the scaling for films: the softmax of W (z - mean z) + b over a temperature of "
        f"**{film.temperature:.4f}**, z the logits (matrix scaling; Guo et al., 2017, arXiv:1706.04599). It was fitted "
        f"on {film.fitted} stills of nine people in ten and {result.faces}. In five folds by person, in which each of "
        f"{film.judged} stills is read by a scaling that was fitted on other people's, the expected calibration error "
        f"is {film.ece_before:.4f} without it, **{film.ece_after:.4f}** with it, and would be {film.ece_by_chance:.4f} "
        "on average, were the probabilities exactly right.",
        "",
        f"| W | {' | '.join(data.LABELS)} | b |",
        "|---" * (len(data.LABELS) + 2) + "|",
        *matrix,
        "",
        f"The network alone, on faces like those of FER2013, has a temperature of {result.fit.temperature:.4f}, fitted "
        f"on one half of {result.faces} by least negative log likelihood (halves drawn by label, seed {result.seed}) "
        f"and judged on the other by the expected calibration error, with {result.bins} equally wide bins of the "
        "highest probability."
        + (not_lowered if result.fit.ece_after >= result.fit.ece_before else "")
        + " The last column is what so few faces would show on average, were the probabilities exactly right.",
        "",
        "| | temperature | fitted on | judged on | error before | error after | by chance alone |",
        "|---|---|---|---|---|---|---|",
        *(_fit(name, fit) for name, fit in (("one way", result.fit), ("halves swapped", result.swapped))),
        "",
        f"Of both halves together, each by the temperature of the other, the error is **{error:.4f}**, and "
        f"{chance:.4f} by chance alone.",
        "",
        f"Measured on {result.made_on} for the weights with SHA-256 `{result.weights}`.",
    ]


def _error_on_fer(judged: Judged) -> float:
    """Expected calibration error of FER2013's validation part as the product reads faces."""
    return calibrate.ece(judged.scaling.probabilities(judged.fer.logits), judged.fer.labels)


def _fit(name: str, fit: Fit) -> str:
    errors = " | ".join(f"{error:.4f}" for error in (fit.ece_before, fit.ece_after, fit.ece_by_chance))
    return f"| {name} | {fit.temperature:.4f} | {fit.fitted} faces | {fit.judged} faces | {errors} |"


def calibration_summary(result: Calibration) -> str:
    """Two lines for a terminal, one for each direction of the halves, and one for films where there is a scaling."""
    lines = [
        f"temperature {fit.temperature:.4f} fitted on {fit.fitted} faces of {result.faces}; expected calibration error "
        f"on the other {fit.judged}: {fit.ece_before:.4f} before, {fit.ece_after:.4f} after, {fit.ece_by_chance:.4f} "
        f"by chance alone{note}"
        for fit, note in ((result.fit, ""), (result.swapped, " (halves swapped)"))
    ]
    if (film := result.film) is not None:
        lines.append(
            f"scaling for films with temperature {film.temperature:.4f} fitted on {film.fitted} stills; expected "
            f"calibration error on {film.judged} in folds by person: {film.ece_before:.4f} before, "
            f"{film.ece_after:.4f} after, {film.ece_by_chance:.4f} by chance alone"
        )
    return "\n".join(lines)


def _table(table: NDArray[np.int64]) -> list[str]:
    rows = ["| true \\ read | " + " | ".join(data.LABELS) + " | recall |", "|---" * (len(data.LABELS) + 2) + "|"]
    for label, counts in zip(data.LABELS, table, strict=True):
        recall = f"{counts[data.LABELS.index(label)] / counts.sum():.3f}" if counts.sum() else "none"
        rows.append(f"| {label} | " + " | ".join(map(str, counts)) + f" | {recall} |")
    return rows


def folds_section(result: Mapping[str, Any]) -> str:
    """The result of folds.cross_validate, as Markdown."""
    rows = ["| true | faces | read rightly by the network alone | scaled for films, by stills of others |"]
    rows.append("|---|---|---|---|")
    for label, row in result["labels"].items():
        cells = []
        for reading in (row["without"], row["with"]):
            spread = (
                f" = {reading['recall']:.3f} ({reading['low']:.3f} to {reading['high']:.3f})"
                if "recall" in reading
                else ""
            )
            cells.append(f"{reading['right']}{spread}")
        rows.append(f"| {label} | {row['faces']} | " + " | ".join(cells) + " |")
    return "\n".join(["", "## How it reads stills of people it has not seen", "", *result["said"], "", *rows, ""])
