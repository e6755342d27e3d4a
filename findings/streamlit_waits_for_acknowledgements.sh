#!/usr/bin/env bash
# Streamlit 1.67.0, uvicorn 0.54.0: how long an answer of the server takes on a connection that is kept open.
#
# asyncio turns Nagle's algorithm off for connections whose socket names TCP as its protocol. The server of Streamlit
# creates its socket with the family alone, and hands it to uvicorn: accepted connections inherit protocol 0 and keep the
# algorithm on. The body of an answer then waits, on Linux, until the client acknowledges the head, which it delays by
# 40 ms. The same holds for uvicorn with workers: https://github.com/Kludex/uvicorn/issues/3149.
#
# Output seen (milliseconds an answer, median of 50 on one connection, less than 10 or 40 and more):
#   as it is: 40 and more
#   TCP_NODELAY set for the socket on which the server listens: less than 10
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet streamlit==1.67.0 uvicorn==0.54.0 psutil
cd "$folder"
echo 'import streamlit as st; st.write("hello")' > page.py
cat > app.py <<'PYTHON'
import contextlib
import os
import socket

import psutil
import streamlit as st


@contextlib.asynccontextmanager
async def lifespan(app):
    if os.environ.get("NO_DELAY"):
        for connection in psutil.Process().net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN:
                with socket.socket(fileno=os.dup(connection.fd)) as listener:
                    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    yield


app = st.App("page.py", lifespan=lifespan)
PYTHON
seen=
for no_delay in "" 1; do
    port=$(venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    NO_DELAY=$no_delay venv/bin/streamlit run app.py --server.port="$port" --server.address=127.0.0.1 \
        --server.headless=true --browser.gatherUsageStats=false --server.fileWatcherType=none > log 2>&1 &
    server=$!
    speed=$(venv/bin/python - "$port" <<'PYTHON'
import http.client
import statistics
import sys
import time

connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
for _ in range(200):
    try:
        connection.request("GET", "/_stcore/health")
        connection.getresponse().read()
        break
    except OSError:
        connection.close()
        time.sleep(0.2)
connection.close()  # it may have been accepted before the option was set
times = []
for _ in range(50):
    begin = time.monotonic()
    connection.request("GET", "/_stcore/health")
    connection.getresponse().read()
    times.append(1000 * (time.monotonic() - begin))
median = statistics.median(times)
print("40 and more" if median >= 40 else "less than 10" if median < 10 else f"{median:.0f}")
PYTHON
    )
    kill "$server"
    wait "$server" || true
    server=
    echo "${no_delay:+TCP_NODELAY set for the socket on which the server listens}${no_delay:-as it is}: $speed" | sed 's/listens1/listens/'
    seen="$seen$speed;"
done
[ "$seen" = "40 and more;less than 10;" ]
