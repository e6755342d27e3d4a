"""A page of the app opened as a browser opens it, over Streamlit's own socket: without a browser, which costs more."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol


def opened(address: str, *, patience: float, page: str = "", query: str = "") -> int:
    """Open a page in a session of its own, wait until it was run to its end, and leave it.

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
        asked = BackMsg()
        asked.rerun_script.query_string = query
        asked.rerun_script.page_name = page
        session.send(asked.SerializeToString())
        drawn, said = 0, ForwardMsg()
        while said.WhichOneof("type") != "script_finished" or (
            said.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
        ):
            said.ParseFromString(session.recv(timeout=patience, decode=False))
            drawn += said.WhichOneof("type") == "delta"
        assert said.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        yield drawn
