"""Features of this processor on which the choice of an engine depends. On Linux no engine is imported for them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")
_LINUX_FLAGS = {
    "avx2": "avx2",
    "avx512": "avx512f",
    "vnni": "avx512_vnni",
    "bf16": "avx512_bf16",
    "amx": "amx_bf16",
}
"""The kernel's names of the features: https://www.kernel.org/doc/html/latest/arch/x86/cpuinfo.html"""


def multiplies_bf16() -> bool:
    """Whether this processor multiplies bf16 in hardware. Emulated bf16 is 2 to 5 times slower than fp32."""
    return not {"bf16", "amx"}.isdisjoint(_has())


def features() -> str:
    """Instruction sets that decide the engines' speeds, in one line, such as "avx2 avx512 vnni"."""
    return " ".join(_has()) or "none of avx2, avx512, bf16"


@cache
def _has() -> tuple[str, ...]:
    try:
        lines = _CPUINFO.read_text().splitlines()
    except OSError:
        import torch

        probes = {
            "avx2": torch.cpu._is_avx2_supported,
            "avx512": torch.cpu._is_avx512_supported,
            "vnni": torch.cpu._is_vnni_supported,
            "bf16": torch.cpu._is_avx512_bf16_supported,
            "amx": torch.cpu._is_amx_tile_supported,
        }
        return tuple(name for name, supported in probes.items() if supported())
    flags = set(next((line.split(":", 1)[1] for line in lines if line.startswith("flags")), "").split())
    return tuple(name for name, flag in _LINUX_FLAGS.items() if flag in flags)
