from .damage import Damage as Damage, damage_of as damage_of
from .face_arrays import FaceArrays as FaceArrays
from .face_list import FaceList as FaceList
from .layouts import FLAT as FLAT, Layouts as Layouts, directions as directions, vectors as vectors
from .observations import (
    LAYOUT as LAYOUT,
    PLACE as PLACE,
    CheckpointIdentity as CheckpointIdentity,
    EngineIdentity as EngineIdentity,
    Expression as Expression,
    Face as Face,
    Observations as Observations,
    Origin as Origin,
    Sample as Sample,
    Scores as Scores,
    Segment as Segment,
    Thumbnail as Thumbnail,
    checkpoint_key as checkpoint_key,
)
from .sound import PRINTS_A_SECOND as PRINTS_A_SECOND, SoundPrints as SoundPrints
from .store import FORMAT as FORMAT, ObservationStore as ObservationStore, earlier_version as earlier_version
