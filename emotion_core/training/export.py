"""From a run's averaged weights to the checkpoint that the product ships: weights, processor, calibration, card."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..expression.checkpoints import calibration, weights
from ..expression.checkpoints.checkpoint import BOTH_WAYS, load
from ..expression.checkpoints.location import Location
from . import calibrate, card, data, history, judging, network


def export(data_folder: Path, run_folder: Path, out: Path, *, both_ways: bool = True) -> None:
    """Write the checkpoint of a run to `out` in half precision, and judge it. Raises EmotionError.

    `both_ways` has every face read as it is and mirrored, and the two averaged.
    """
    runs = history.runs(run_folder)
    recipe = runs[-1].recipe
    grey = network.new_network(recipe["embedding"], tuple(recipe["widths"]), tuple(recipe["depths"]))
    grey.load_state_dict(history.weights(run_folder))
    out.mkdir(parents=True, exist_ok=True)
    colour = network.for_colour(grey).half()
    setattr(colour.config, BOTH_WAYS, both_ways)
    colour.save_pretrained(out)
    network.image_processor().save_pretrained(out)
    (out / history.FILE).write_text(history.to_json(runs))
    weights.write_manifest(out)  # whoever loads them compares
    judge(data_folder, out)


def judge(data_folder: Path, folder: Path) -> None:
    """Measure the checkpoint that was exported to `folder` as the product runs it; write its calibration and card.

    Raises EmotionError.
    """
    file = judging.validation_file(data_folder)
    checkpoint = load(Location(folder.name, "folder", folder, ""))
    validation = data.fer(file, side=48)
    film = data.stills(data_folder / "faces_film_train.zip", per_label=10**6, held_out=True, side=112)
    both_ways = checkpoint.both_ways
    setattr(checkpoint.model.config, BOTH_WAYS, False)
    one_way = {
        name: judging.accuracy(judging.logits(checkpoint, faces), faces.labels)
        for name, faces in ((judging.VALIDATION, validation), (judging.FILM, film))
    }
    setattr(checkpoint.model.config, BOTH_WAYS, both_ways)
    read = judging.logits(checkpoint, validation)
    read_of_film = judging.logits(checkpoint, film)
    tables = {
        judging.VALIDATION: judging.confusion(read, validation.labels),
        judging.FILM: judging.confusion(read_of_film, film.labels),
    }
    made = judging.calibration_of(checkpoint, file, read, validation.labels)
    calibration.keep_in(folder, made)
    on_film = calibrate.judged(made.temperature, made.fit.fitted, read_of_film, film.labels)
    (folder / "README.md").write_text(
        card.text(checkpoint, history.runs(folder), tables, one_way, made, on_film) + card.folds_section(folder)
    )
    for one in folder.iterdir():
        one.chmod(0o644)  # the weights are written for their owner alone
    for name, table in tables.items():
        print(f"{name}: {np.trace(table) / table.sum():.4f} of {table.sum()}")
    print(card.in_short(made))
