from .calibration import (
    Calibration as Calibration,
    Fit as Fit,
    Temperature as Temperature,
    resolve_temperature as resolve_temperature,
    temperature_by_settings as temperature_by_settings,
)
from .checkpoint import Checkpoint as Checkpoint, load as load
from .hub import fetch as fetch
from .location import (
    EMBEDDED_FOLDER as EMBEDDED_FOLDER,
    FILES as FILES,
    Location as Location,
    in_cache as in_cache,
    locate as locate,
)
from .names import (
    EMBEDDED as EMBEDDED,
    REFERENCE as REFERENCE,
    REFERENCE_BYTES as REFERENCE_BYTES,
    hub_cache as hub_cache,
)
from .random_weights import (
    UNTRAINED as UNTRAINED,
    UNTRAINED_HASH as UNTRAINED_HASH,
    UNTRAINED_NAME as UNTRAINED_NAME,
    untrained as untrained,
)
