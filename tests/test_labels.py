"""Labels and their colours."""

from __future__ import annotations

import re

import pytest

from emotion_core.errors import CheckpointError
from emotion_core.labels import MISSING_COLOUR, REFERENCE_LABELS, canonical, check_expressions, colour, neutral_index

MEANINGS = [
    # what a checkpoint says, the expression that is meant
    ("happy", "happy"),
    ("Happiness", "happy"),
    ("JOY", "happy"),
    (" joyful ", "happy"),
    ("Sadness", "sad"),
    ("anger", "angry"),
    ("Disgusted", "disgust"),
    ("calm", "neutral"),
    ("afraid", "fear"),
    ("surprised", "surprise"),
    ("Contempt", "contempt"),
    ("cat", None),
    ("unhappy", "sad"),
    ("happy cat", None),
    ("LABEL_0", None),
    ("", None),
]

EXPRESSIONS = [
    REFERENCE_LABELS,
    ("Anger", "Joy"),
    ("happy", "sad", "other", "none"),
    ("angry", "contempt", "disgust", "fear", "happy", "neutral", "sad", "surprise"),
]

OTHER = [
    ("cat", "dog"),
    ("happy", "cat", "dog"),
    ("happy",),
    ("LABEL_0", "LABEL_1"),
    (),
]


@pytest.mark.parametrize(("label", "meaning"), MEANINGS)
def test_labels_are_understood(label: str, meaning: str | None) -> None:
    """A checkpoint's word for an expression is recognised in any case; any other word is not."""
    assert canonical(label) == meaning


def test_the_reference_labels_are_all_known() -> None:
    """Each of the reference's seven labels means itself, in the reference's order."""
    assert REFERENCE_LABELS == ("sad", "disgust", "angry", "neutral", "fear", "surprise", "happy")
    assert tuple(canonical(label) for label in REFERENCE_LABELS) == REFERENCE_LABELS


@pytest.mark.parametrize("labels", EXPRESSIONS)
def test_expression_labels_are_taken(labels: tuple[str, ...]) -> None:
    """Labels are accepted if at least half of them, and at least two, are expressions."""
    check_expressions(labels, "a/b")


@pytest.mark.parametrize("labels", OTHER)
def test_other_labels_are_refused(labels: tuple[str, ...]) -> None:
    """Labels that are not expressions are refused, naming the checkpoint and the labels."""
    with pytest.raises(CheckpointError) as refusal:
        check_expressions(labels, "a/b")
    assert "a/b" in refusal.value.problem
    assert all(label in refusal.value.problem for label in labels)
    assert refusal.value.advice


def test_many_other_labels_are_named_by_the_first_ones() -> None:
    """Of a thousand labels the message names the first six."""
    with pytest.raises(CheckpointError, match="label 0, label 1, label 2, label 3, label 4, label 5, …") as refusal:
        check_expressions(tuple(f"label {i}" for i in range(1000)), "a/b")
    assert "label 6" not in str(refusal.value)


def test_the_same_emotion_has_the_same_colour() -> None:
    """An expression has one colour under every name that checkpoints give it; different ones differ."""
    assert colour("Happiness") == colour("joy") == colour("happy")
    colours = {colour(label) for label in (*REFERENCE_LABELS, "contempt")}
    assert len(colours) == 8
    assert MISSING_COLOUR not in colours
    assert all(re.fullmatch("#[0-9A-F]{6}", value) for value in colours)


def test_unknown_labels_have_colours_of_their_own() -> None:
    """Unknown labels have different colours, which also differ from the known ones, in any order."""
    labels = ("happy", "bored", "sad", "awake", "lost")
    colours = {label: colour(label, labels) for label in labels}
    assert len(set(colours.values())) == 5
    assert {label: colour(label, labels[::-1]) for label in labels} == colours


@pytest.mark.parametrize(
    ("labels", "place"), [(REFERENCE_LABELS, 3), (("Calm", "Joy"), 0), (("sad", "happy"), None), ((), None)]
)
def test_where_neutral_stands(labels: tuple[str, ...], place: int | None) -> None:
    """The neutral label is found by its meaning; without one there is no index."""
    assert neutral_index(labels) == place
