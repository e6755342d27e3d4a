from .finding import find_altered as find_altered
from .heard import see_heard as see_heard
from .match import Match as Match, Matches as Matches
from .overlay import ALL_CLEAR as ALL_CLEAR, Clear as Clear, clear_fields as clear_fields
