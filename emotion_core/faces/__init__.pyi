from .appearance import APPEARANCE_LENGTH as APPEARANCE_LENGTH, appearance_of as appearance_of
from .crop_reuse import (
    SIDE as SIDE,
    CropReading as CropReading,
    CropReuse as CropReuse,
    SeamState as SeamState,
    alike as alike,
    comparison_crop as comparison_crop,
    may_be_alike as may_be_alike,
    without_crop as without_crop,
)
from .detector import (
    DetectedFace as DetectedFace,
    FaceDetector as FaceDetector,
    crop as crop,
    open_detector as open_detector,
)
from .levelling import is_tilted as is_tilted, level_crop as level_crop, tilt_of as tilt_of
from .pose import Poses as Poses, poses_of as poses_of
from .quality import Light as Light, quality_of as quality_of
