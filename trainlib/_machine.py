"""What the processor can do."""

import torch

__all__ = ["has_amx"]


def has_amx() -> bool:
    """Whether it multiplies matrices of bfloat16 by instructions of their own (Intel's AMX), not vector by vector."""
    return bool(getattr(torch.cpu, "get_capabilities", dict)().get("amx_bf16"))
