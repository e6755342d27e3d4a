"""A screening without the names of its people, whatever text holds them: for exports in which nobody is named.

Names are fields of viewers and consents, and users type them elsewhere too: as the screening's name, as a group, as who
reads the faces in the notice. A viewer's whole name, the words of who confirmed, and the parts of both are sought there
as whole words, in capitals or not. A part has three letters at least, and is no word of ORDINARY; of who confirmed, who
may have typed a sentence, only words with a capital letter are parts. A name without two letters in a row (A4, 17) is a
number and stays, as do the names that this program gives (Viewer 2). Texts about the film, its scenes' names among
them, are not touched.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ...audience import notice_without_reader
from ...library.screenings import names

if TYPE_CHECKING:
    from ...audience import Differences, GroupColumn, RatingsSummary, ScreeningSummary, Viewer

LEFT_OUT = "(left out)"
"""In place of who confirmed that a viewer was told."""
LEAST_LETTERS = 3
"""Of a part of a name that is sought by itself: shorter ones stand in too many words of other people."""
ORDINARY = frozenset(
    re.findall(
        r"\w+",
        """
        and bin ibn del den der des dos das ten ter the und van vom von zum zur
        agreed back cam camera center centre clip confirmed consent face film first front group guest last left middle
        participant person recording right room row screening seat second session subject take told test third video
        viewer viewers adult age boy child children father female friend girl male man men mother old student teen
        woman women year years young
        """,
    )
)
"""Words of names, or beside them, that tell nobody from another."""
_BETWEEN = re.compile(r"[\W_]+")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_ADDED = re.compile(r"(?:, seat \d+| \(\d+\))+$")
"""What this program adds to a name."""
_GIVEN = re.compile(r"(?:viewer|synthetic)(?: \d+)?", re.IGNORECASE)
"""Names that this program gives."""


class Redaction:
    """Leaves the names of some people out of texts."""

    def __init__(self, viewers: Iterable[Viewer]) -> None:
        """Of viewers, who become “Viewer 3”, and of those who confirmed that they were told, “Person 1”."""
        viewers, found = list(viewers), dict[str, str]()
        for viewer in viewers:
            for name in (viewer.name, _ADDED.sub("", viewer.name)):
                found.setdefault(names.plain(name), f"Viewer {viewer.number}")
        confirmed = {names.plain(each.consent.given_by) for each in viewers if each.consent is not None}
        for number, name in enumerate(sorted(confirmed - found.keys()), 1):
            found[name] = f"Person {number}"
        found = {name: own for name, own in found.items() if _LETTERS.search(name) and not is_given(name)}
        self._stand_ins = {names.key(name): own for name, own in reversed(found.items())}
        parts = _parts(found, confirmed)
        self._stand_ins = {names.key(part): own for part, own in parts.items()} | self._stand_ins
        written = sorted({*found, *parts, *self._stand_ins}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_words, written)), re.IGNORECASE) if found else None

    def text(self, text: str) -> str:
        """`text` without the names; as it is where it holds none."""
        if self._pattern is None:
            return text
        composed = unicodedata.normalize("NFC", text)
        left = self._pattern.sub(lambda match: self._stand_ins.get(names.key(match[0]), "Viewer"), composed)
        return text if left == composed else left

    def notice(self, notice: str) -> str:
        """What a viewer was told, without the name of who reads the faces."""
        return notice_without_reader(notice, self.text)

    def texts(self, texts: Iterable[str]) -> dict[str, str]:
        """`text` of each; of those that differ before, no two are the same after."""
        left = {text: self.text(text) for text in texts}
        taken = {names.key(text) for text, own in left.items() if own == text}
        for text in sorted(text for text, own in left.items() if own != text):
            left[text] = names.free(left[text], taken)
            taken.add(names.key(left[text]))
        return left

    def summary(self, summary: ScreeningSummary) -> ScreeningSummary:
        """A summary in which nobody is named, neither as a viewer nor in a consent, a group, a target or a note."""
        words = self.texts(_group_texts(summary))
        targets = {
            words[column]: {words[group]: weight for group, weight in weights.items()}
            for column, weights in summary.settings.targets.items()
        }
        return replace(
            summary,
            viewers=tuple(self._viewer(viewer, words) for viewer in summary.viewers),
            settings=replace(summary.settings, targets=targets),
            groups=tuple(_column(column, words) for column in summary.groups),
            differences=tuple(_differences(each, words) for each in summary.differences),
            film_differences=tuple(_differences(each, words) for each in summary.film_differences),
            ratings=None if summary.ratings is None else _ratings(summary.ratings, words),
            notes=self.notes(summary.notes, summary),
        )

    def notes(self, notes: Iterable[str], summary: ScreeningSummary) -> tuple[str, ...]:
        """Sentences of this program about the summary: the groups that they name are the only typed texts in them."""
        words = self.texts(_group_texts(summary))
        changed = sorted((text for text, own in words.items() if own != text), key=len, reverse=True)
        return tuple(_replaced(note, {text: words[text] for text in changed}) for note in notes)

    def _viewer(self, viewer: Viewer, words: Mapping[str, str]) -> Viewer:
        consent = viewer.consent
        if consent is not None:
            by = LEFT_OUT if consent.given_by else ""
            consent = replace(consent, notice=self.notice(consent.notice), given_by=by)
        groups = {words[column]: words[group] for column, group in viewer.groups.items()}
        return replace(viewer, name=f"Viewer {viewer.number}", consent=consent, groups=groups)


def is_given(name: str) -> bool:
    """Whether it is a name that this program gives, which says nothing of who it is."""
    return _GIVEN.fullmatch(_ADDED.sub("", name)) is not None


def _parts(found: Mapping[str, str], confirmed: set[str]) -> dict[str, str]:
    """The parts of names of several words with what stands for each; “Viewer” or “Person” for one that several have."""
    parts: dict[str, str] = {}
    for name, own in found.items():
        words = [word for word in _BETWEEN.split(name) if sum(letter.isalpha() for letter in word) >= LEAST_LETTERS]
        if name in confirmed and any(word[0].isupper() for word in words):
            words = [word for word in words if word[0].isupper()]
        for part in {names.key(word) for word in words} - ORDINARY - {names.key(name)}:
            parts[part] = own if parts.get(part, own) == own else own.partition(" ")[0]
    return parts


def _words(name: str) -> str:
    """A pattern for a name as whole words. Scripts without capitals may write it without spaces around."""
    words = r"\s+".join(re.escape(word) for word in name.split(" "))
    before = r"(?<![^\W_])" if _has_case(name[0]) else ""
    return before + words + (r"(?![^\W_])" if _has_case(name[-1]) else "")


def _has_case(letter: str) -> bool:
    return letter.lower() != letter.upper() or letter.isdigit()


def _replaced(note: str, words: Mapping[str, str]) -> str:
    for text, own in words.items():
        note = note.replace(text, own)
    return note


def _group_texts(summary: ScreeningSummary) -> set[str]:
    """All names of columns and of groups in a summary."""
    texts: set[str] = set()
    for viewer in summary.viewers:
        texts |= {*viewer.groups, *viewer.groups.values()}
    for column, weights in summary.settings.targets.items():
        texts |= {column, *weights}
    for each in summary.ratings.columns if summary.ratings else ():
        texts |= {each.name, *(group.name for group in each.groups), *each.missing}
    return texts


def _column(column: GroupColumn, words: Mapping[str, str]) -> GroupColumn:
    groups = tuple(replace(group, name=words[group.name]) for group in column.groups)
    return replace(column, name=words[column.name], groups=groups, missing=_all(column.missing, words))


def _differences(differences: Differences, words: Mapping[str, str]) -> Differences:
    compared, few = _all(differences.groups, words), _all(differences.too_few, words)
    return replace(differences, column=words[differences.column], groups=compared, too_few=few)


def _ratings(ratings: RatingsSummary, words: Mapping[str, str]) -> RatingsSummary:
    columns = tuple(
        replace(
            column,
            name=words[column.name],
            groups=tuple(replace(group, name=words[group.name]) for group in column.groups),
            missing=_all(column.missing, words),
        )
        for column in ratings.columns
    )
    return replace(ratings, columns=columns)


def _all(texts: Iterable[str], words: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(words[text] for text in texts)
