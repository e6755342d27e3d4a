"""What a fork server of scans forks, as far as it concerns what they may read: `forked`, with what a scan imports.

It confines itself for the ScanRequest that it gets, and writes what it can read of the film and of the file "secret"
beside the library, from another thread too.
"""

from __future__ import annotations

import os
import sys
import threading

from emotion_core.jobs import ScanRequest
from emotion_core.jobs.spares import serve
from emotion_core.processes import scan
from emotion_core.storage import home

if __name__ == "__main__":
    request = serve(int(sys.argv[2]), scan.import_ahead).request
    film = ScanRequest.read(request).film
    scan.confine(request)

    def read() -> None:
        for file in (film, home().parent / "secret"):
            try:
                print(file.read_text(), flush=True)
            except OSError as error:
                print(error.strerror, flush=True)

    read()
    reader = threading.Thread(target=read)
    reader.start()
    reader.join()
    os._exit(0)
