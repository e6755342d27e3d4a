"""The app: `streamlit run app.py`, or with a folder of its own `streamlit run app.py -- --home FOLDER`."""

from __future__ import annotations

import logging
import sys
from functools import partial

import streamlit as st
from starlette.middleware import Middleware

from emotion_core.jobs.supervisor import watch_worker
from emotion_core.server import hosts
from emotion_core.server.lifespan import lifespan
from emotion_core.server.loop_watch import watch_loop
from emotion_core.server.security_headers import SecurityHeaders
from emotion_core.server.shortage import say_once
from emotion_core.storage import descriptors, group_mode
from emotion_core.storage.paths import home, use_as_told
from emotion_core.web.caretaker import caretaker
from emotion_core.web.guard import Guard
from emotion_core.web.routes import routes
from pages.parts import sessions, sign_in


def say_so(error: Exception) -> bool:
    """Log what nobody foresaw, and show one sentence instead of a traceback."""
    if descriptors.ran_out(error):
        descriptors.say()
        st.error(str(descriptors.refused()))
        return True
    logging.getLogger(__name__).error("A page failed.", exc_info=error)
    st.error("Something went wrong on this page. Reload it; the terminal that runs the app shows the details.")
    return True


descriptors.raise_limit()
use_as_told(sys.argv[1:])
group_mode.join(home())
guard = Guard(
    home(),
    lambda host: hosts.allowed(host, st.get_option("server.allowedHosts")),
    sign_in_needed=sign_in.needed,
    signed_in=sign_in.of_request,
)

# The router lies in pages/: beside a folder of that name the first deep link after a start would skip it.
app = st.App(
    "pages/router.py",
    routes=routes(guard),
    lifespan=lifespan(
        [say_once, sessions.let_go, caretaker(guard.home), partial(watch_worker, guard.home), watch_loop]
    ),
    middleware=[Middleware(SecurityHeaders)],
    on_script_error=say_so,
)
