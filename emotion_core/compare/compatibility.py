"""Whether two analyses can be compared, and what of a difference may come from how they were made."""

from __future__ import annotations

from dataclasses import replace

from ..analysis.records import Analysis
from ..corrections import Corrections
from ..errors import ComparisonError
from ..media.media import Media
from ..scenes.shots import without_layouts
from ..settings import ReportSettings
from ..timecode import per_second

_SAMPLING = {
    "samples_per_second": "sampled frames a second",
    "min_scene_samples": "frames a short scene is filled up to",
    "min_face_px": "smallest face",
    "detection_width": "width at which faces are looked for",
    "crop_scale": "size of a face's crop",
}
"""Of what a scan was asked, all that decides which faces there are and how they look to the model."""


def check_comparable(before: Analysis, after: Analysis) -> tuple[str, ...]:
    """Warnings to show beside a comparison. Raises ComparisonError where the label sets differ."""
    if before.labels != after.labels:
        raise ComparisonError(
            f"These films were analysed with different labels: {', '.join(before.labels)}; {', '.join(after.labels)}.",
            "Analyse one of them again with the other's checkpoint.",
        )
    damaged = [
        f"The {which} film is damaged, and a part of it is missing from this comparison. {analysis.damage.told}"
        for which, analysis in (("first", before), ("second", after))
        if analysis.damage is not None
    ]
    return (*damaged, *_readings(before, after), *_samplings(before, after), *_cuts(before, after))


def read_alike(before: Analysis, after: Analysis) -> bool:
    """Whether the same footage would read the same in both, but for which frames of it were looked at."""
    return not _readings(before, after) and not _samplings(before, after)


def _readings(before: Analysis, after: Analysis) -> list[str]:
    """What read the faces."""
    one, other = before.observations, after.observations
    models, found = (one.checkpoint, other.checkpoint), []
    if models[0].hash != models[1].hash:
        named = " and ".join(f"{model.name}, {model.hash[:8]}" for model in models)
        found.append(
            f"The films were analysed with different models ({named}): part of each difference may be the model's."
        )
    # Analyses of older versions do not say.
    elif models[0].settings and models[1].settings and models[0].settings != models[1].settings:
        found.append(
            f"The films were analysed with the same weights ({models[0].name}) under another configuration or image "
            "processor: part of each difference may be theirs."
        )
    elif before.temperature.value != after.temperature.value:
        values = " and ".join(f"{analysis.temperature.value:.3g}" for analysis in (before, after))
        found.append(
            f"The films were read at different temperatures ({values}): part of each difference may be theirs."
        )
    engines = [f"{seen.engine.name} {seen.engine.precision}" for seen in (one, other)]
    if engines[0] != engines[1]:
        found.append(
            f"The films were read by different engines ({' and '.join(engines)}): small differences may be theirs."
        )
    return found


def _samplings(before: Analysis, after: Analysis) -> list[str]:
    """Which faces were looked at."""
    asked = [analysis.observations.scan_settings for analysis in (before, after)]
    differ = [words for name, words in _SAMPLING.items() if getattr(asked[0], name) != getattr(asked[1], name)]
    found = [f"The films were sampled with different settings ({', '.join(differ)})."] if differ else []
    sizes = [(media.display_width, media.display_height) for media in _media(before, after)]
    if sizes[0] != sizes[1]:
        shown = " and ".join(f"{width} × {height}" for width, height in sizes)
        found.append(
            f"The films' pictures differ in size ({shown}): faces below {asked[0].min_face_px} px are left out, so the "
            "smaller picture shows fewer."
        )
    return found


def _cuts(before: Analysis, after: Analysis) -> list[str]:
    """How scenes were found."""
    settings = [_deciding(analysis.report_settings) for analysis in (before, after)]
    found = []
    if settings[0] != settings[1]:
        found.append("The scenes of the two films were decided with different settings.")
    elif len({without_layouts(a.observations, a.report_settings.shots) for a in (before, after)}) > 1:
        found.append(
            "The cuts of one film were found by the adaptive detector, since its analysis is of an older version: "
            "analyse it again to have both found alike."
        )
    rates = [media.rate for media in _media(before, after)]
    if rates[0] != rates[1] and any(analysis.report_settings.shots.detector != "cuts" for analysis in (before, after)):
        shown = " and ".join(per_second(rate) for rate in rates)
        found.append(
            f"The films have different frame rates ({shown}): the shortest scene and the longest dissolve are counted "
            "in frames, so the same cut may be found in one and not in the other."
        )
    return found


def _deciding(settings: ReportSettings) -> ReportSettings:
    """Without what is each film's own (corrections, a cut list by hand) and the temperature, which decides no scene."""
    return replace(settings, shots=replace(settings.shots, cuts=()), corrections=Corrections(), temperature=None)


def _media(before: Analysis, after: Analysis) -> list[Media]:
    return [analysis.observations.media for analysis in (before, after)]
