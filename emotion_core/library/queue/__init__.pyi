from .ended import Throughput as Throughput, last_ended as last_ended, throughput as throughput
from .order import Direction as Direction, move as move
from .watched_files import WatchedFile as WatchedFile
