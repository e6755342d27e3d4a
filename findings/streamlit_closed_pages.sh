#!/usr/bin/env bash
# Streamlit 1.67.0: what the server keeps of pages that were closed, with server.disconnectedSessionTTL = 30.
#
# One expects that half a minute after a page was closed its session is gone. Each session, also of a script without any
# asyncio in it, has an event loop of its own, which is three open files (on Linux), and the sessions of closed pages stay
# until another page is closed: the time to live only says which of them are dropped then.
#
# Output seen (open files more than before the first page):
#   20 pages closed, after 1 s: 60
#   after 35 s: 60
#   one more page closed: 3
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet streamlit==1.67.0 websockets
cd "$folder"
echo 'import streamlit as st; st.write("hello")' > page.py
port=$(venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
venv/bin/streamlit run page.py --server.port="$port" --server.address=127.0.0.1 --server.headless=true \
    --server.disconnectedSessionTTL=30 --browser.gatherUsageStats=false --server.fileWatcherType=none > log 2>&1 &
server=$!
venv/bin/python - "$server" "$port" <<'PYTHON'
import os
import sys
import time
import urllib.request

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

pid, port = sys.argv[1:]
for _ in range(200):
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health").read()
        break
    except OSError:
        time.sleep(0.2)


def page():
    with connect(f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=["streamlit"], max_size=None) as socket:
        asked = BackMsg()
        asked.rerun_script.query_string = ""
        socket.send(asked.SerializeToString())
        while True:
            said = ForwardMsg()
            said.ParseFromString(socket.recv(timeout=30, decode=False))
            if said.WhichOneof("type") == "script_finished":
                return


def files():
    return len(os.listdir(f"/proc/{pid}/fd"))


page()
time.sleep(1)
before = files() - 3
seen = []
for _ in range(19):
    page()
time.sleep(1)
seen.append(files() - before)
print("20 pages closed, after 1 s:", seen[-1])
time.sleep(34)
seen.append(files() - before)
print("after 35 s:", seen[-1])
page()
time.sleep(1)
seen.append(files() - before)
print("one more page closed:", seen[-1])
sys.exit(seen != [60, 60, 3])
PYTHON
