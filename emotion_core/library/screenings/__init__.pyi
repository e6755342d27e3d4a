from .rows import RatingsFile as RatingsFile
from .viewers import Viewers as Viewers
