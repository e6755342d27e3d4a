from .partial_file import PartialFile as PartialFile
from .quota import (
    StorageBudget as StorageBudget,
    certainly_fits as certainly_fits,
    check_disk as check_disk,
    storage_budget as storage_budget,
)
from .recording_claim import WAYS_IN_TIME as WAYS_IN_TIME, InTime as InTime, RecordingClaim as RecordingClaim
from .upload import Outcome as Outcome, Upload as Upload
