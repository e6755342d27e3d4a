"""A page of the app opened as a browser opens it, over Streamlit's own socket: without a browser, which costs more."""

from __future__ import annotations

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol


def opened(address: str, *, patience: float) -> int:
    """Open the first page in a session of its own and wait until it was run to its end.

    Returns how many elements it drew. Raises TimeoutError where nothing comes for `patience` seconds.
    """
    socket = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    drawn = 0
    with connect(socket, origin=Origin(address), subprotocols=[Subprotocol("streamlit")], max_size=None) as page:
        asked = BackMsg()
        asked.rerun_script.query_string = ""
        page.send(asked.SerializeToString())
        while True:
            said = ForwardMsg()
            said.ParseFromString(page.recv(timeout=patience, decode=False))
            kind = said.WhichOneof("type")
            drawn += kind == "delta"
            if kind == "script_finished" and said.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                assert said.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
                return drawn
