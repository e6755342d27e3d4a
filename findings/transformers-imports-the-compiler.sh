#!/usr/bin/env bash
# Importing one image classifier of transformers imports PyTorch's compiler and, where installed, SciPy's optimizers.
#
# Versions: transformers 5.23.0, torch 2.8.0, scipy 1.16.3, numpy 2.4.6.
# Behaviour: `transformers.models.vit.modeling_vit` needs neither, yet importing it loads torch._dynamo (masking_utils
#   imports it by name) with sympy and FSDP, and scipy.optimize (for the losses of object detectors). A process that
#   reads one face pays for more than a thousand modules beyond torch. With SciPy reported as missing, scipy.optimize
#   stays out; the compiler does not, even where torch.distributed is reported as missing.
# Output seen:
#   after torch: []
#   after the classifier: ['scipy.optimize', 'sympy', 'torch._dynamo', 'torch.distributed.fsdp']
#   without SciPy and distributed: ['sympy', 'torch._dynamo', 'torch.distributed.fsdp']
# Exits 1 if any of this changes. Installs about 7 GB into a temporary folder and removes it.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q torch==2.8.0 transformers==5.23.0 scipy==1.16.3 numpy==2.4.6
cat >"$folder/loaded.py" <<'PY'
import sys

import torch  # noqa: F401

NAMES = ("scipy.optimize", "sympy", "torch._dynamo", "torch.distributed.fsdp")
if sys.argv[1:] == ["torch"]:
    print([name for name in NAMES if name in sys.modules])
    raise SystemExit
if sys.argv[1:] == ["without"]:
    from transformers import utils
    from transformers.utils import import_utils

    for module in (utils, import_utils):
        module.is_scipy_available = module.is_torch_distributed_available = lambda: False
import transformers.models.vit.modeling_vit  # noqa: E402, F401

print([name for name in NAMES if name in sys.modules])
PY
python="$folder/venv/bin/python"
seen="after torch: $("$python" "$folder/loaded.py" torch)
after the classifier: $("$python" "$folder/loaded.py" whole)
without SciPy and distributed: $("$python" "$folder/loaded.py" without)"
echo "$seen"
[ "$seen" = "after torch: []
after the classifier: ['scipy.optimize', 'sympy', 'torch._dynamo', 'torch.distributed.fsdp']
without SciPy and distributed: ['sympy', 'torch._dynamo', 'torch.distributed.fsdp']" ]
