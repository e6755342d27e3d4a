"""AAF compositions as Avid writes them, made with pyaaf2: a timecode, one picture track, locators."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import aaf2

_DISSOLVE = "0d010201-0101-0100-060e-2b3404010105"


def make(
    path: Path,
    rate: Fraction,
    clips: Sequence[tuple[str, int]],
    *,
    start: int = 0,
    drop_frame: bool = False,
    dissolve: tuple[int, int, int] | None = None,
    locators: Sequence[tuple[int, str]] = (),
) -> bytes:
    """A composition of `clips`, (name, frames), from the timecode of `start` frames.

    `dissolve` is (clip that it leads to, frames, frames of it before the cut); the clips beside it are longer by it.
    """
    with aaf2.open(str(path), "w") as file:
        mob = file.create.CompositionMob("Cut")
        mob.usage = "Usage_TopLevel"
        file.content.mobs.append(mob)
        slot = mob.create_timeline_slot(rate)
        slot["PhysicalTrackNumber"].value = 1
        slot.segment = file.create.Timecode(round(rate), drop=drop_frame)
        slot.segment.start, slot.segment.length = start, sum(frames for _, frames in clips)
        picture = mob.create_picture_slot(rate)
        picture["PhysicalTrackNumber"].value = 1
        for number, (name, frames) in enumerate(clips):
            if dissolve and dissolve[0] == number:
                picture.segment.components.append(_transition(file, *dissolve[1:]))
            picture.segment.components.append(_clip(file, rate, name, frames))
        if locators:
            mob.slots.append(_locators(file, rate, picture, locators))
    return path.read_bytes()


def _clip(file: Any, rate: Fraction, name: str, frames: int) -> Any:
    source = file.create.SourceMob()
    source.name = f"{name}.tape"
    source.descriptor = file.create.ImportDescriptor()
    locator = file.create.NetworkLocator()
    locator["URLString"].value = f"file:///{name}"
    source.descriptor["Locator"].append(locator)
    file.content.mobs.append(source)
    tape = source.create_picture_slot(rate)
    tape.segment.components.append(file.create.Filler("picture", 10000))
    master = file.create.MasterMob(name)
    file.content.mobs.append(master)
    slot = master.create_picture_slot(rate)
    slot.segment.components.append(source.create_source_clip(tape.slot_id, 0, 10000, "picture"))
    return master.create_source_clip(slot.slot_id, 100, frames, "picture")


def _transition(file: Any, frames: int, before: int) -> Any:
    kind = file.create.OperationDef(_DISSOLVE, "VideoDissolve", "")
    kind.media_kind = "picture"
    kind["NumberInputs"].value = 2
    file.dictionary.register_def(kind)
    transition = file.create.Transition("picture", frames)
    transition["OperationGroup"].value = file.create.OperationGroup(kind, frames)
    transition["CutPoint"].value = before
    return transition


def _locators(file: Any, rate: Fraction, picture: Any, locators: Sequence[tuple[int, str]]) -> Any:
    slot = file.create.EventMobSlot()
    slot["EditRate"].value = rate
    slot["SlotID"].value = 900
    slot["PhysicalTrackNumber"].value = 1
    slot.segment = file.create.Sequence("DescriptiveMetadata")
    for at, comment in locators:
        marker = file.create.DescriptiveMarker()
        marker.length = 1
        marker["Position"].value = at
        marker["Comment"].value = comment
        marker["DescribedSlots"].value = {picture.slot_id}
        slot.segment.components.append(marker)
    return slot
