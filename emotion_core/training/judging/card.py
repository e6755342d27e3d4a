"""The model card of the embedded checkpoint: description, training, results and limits, as Markdown."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...expression.checkpoints import Calibration, Checkpoint, Fit
from ...faces.embedding import installed
from .. import data, history


def _run(run: history.Run, folders: str) -> list[str]:
    """Command, time, recipe and last log lines of a run, as Markdown."""
    took = (
        f"{run.epochs} of {run.recipe['epochs']} epochs in {run.minutes:.0f} minutes on two cores"
        if run.epochs
        else f"{60 * run.minutes:.0f} seconds on two cores"
    )
    return [
        "```",
        f"python -m emotion_core.training {run.command} --data DATA {folders}",
        "```",
        "",
        f"{took}, with this recipe:",
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


def card_text(
    checkpoint: Checkpoint,
    runs: list[history.Run],
    tables: dict[str, NDArray[np.int64]],
    one_way: dict[str, float],
    calibration: Calibration,
    film: Fit,
) -> str:
    """The card as Markdown, with all figures from `tables`, the calibration and the runs' logs.

    `tables` has counts (true, predicted) by set, `one_way` the accuracy with one view of each face, and `film` the
    result of the calibration's temperature on the film stills. Each run but the first began with the weights of the run
    before.
    """
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
            *([f"One way round only: {one_way[name]:.4f}.", ""] if checkpoint.both_ways else []),
            *_table(table),
            "",
        ]
    parts += ["## Calibration", "", *_calibration(calibration, film), ""]
    parts += ["## How it was made", "", _origin(runs), ""]
    parts += _run(runs[0], "--run RUN1")
    for number, run in enumerate(runs[1:], start=2):
        parts += [
            f"Then, from the weights of that run and with {_teachers(run)} mixed into the targets:"
            if run.epochs
            else "Then the layer that tells labels was fitted to film stills too; what lies below it stayed as it was:",
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
        "- Probabilities are calibrated by one number, fitted on grey faces like most of those it was trained on. How "
        f"far off they are afterwards hangs on the faces: {calibration.fit.ece_after:.3f} on the half that it was "
        f"judged by, {calibration.swapped.ece_after:.3f} with the halves swapped, {film.ece_after:.3f} on the film "
        f"stills held out ({film.ece_before:.3f} without it).",
        "",
    ]
    return "\n".join(parts)


def _calibration(result: Calibration, film: Fit) -> list[str]:
    rows = [
        ("the one used", result.fit),
        ("halves swapped", result.swapped),
        ("on the film stills held out", film),
    ]
    not_lowered = " Here one number does not lower it: what is off is of another kind."
    return [
        f"Probabilities are the softmax of the logits over a temperature of **{result.temperature:.4f}**. It was "
        f"fitted on one half of {result.faces} by least negative log likelihood (halves drawn by label, seed "
        f"{result.seed}) and judged on the other by the expected calibration error, with {result.bins} equally wide "
        "bins of the highest probability (Guo et al., 2017, arXiv:1706.04599)."
        + (not_lowered if result.fit.ece_after >= result.fit.ece_before else "")
        + " The last column is what so few faces would show on average, were the probabilities exactly right.",
        "",
        "| | temperature | fitted on | judged on | error before | error after | by chance alone |",
        "|---|---|---|---|---|---|---|",
        *(_fit(name, fit) for name, fit in rows),
        "",
        f"Measured on {result.made_on} for the weights with SHA-256 `{result.weights}`.",
    ]


def _fit(name: str, fit: Fit) -> str:
    errors = " | ".join(f"{error:.4f}" for error in (fit.ece_before, fit.ece_after, fit.ece_by_chance))
    return f"| {name} | {fit.temperature:.4f} | {fit.fitted} faces | {fit.judged} faces | {errors} |"


def calibration_summary(result: Calibration) -> str:
    """Two lines for a terminal, one for each direction of the halves."""
    return "\n".join(
        f"temperature {fit.temperature:.4f} fitted on {fit.fitted} faces of {result.faces}; expected calibration error "
        f"on the other {fit.judged}: {fit.ece_before:.4f} before, {fit.ece_after:.4f} after, {fit.ece_by_chance:.4f} "
        f"by chance alone{note}"
        for fit, note in ((result.fit, ""), (result.swapped, " (halves swapped)"))
    )


def _table(table: NDArray[np.int64]) -> list[str]:
    rows = ["| true \\ read | " + " | ".join(data.LABELS) + " | recall |", "|---" * (len(data.LABELS) + 2) + "|"]
    for label, counts in zip(data.LABELS, table, strict=True):
        recall = f"{counts[data.LABELS.index(label)] / counts.sum():.3f}" if counts.sum() else "none"
        rows.append(f"| {label} | " + " | ".join(map(str, counts)) + f" | {recall} |")
    return rows


def folds_section(folder: Path) -> str:
    """The result of the cross-validation in folds.py, as Markdown; empty if it is not in the checkpoint's folder."""
    if not (folder / "folds.json").exists():
        return ""
    result = json.loads((folder / "folds.json").read_text())
    rows = ["| true | faces | read rightly by a layer without stills | with stills of others |", "|---|---|---|---|"]
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
