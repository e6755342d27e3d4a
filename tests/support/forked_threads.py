"""As tests.support.forked, with a second thread: what is forked would have its locks and not itself."""

from __future__ import annotations

import threading

from tests.support.forked import main

if __name__ == "__main__":
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    main()
