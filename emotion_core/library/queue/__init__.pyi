from .ended import Throughput as Throughput, last_ended as last_ended, throughput as throughput
from .order import Direction as Direction, move as move
from .rows import (
    film_names as film_names,
    running as running,
    waiting as waiting,
    waiting_count as waiting_count,
    waiting_ids as waiting_ids,
)
from .watched_files import WatchedFile as WatchedFile
