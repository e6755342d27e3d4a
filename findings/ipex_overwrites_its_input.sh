#!/usr/bin/env bash
# A network that Intel Extension for PyTorch compiled for bf16 writes into its input, and its first call rounds otherwise.
#
# Versions: intel-extension-for-pytorch 2.8.0, torch 2.8.0, numpy 2.4.6; on a processor with AVX-512.
# Behaviour: of a frozen trace, the sum of a convolution and its own input becomes one operation that writes the sum over
#   that input, also where it is the input of the whole network: after the second call the caller's tensor holds something
#   else, and each further call gives other numbers. The first call, which records shapes, runs the operations one by
#   one: given the same input it differs from all later ones in the last bits. Whoever compares numbers must call a
#   network twice before, and give it a copy of what is needed afterwards.
# Output seen:
#   calls on copies that differ from the last: [True, False, False, False]
#   input unchanged after each call: [True, False, False]
# Exits 1 if any of this changes. Installs about 8 GB into a temporary folder and removes it.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q torch==2.8.0 intel-extension-for-pytorch==2.8.0 numpy==2.4.6
cat >"$folder/calls.py" <<'PY'
import intel_extension_for_pytorch as ipex
import torch


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.convolution = torch.nn.Conv2d(32, 32, 3, padding=1)

    def forward(self, pixels):
        return torch.relu(self.convolution(pixels) + pixels)


def compiled(pixels):
    torch.manual_seed(0)
    blocks = torch.nn.Sequential(*(Block() for _ in range(6)), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
    network = ipex.optimize(blocks.eval().to(memory_format=torch.channels_last), dtype=torch.bfloat16)
    return torch.jit.freeze(torch.jit.trace(network, pixels.clone(), check_trace=False))


torch.set_num_threads(1)
torch.manual_seed(1)
pixels = torch.rand(4, 32, 24, 24).to(torch.bfloat16).contiguous(memory_format=torch.channels_last)
with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, cache_enabled=False):
    network = compiled(pixels)
    calls = [network(pixels.clone()) for _ in range(4)]
    print("calls on copies that differ from the last:", [not torch.equal(call, calls[-1]) for call in calls])
    network, unchanged, given = compiled(pixels), [], pixels.clone()
    for _ in range(3):
        network(given)
        unchanged.append(torch.equal(given, pixels))
    print("input unchanged after each call:", unchanged)
PY
seen=$(TORCHINDUCTOR_COMPILE_THREADS=1 "$folder/venv/bin/python" "$folder/calls.py" 2>/dev/null)
echo "$seen"
[ "$seen" = "calls on copies that differ from the last: [True, False, False, False]
input unchanged after each call: [True, False, False]" ]
