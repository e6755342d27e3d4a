"""The app: `streamlit run app.py`, or with a folder of its own `streamlit run app.py -- --home FOLDER`."""

from __future__ import annotations

import logging
import sys
from functools import partial

import streamlit as st
from starlette.middleware import Middleware

from emotion_core.api import api_routes
from emotion_core.api.webhooks import send_webhooks
from emotion_core.ingest.watching import watch_folders
from emotion_core.jobs import watch_worker
from emotion_core.server import (
    PageHead,
    Scripts,
    SecurityHeaders,
    cut_off_unread_answers,
    is_allowed_host,
    lifespan_of,
    limit_shortage_logging,
    log_failed_downloads_briefly,
    send_without_delay,
    set_for_server,
    watch_loop,
)
from emotion_core.storage import descriptors, group_mode, home, use_home_argument
from emotion_core.web import Guard, ReadingAhead, all_routes, maintain_live, maintain_uploads
from pages.services import auth, preload, sessions


def say_so(error: Exception) -> bool:
    """Log what nobody foresaw, and show one sentence instead of a traceback."""
    if descriptors.ran_out(error):
        descriptors.log_shortage()
        st.error(str(descriptors.out_of_descriptors()))
        return True
    logging.getLogger(__name__).error("A page failed.", exc_info=error)
    st.error("Something went wrong on this page. Reload it; the terminal that runs the app shows the details.")
    return True


set_for_server()
preload.skip_component_search()
descriptors.raise_limit()
use_home_argument(sys.argv[1:])
group_mode.join_group(home())
guard = Guard(
    home(),
    lambda host: is_allowed_host(host, st.get_option("server.allowedHosts")),
    is_sign_in_required=auth.is_required,
    user_of_request=auth.user_of_request,
)

# The router lies in pages/: beside a folder of that name the first deep link after a start would skip it.
app = st.App(
    "pages/router.py",
    routes=[*api_routes(guard.home, guard.is_host_allowed), *all_routes(guard)],
    lifespan=lifespan_of(
        [
            send_without_delay,
            preload.load_for_first_page,
            limit_shortage_logging,
            log_failed_downloads_briefly,
            sessions.close_abandoned,
            maintain_uploads(guard.home),
            maintain_live(guard.home),
            partial(watch_worker, guard.home),
            partial(watch_folders, guard.home),
            send_webhooks(guard.home),
            watch_loop,
            cut_off_unread_answers,
        ]
    ),
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(
            Scripts,
            folder=preload.STATIC / "static" / "js",
            path="/static/js",
            is_host_allowed=guard.is_host_allowed,
        ),
        Middleware(PageHead, markup=preload.head_markup),
        Middleware(ReadingAhead, guard=guard, load=preload.load_for_film_page),
    ],
    on_script_error=say_so,
)
