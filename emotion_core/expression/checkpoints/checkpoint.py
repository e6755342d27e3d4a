"""Load a checkpoint: one path for the embedded one, the reference model and any other.

What a start needs of a model is stored once transformers has loaded and checked it. From then on transformers is
imported only for the model itself.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property, partial
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import PIL
from numpy.typing import NDArray

from ...errors import CheckpointError, LibraryError
from ...observations import CheckpointIdentity, checkpoint_key
from ...storage import descriptors, hashed_json
from .. import compiled_cache
from ..package_versions import version
from . import transformers_model
from .location import Location
from .names import PROCESSOR
from .preprocessing import LevelTable, Prepare, by_processor, level_table

BOTH_WAYS = "read_both_ways_round"
"""True in the config.json of a checkpoint that is better when a face and its mirror image are averaged."""

_FACTS, _REVISION = "facts", 1

FACTS_FILE = "facts.json"
"""The facts of the embedded checkpoint under the packages of requirements.txt, committed with its weights."""


@dataclass(frozen=True, slots=True, eq=False)
class ModelFacts:
    """What is known of a model that was loaded and checked before."""

    architecture: str
    parameters: int
    channels: int
    """Of its input: 1 or 3."""
    both_ways: bool
    """Whether a face and its mirror image are read and averaged, by config.json."""
    channels_last: bool
    """Whether it runs faster with the channels of a pixel side by side."""
    table: LevelTable | None
    """How crops become its input; None where only its processor knows."""

    @classmethod
    def of(cls, model: Any, processor: Any) -> ModelFacts:
        channels = int(getattr(model.config, "num_channels", 3))
        return cls(
            architecture=type(model).__name__,
            parameters=sum(parameter.numel() for parameter in model.parameters()),
            channels=channels,
            both_ways=bool(getattr(model.config, BOTH_WAYS, False)),
            channels_last=transformers_model.is_convolutional(model),
            table=level_table(processor, channels),
        )

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        if self.table is not None:
            data["table"]["levels"] = self.table.levels.tolist()  # float32 -> float64 -> text keeps every digit
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ModelFacts:
        """The facts in the result of `to_json`. Raises ValueError, KeyError or TypeError for any other object."""
        table = data["table"]
        if table is not None:
            table = LevelTable(**{**table, "levels": np.array(table["levels"], dtype=np.float32)})
        return cls(**{**data, "table": table})


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A checkpoint that was checked; its model, fp32, comes into memory where it is asked for."""

    identity: CheckpointIdentity
    facts: ModelFacts
    folder: Path | None
    """Folder on disk; None for random weights."""
    load_model: Callable[[], tuple[Any, Any]]
    """Gives the model and the processor, the same ones at every call. Raises CheckpointError."""

    @property
    def model(self) -> Any:
        """A transformers model for image classification, in evaluation mode. Raises CheckpointError."""
        return self.load_model()[0]

    @property
    def processor(self) -> Any:
        """Its transformers image processor. Raises CheckpointError."""
        return self.load_model()[1]

    @property
    def parameters(self) -> int:
        return self.facts.parameters

    @property
    def both_ways(self) -> bool:
        """Whether a face and its mirror image are read and averaged."""
        return self.facts.both_ways

    def pixels(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """RGB crops of any size (h, w, 3) as the model's input (n, c, H, W), made as by its own processor."""
        return self._prepare(crops)

    @cached_property
    def _prepare(self) -> Prepare:
        return self.facts.table or by_processor(self.processor, self.facts.channels)


def load(location: Location) -> Checkpoint:
    """Read a checkpoint from disk, without network and without running its code. Raises CheckpointError.

    Its files are verified each time. The model is loaded and checked where it was not before with these files and these
    packages.
    """
    labels = location.labels()
    weights_hash = location.weights_hash()  # first: its message about damaged weights is clearer than the parser's
    facts = _stored_facts(location, weights_hash)
    if facts is None:
        transformers_model.check_format(location)
    _check_processor(location)
    settings = location.settings_hash()
    key = checkpoint_key(weights_hash, settings)
    load_model = cache(partial(_load_later, location, key))
    if facts is None:
        loaded = transformers_model.load_model(location)
        load_model = cache(lambda: loaded)
        facts = ModelFacts.of(*loaded)
        prepare = facts.table or by_processor(loaded[1], facts.channels)
        transformers_model.check_answer(location.name, labels, loaded[0], prepare)
        with contextlib.suppress(LibraryError):  # only costs the next start the same seconds
            content = json.dumps(facts.to_json()).encode()
            compiled_cache.write(key, _FACTS, _made_with(), content)
    identity = CheckpointIdentity(
        name=location.name,
        source=location.source,
        revision=location.revision,
        hash=weights_hash,
        labels=labels,
        architecture=facts.architecture,
        settings=settings,
    )
    return Checkpoint(identity, facts, location.folder, load_model)


def _load_later(location: Location, key: str) -> tuple[Any, Any]:
    """The model and the processor. Raises CheckpointError, also where the files are no longer those of `key`."""
    loaded = transformers_model.load_model(location)
    if checkpoint_key(location.weights_hash(), location.settings_hash()) != key:
        raise CheckpointError(f"The files of the checkpoint “{location.name}” were changed meanwhile.", "Try again.")
    return loaded


def _stored_facts(location: Location, weights_hash: str) -> ModelFacts | None:
    try:
        key = checkpoint_key(weights_hash, location.settings_hash())
        if (content := compiled_cache.read(key, _FACTS, _made_with())) is not None:
            return ModelFacts.from_json(json.loads(content))
        if location.source == "embedded":
            shipped = hashed_json.read(location.folder / FACTS_FILE, allow_unhashed=False)
            if (shipped["key"], shipped["made_with"]) == (key, _made_with()):
                return ModelFacts.from_json(shipped["facts"])
        return None
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        descriptors.raise_if_ran_out(error)
        return None  # the checks that follow say what is wrong with the files


def write_facts(folder: Path, checkpoint: Checkpoint) -> None:
    """Write the facts of a checkpoint into its own folder. Raises LibraryError."""
    content = {"key": checkpoint.identity.key, "made_with": _made_with(), "facts": checkpoint.facts.to_json()}
    hashed_json.write(folder / FACTS_FILE, content)


def _made_with() -> str:
    """The packages that decide the facts."""
    imported = f"numpy {np.__version__}, Pillow {PIL.__version__}, OpenCV {cv2.__version__}"
    return f"{release('transformers')}, {release('torch')}, {imported}, facts {_REVISION}"


def package_version(package: str) -> str:
    """A package's name and version in one string, without importing it."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} none"


def release(package: str) -> str:
    """As `package_version`, without the part after “+”: the builds of a release for several devices share its code."""
    return package_version(package).partition("+")[0]


def _check_processor(location: Location) -> None:
    """Raise CheckpointError where the processor is code of the checkpoint: transformers would take another one."""
    try:
        processor = json.loads((location.folder / PROCESSOR).read_text(encoding="utf-8"))
        own = "AutoImageProcessor" in processor.get("auto_map", {}) and not processor.get("image_processor_type")
    except (OSError, ValueError, TypeError, AttributeError) as error:
        descriptors.raise_if_ran_out(error)
        raise CheckpointError(
            f"The {PROCESSOR} of the checkpoint “{location.name}” cannot be read.", "Fetch or copy it again."
        ) from error
    if own:
        raise CheckpointError(
            f"The checkpoint “{location.name}” brings its own code for its image processor, which is never run.",
            "Give a checkpoint whose image processor is among those of transformers.",
        )
