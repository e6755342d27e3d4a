#!/usr/bin/env bash
# Streamlit 1.67.0: what becomes of a click when another run of the page is requested just after it.
#
# A web component (or another tab of the same session's widgets) may request a run at any time, by setTriggerValue. One
# expects that a click on a button counts, whatever is requested after it. The second request ends the run that has the
# click, if that has not come to the button yet, and the next run knows nothing of it. It is so with
# runner.fastReruns = true (the default) and false.
#
# Output seen:
#   a click: the button was pressed 1 time
#   a click, and 50 ms later a request of another run: 0 times
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet streamlit==1.67.0 websockets
cd "$folder"
cat > page.py <<'PYTHON'
import time

import streamlit as st

time.sleep(0.2)
st.write("A page with something to do before its button.")
if st.button("Press", key="press"):
    with open("pressed", "a") as file:
        file.write("1")
PYTHON
port=$(venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
venv/bin/streamlit run page.py --server.port="$port" --server.address=127.0.0.1 --server.headless=true \
    --browser.gatherUsageStats=false --server.fileWatcherType=none > log 2>&1 &
server=$!
venv/bin/python - "$port" <<'PYTHON'
import contextlib
import sys
import time
import urllib.request
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

port, pressed = sys.argv[1], Path("pressed")
for _ in range(200):
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health").read()
        break
    except OSError:
        time.sleep(0.2)


def run(socket, pressed=""):
    asked = BackMsg()
    asked.rerun_script.query_string = ""
    if pressed:
        state = asked.rerun_script.widget_states.widgets.add()
        state.id, state.trigger_value = pressed, True
    socket.send(asked.SerializeToString())


def button(socket):
    """The identifier of the button, once the page has run."""
    found = ""
    while True:
        said = ForwardMsg()
        said.ParseFromString(socket.recv(timeout=30, decode=False))
        if said.delta.new_element.button.id:
            found = said.delta.new_element.button.id
        if said.WhichOneof("type") == "script_finished" and found:
            return found


def times_pressed(*requests_after):
    pressed.unlink(missing_ok=True)
    with connect(f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=["streamlit"], max_size=None) as socket:
        run(socket)
        found = button(socket)
        run(socket, found)
        for seconds in requests_after:
            time.sleep(seconds)
            run(socket)
        time.sleep(2)
    with contextlib.suppress(FileNotFoundError):
        return len(pressed.read_text())
    return 0


seen = [times_pressed(), times_pressed(0.05)]
print("a click: the button was pressed", seen[0], "time")
print("a click, and 50 ms later a request of another run:", seen[1], "times")
sys.exit(seen != [1, 0])
PYTHON
