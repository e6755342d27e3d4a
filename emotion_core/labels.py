"""Labels of checkpoints: the expressions they mean, and the colour of each in every chart and marker."""

from __future__ import annotations

from .errors import CheckpointError

REFERENCE_LABELS = ("sad", "disgust", "angry", "neutral", "fear", "surprise", "happy")
"""Labels of dima806/facial_emotions_image_detection, in its order."""

NEUTRAL = "neutral"

_EXPRESSIONS = {
    "sad": ("sad", "sadness", "unhappy"),
    "disgust": ("disgust", "disgusted"),
    "angry": ("angry", "anger"),
    "neutral": ("neutral", "calm"),
    "fear": ("fear", "fearful", "afraid", "scared"),
    "surprise": ("surprise", "surprised"),
    "happy": ("happy", "happiness", "joy", "joyful"),
    "contempt": ("contempt", "contemptuous"),
}

_COLOURS = {
    # Paul Tol's "bright" qualitative scheme (seven hues that stay apart under the common colour-blindnesses and on
    # white and near-black), https://personal.sron.nl/~pault/ ; contempt takes the teal of his "vibrant" scheme.
    "sad": "#4477AA",
    "disgust": "#228833",
    "angry": "#EE6677",
    "neutral": "#8A8A8A",
    "fear": "#AA3377",
    "surprise": "#66CCEE",
    "happy": "#CCBB44",
    "contempt": "#009988",
}
_OTHER_COLOURS = ("#EE7733", "#0077BB", "#CC3311", "#33BBEE", "#BBCC33", "#AA4499", "#997700", "#6699CC")
MISSING_COLOUR = "#9AA0A6"
"""Hatching of scenes without enough faces: no emotion has this colour."""


def canonical(label: str) -> str | None:
    """The expression that a checkpoint's label means ("Happiness" is happy), or None for any other word."""
    word = label.strip().lower().replace("_", " ")
    return next((name for name, words in _EXPRESSIONS.items() if word in words), None)


def colour(label: str, labels: tuple[str, ...] = REFERENCE_LABELS) -> str:
    """The colour of `label`, hex; labels that mean no expression get one by their place among those of `labels`."""
    name = canonical(label)
    if name is not None:
        return _COLOURS[name]
    others = sorted(other for other in labels if canonical(other) is None)
    place = others.index(label) if label in others else 0
    return _OTHER_COLOURS[place % len(_OTHER_COLOURS)]


def neutral_index(labels: tuple[str, ...]) -> int | None:
    """Index of the neutral label; None if there is none, and then a scene has no intensity."""
    return next((i for i, label in enumerate(labels) if canonical(label) == NEUTRAL), None)


def check_expressions(labels: tuple[str, ...], checkpoint: str) -> None:
    """Raise CheckpointError unless most of `labels` (and two at least) are facial expressions."""
    expressions = [label for label in labels if canonical(label) is not None]
    if len(expressions) < 2 or len(expressions) * 2 < len(labels):
        listing = ", ".join(labels[:6]) + (", …" if len(labels) > 6 else "")
        if labels and all(
            label.startswith("LABEL_") for label in labels
        ):  # what transformers writes where names are missing
            raise CheckpointError(
                f"The checkpoint “{checkpoint}” does not say what it classifies: its labels are {listing}.",
                "If you know what they mean, copy it to a folder and name them in id2label of its config.json.",
            )
        raise CheckpointError(
            f"The checkpoint “{checkpoint}” does not classify facial expressions: its labels are {listing}.",
            "Name an image-classification checkpoint whose labels are expressions such as happy, sad or angry.",
        )
