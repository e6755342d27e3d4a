from .agreement import Agreement as Agreement, compare as compare
from .benchmark import measure as measure
from .choice import Choice as Choice, choose as choose, open_engine as open_engine, requested_engine as requested_engine
from .live_choice import LiveChoice as LiveChoice, choose_live as choose_live
from .live_size import AGREEMENT as AGREEMENT, OWN as OWN, QUICK as QUICK, SIDE as SIDE, LiveSize as LiveSize
from .overview import EngineOverview as EngineOverview
from .trial import (
    PROBE_FACES as PROBE_FACES,
    Trial as Trial,
    TrialEndedError as TrialEndedError,
    TrialProcess as TrialProcess,
)
