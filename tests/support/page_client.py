"""A page of the app opened as a browser opens it, over Streamlit's own socket: without a browser, which costs more."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol


def opened(address: str, *, patience: float, page: str = "", query: str = "") -> int:
    """Open a page in a fresh session, wait until its script has ended, and close it.

    Returns how many elements it drew. Raises TimeoutError where nothing comes for `patience` seconds.
    """
    with staying(address, patience=patience, page=page, query=query) as drawn:
        return drawn


@contextlib.contextmanager
def staying(address: str, *, patience: float, page: str = "", query: str = "") -> Iterator[int]:
    """As `opened`, and the page stays open meanwhile: `page` is its path ("" for the first one), `query` what follows
    the question mark.
    """
    socket = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(socket, origin=Origin(address), subprotocols=[Subprotocol("streamlit")], max_size=None) as session:
        request = BackMsg()
        request.rerun_script.query_string = query
        request.rerun_script.page_name = page
        session.send(request.SerializeToString())
        drawn, message = 0, ForwardMsg()
        while message.WhichOneof("type") != "script_finished" or (
            message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
        ):
            message.ParseFromString(session.recv(timeout=patience, decode=False))
            drawn += message.WhichOneof("type") == "delta"
        assert message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        yield drawn
