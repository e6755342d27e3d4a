from .reader import Opened as Opened, Reader as Reader, ReaderEndedError as ReaderEndedError
from .readings import LiveReadings as LiveReadings
from .session import Session as Session, Stamp as Stamp, Summary as Summary
from .sessions import KEEP_MINUTES as KEEP_MINUTES, Sessions as Sessions, sessions_of as sessions_of
from .viewer_face import LEVELLED as LEVELLED, LIMITS as LIMITS, LIMITS_KEPT as LIMITS_KEPT, RULES as RULES
