"""What a fork server of tests forks: `python -m tests.support.forked forks CONTROL ROOM`.

A request's name says what a process does: "wait" for a number, its exit code, "exit" with 3, name its "descriptors", or
end once it is "tied" no more.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from emotion_core.jobs.spares import serve
from emotion_core.system import end_with_parent


def main(before: object = None) -> None:
    request = serve(int(sys.argv[2]), lambda: before).request
    match request.stem:
        case "wait":
            code = int(sys.stdin.readline())
        case "exit":
            code = 3
        case "descriptors":
            found = sorted(int(each.name) for each in Path("/proc/self/fd").iterdir())
            os.write(1, " ".join(str(each) for each in found[:-1]).encode())  # the last one lists them
            code = 0
        case _:
            end_with_parent()
            os.write(1, b"here")
            time.sleep(60)
            code = 0
    os._exit(code)


if __name__ == "__main__":
    main()
