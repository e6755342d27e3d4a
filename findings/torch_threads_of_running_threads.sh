#!/usr/bin/env bash
# torch.set_num_threads does not reach a thread that has run something in parallel before.
#
# Versions: torch 2.8.0 (built with OpenMP, as its wheels are), numpy 2.4.6.
# Behaviour: the number is kept twice: for the process, from which a thread takes it when it first runs something in
#   parallel, and by OpenMP for each thread. A call in one thread changes the former and its own share of the latter. So
#   an engine that is opened with one thread in a worker still runs on all cores when the main thread, which computed
#   before, calls it; and a thread that starts later runs on one. Set it in the very thread that runs the network.
# Output seen (all: as many as before; needs two cores or more):
#   the thread that set 1: 1
#   a thread that computed before: all
#   a thread that starts later: 1
# Exits 1 if any of this changes. Installs about 7 GB into a temporary folder and removes it.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q torch==2.8.0 numpy==2.4.6
cat >"$folder/threads.py" <<'PY'
from concurrent.futures import ThreadPoolExecutor

import torch

picture = torch.rand(1, 32, 256, 256)
network = torch.nn.Conv2d(32, 32, 3)


def compute() -> int:
    network(picture)
    return torch.get_num_threads()


def words(count: int) -> str:
    return "all" if count == everything else str(count)


everything = compute()
assert everything > 1
with ThreadPoolExecutor(1) as worker, ThreadPoolExecutor(1) as later:
    worker.submit(torch.set_num_threads, 1).result()
    print("the thread that set 1:", words(worker.submit(compute).result()))
    print("a thread that computed before:", words(compute()))
    print("a thread that starts later:", words(later.submit(compute).result()))
PY
seen="$("$folder/venv/bin/python" "$folder/threads.py")"
echo "$seen"
[ "$seen" = "the thread that set 1: 1
a thread that computed before: all
a thread that starts later: 1" ]
