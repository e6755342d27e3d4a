from .confinement import (
    COMPARE_SECONDS as COMPARE_SECONDS,
    LOOK_SECONDS as LOOK_SECONDS,
    PROXY_BYTES as PROXY_BYTES,
    PROXY_BYTES_A_THREAD as PROXY_BYTES_A_THREAD,
    confine_reader as confine_reader,
    confine_worker as confine_worker,
)
from .scratch import empty_temporary_folder as empty_temporary_folder, use_temporary_folder as use_temporary_folder
from .watchdog import STALLED as STALLED, Watchdog as Watchdog
