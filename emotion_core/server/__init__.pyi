from .ending import cut_off_unread_answers as cut_off_unread_answers
from .hosts import is_allowed_host as is_allowed_host
from .interpreter import set_for_server as set_for_server
from .lifespan import lifespan_of as lifespan_of
from .loop_watch import watch_loop as watch_loop
from .no_delay import send_without_delay as send_without_delay
from .security_headers import SecurityHeaders as SecurityHeaders
from .shortage import limit_shortage_logging as limit_shortage_logging
