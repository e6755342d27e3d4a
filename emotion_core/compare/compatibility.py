"""Whether two analyses can be compared, and which differences may come from how they were made."""

from __future__ import annotations

from dataclasses import replace

from ..analysis import Analysis
from ..corrections import Corrections
from ..errors import ComparisonError
from ..face_corrections import FaceCorrections
from ..formatting import frame_rate
from ..media import Media
from ..settings import ReportSettings

_SAMPLING = {
    "samples_per_second": "sampled frames a second",
    "min_scene_samples": "frames a short scene is filled up to",
    "min_face_px": "smallest face",
    "detection_width": "width at which faces are looked for",
    "crop_scale": "size of a face's crop",
    "level_faces": "whether tilted heads are read upright",
}
"""Scan settings that decide which faces are found and how the model sees them, in words."""

_FACES = {
    "min_face_score": "how sure the face detector must be",
    "face_limits": "which faces count as readable",
    "faces_weigh": "what a scene's shares are a mean of",
}
"""Report settings that decide which faces count, and how much, in words."""


def check_comparable(before: Analysis, after: Analysis) -> tuple[str, ...]:
    """Return warnings to show beside a comparison. Raises ComparisonError where the label sets differ."""
    if before.labels != after.labels:
        raise ComparisonError(
            f"These films were analysed with different labels: {', '.join(before.labels)}; {', '.join(after.labels)}.",
            "Analyse one of them again with the other's checkpoint.",
        )
    damaged = [
        f"The {which} film is damaged, and a part of it is missing from this comparison. {analysis.damage.message}"
        for which, analysis in (("first", before), ("second", after))
        if analysis.damage is not None
    ]
    return (
        *damaged,
        *_reading_warnings(before, after),
        *_sampling_warnings(before, after),
        *_face_warnings(before, after),
        *_scene_warnings(before, after),
    )


def have_same_readings(before: Analysis, after: Analysis) -> bool:
    """Whether the same footage would give the same numbers in both, apart from which of its frames were sampled."""
    return not any(make(before, after) for make in (_reading_warnings, _sampling_warnings, _face_warnings))


def _reading_warnings(before: Analysis, after: Analysis) -> list[str]:
    """Warnings about different models, temperatures or engines."""
    observations = (before.observations, after.observations)
    models, warnings = [o.checkpoint for o in observations], []
    if models[0].hash != models[1].hash:
        names = " and ".join(f"{model.name}, {model.hash[:8]}" for model in models)
        warnings.append(
            f"The films were analysed with different models ({names}): part of each difference may be the model's."
        )
    elif models[0].settings != models[1].settings:
        warnings.append(
            f"The films were analysed with the same weights ({models[0].name}) under another configuration or image "
            "processor: part of each difference may be theirs."
        )
    elif before.temperature.scaling != after.temperature.scaling:
        values = {f"{analysis.temperature.value:.3g}": None for analysis in (before, after)}
        how = f"at different temperatures ({' and '.join(values)})" if len(values) > 1 else "by different calibrations"
        warnings.append(f"The films were read {how}: part of each difference may be theirs.")
    engines = [f"{o.engine.name} {o.engine.precision}" for o in observations]
    if engines[0] != engines[1]:
        warnings.append(
            f"The films were read by different engines ({' and '.join(engines)}): small differences may be theirs."
        )
    return warnings


def _sampling_warnings(before: Analysis, after: Analysis) -> list[str]:
    """Warnings about different sampling or picture sizes."""
    settings = [analysis.observations.scan_settings for analysis in (before, after)]
    differ = [words for name, words in _SAMPLING.items() if getattr(settings[0], name) != getattr(settings[1], name)]
    warnings = [f"The films were sampled with different settings ({', '.join(differ)})."] if differ else []
    sizes = [(media.display_width, media.display_height) for media in _media(before, after)]
    if sizes[0] != sizes[1]:
        words = " and ".join(f"{width} × {height}" for width, height in sizes)
        warnings.append(
            f"The films' pictures differ in size ({words}): faces below {settings[0].min_face_px} px are left out, so "
            "the smaller picture shows fewer."
        )
    return warnings


def _face_warnings(before: Analysis, after: Analysis) -> list[str]:
    """Warnings about different rules of which faces count, and how much."""
    settings = [analysis.report_settings for analysis in (before, after)]
    differ = [words for name, words in _FACES.items() if getattr(settings[0], name) != getattr(settings[1], name)]
    if not differ:
        return []
    return [f"The films differ in {' and in '.join(differ)}: part of each difference may come from that."]


def _scene_warnings(before: Analysis, after: Analysis) -> list[str]:
    """Warnings about different ways of finding scenes."""
    settings = [_scene_settings(analysis.report_settings) for analysis in (before, after)]
    warnings = []
    if settings[0] != settings[1]:
        warnings.append("The scenes of the two films were decided with different settings.")
    rates = [media.rate for media in _media(before, after)]
    if rates[0] != rates[1] and any(analysis.report_settings.shots.detector != "cuts" for analysis in (before, after)):
        words = " and ".join(frame_rate(rate) for rate in rates)
        warnings.append(
            f"The films have different frame rates ({words}): the shortest scene and the longest dissolve are counted "
            "in frames, so the same cut may be found in one and not in the other."
        )
    return warnings


def _scene_settings(settings: ReportSettings) -> ReportSettings:
    """The settings without what belongs to one film (corrections, annotations, a cut list), the temperature and what
    decides which faces count.
    """
    shots, none = replace(settings.shots, cuts=()), FaceCorrections()
    rest = replace(settings.of_numbers, shots=shots, corrections=Corrections(), faces=none, temperature=None)
    usual = ReportSettings()
    return replace(rest, **{name: getattr(usual, name) for name in _FACES})


def _media(before: Analysis, after: Analysis) -> list[Media]:
    return [analysis.observations.media for analysis in (before, after)]
