from .matching import Flags as Flags, match_sound as match_sound
