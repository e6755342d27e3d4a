from .configuration import Configuration as Configuration
from .files import (
    flush_folder as flush_folder,
    locked as locked,
    make_folder as make_folder,
    remove_folder as remove_folder,
    try_lock as try_lock,
    write_whole as write_whole,
)
from .hashed_json import ChangedError as ChangedError
from .hashing import RunningHash as RunningHash, file_hash as file_hash, stream_hash as stream_hash
from .layout import (
    CONFIGURATION as CONFIGURATION,
    COPIES as COPIES,
    DATABASE as DATABASE,
    DERIVED as DERIVED,
    EMBEDDINGS as EMBEDDINGS,
    FILMS as FILMS,
    INCOMING as INCOMING,
    JOBS as JOBS,
    READINGS as READINGS,
    SCANS as SCANS,
    SET_ASIDE as SET_ASIDE,
    Home as Home,
    proxy_note as proxy_note,
)
from .os_errors import disk_full as disk_full, from_os_error as from_os_error, short_path as short_path
from .paths import home as home, use_home as use_home, use_home_argument as use_home_argument
from .stored_paths import rebase_request as rebase_request, relative_text as relative_text
