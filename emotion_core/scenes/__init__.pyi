from .detectors import CutDetector as CutDetector, cut_detector as cut_detector
from .editing import as_cut_list as as_cut_list
from .frame_metrics import (
    LOOKBACK as LOOKBACK,
    FrameScore as FrameScore,
    Scorer as Scorer,
    pack_scores as pack_scores,
    same_score as same_score,
    unpack_scores as unpack_scores,
)
from .grouping import group_shots as group_shots
from .kinds import assign_kinds as assign_kinds, kinds_of as kinds_of
from .sampling import (
    Grid as Grid,
    counted_samples as counted_samples,
    fill_frames as fill_frames,
    missing_frames as missing_frames,
)
from .scenes import (
    Scene as Scene,
    SceneKind as SceneKind,
    apply_corrections as apply_corrections,
    detect_scenes as detect_scenes,
    ineffective_corrections as ineffective_corrections,
    scenes_of as scenes_of,
    scenes_of_groups as scenes_of_groups,
    shots_in as shots_in,
)
from .shots import (
    Shot as Shot,
    cuts_of as cuts_of,
    shots_between as shots_between,
    shots_of as shots_of,
)
