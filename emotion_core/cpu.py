"""What this processor can do, as far as an engine's choice hangs on it."""

from __future__ import annotations

import torch


def multiplies_bf16() -> bool:
    """Whether it multiplies bf16 in hardware: elsewhere bf16 is emulated, and two to five times slower than fp32."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def features() -> str:
    """Its instruction sets of interest in one word, such as "avx512 vnni bf16"; other features, other speeds."""
    has = {
        "avx2": torch.cpu._is_avx2_supported(),
        "avx512": torch.cpu._is_avx512_supported(),
        "vnni": torch.cpu._is_vnni_supported(),
        "bf16": torch.cpu._is_avx512_bf16_supported(),
        "amx": torch.cpu._is_amx_tile_supported(),
    }
    return " ".join(name for name, there in has.items() if there) or "none of avx2, avx512"
