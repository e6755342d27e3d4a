from .numbers import ScreeningNumbers as ScreeningNumbers, numbers_of_screening as numbers_of_screening
from .numbers_cache import (
    forget_numbers as forget_numbers,
    kept_numbers as kept_numbers,
    numbers_key as numbers_key,
)
from .rows import (
    FilmAudience as FilmAudience,
    RatingsFile as RatingsFile,
    SoundSearch as SoundSearch,
)
from .viewer_reactions import (
    film_seconds as film_seconds,
    reactions_key as reactions_key,
    reactions_of_viewer as reactions_of_viewer,
    seats_of_recording as seats_of_recording,
    split_into_seats as split_into_seats,
)
from .viewers import Viewers as Viewers
