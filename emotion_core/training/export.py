"""From a run's averaged weights to the embedded checkpoint: weights, image processor, calibration and model card.

Checkpoints are evaluated through the product's own image processor and fp32 engine.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from ..expression.checkpoints import Location, calibration, weights
from ..expression.checkpoints.checkpoint import BOTH_WAYS, load, write_facts
from ..expression.engines import sample_faces, shipped_network
from ..expression.engines.torch_engine import TorchEngine
from ..expression.selection import PROBE_FACES
from ..storage import write_whole
from . import data, history, network
from .judging import card, conditions, folds
from .judging.film_scaling import ScalingRecipe
from .judging.judged import STILL_SIDE, judge
from .judging.readings import readings


def export(data_folder: Path, run_folder: Path, out: Path, *, both_ways: bool = True) -> None:
    """Write the checkpoint of a run to `out` in half precision, and evaluate it. Raises EmotionError.

    With `both_ways` the checkpoint reads each face and its mirror image and averages the two.
    """
    runs = history.runs(run_folder)
    out.mkdir(parents=True, exist_ok=True)
    colour = network.for_colour(history.trained(run_folder)).half()
    setattr(colour.config, BOTH_WAYS, both_ways)
    colour.save_pretrained(out)
    network.image_processor().save_pretrained(out)
    (out / history.FILE).write_text(history.to_json(runs))
    weights.write_manifest(out)  # hashes that are checked on loading
    evaluate(data_folder, out)


def evaluate(data_folder: Path, folder: Path) -> None:
    """Measure the checkpoint that was exported to `folder`, and write its calibration, folds and model card there.

    Raises EmotionError.
    """
    checkpoint = load(Location(folder.name, "folder", folder, ""))
    recipe = ScalingRecipe()
    judged = judge(checkpoint, data_folder, recipe)
    cross_validated = folds.summarise(judged.predictions, recipe, checkpoint.identity.hash)
    write_whole(folder / folds.FILE, (json.dumps(cross_validated, indent=1) + "\n").encode())
    one_way = {}
    if checkpoint.both_ways:
        without_mirror = replace(checkpoint, facts=replace(checkpoint.facts, both_ways=False))
        validation = data.load_fer(data.validation_file(data_folder), side=48)
        held_out = data.load_stills(data.stills_file(data_folder), held_out=True, side=STILL_SIDE)
        one_way = {
            data.VALIDATION: readings(without_mirror, validation).accuracy,
            card.FILM: readings(without_mirror, held_out).accuracy,
        }
    calibration.keep_in(folder, judged.calibration)
    write_facts(folder, checkpoint)
    faces = sample_faces.trial_crops(PROBE_FACES)
    shipped_network.write(checkpoint, faces, TorchEngine(checkpoint, batch=16, threads=1, reason="truth").logits(faces))
    (folder / "README.md").write_text(
        card.card_text(checkpoint, history.runs(folder), judged, one_way)
        + card.folds_section(cross_validated)
        + conditions.section(folder, checkpoint.identity.hash)
    )
    for file_of_checkpoint in folder.iterdir():
        file_of_checkpoint.chmod(0o644)  # the weights were written with access for their owner only
    for name, read in {
        data.VALIDATION: judged.fer,
        card.FILM: judged.film,
        card.SCALED: judged.scaled(judged.film),
    }.items():
        print(f"{name}: {read.accuracy:.4f} of {len(read.labels)}")
    print(card.calibration_summary(judged.calibration))
    print("\n".join(cross_validated["said"]))
