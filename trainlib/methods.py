"""The methods of fine-tuning: which weights of a model each one trains, and what it adds to the model.

| method | trains | source |
|---|---|---|
| full | every weight | |
| last-layers | the last `layers` layers, the pooler and the head | |
| head | the head, on encoder outputs that are computed once a text | |
| adapter | two narrow networks of width `rank` in each layer, and the head | Houlsby and others, ICML 2019 |
| lora | matrices of rank `rank` beside the attention's query and value, and the head | Hu and others, ICLR 2022 |
| adalora | the same, ranks moved to where they matter, `rank` on average | Zhang and others, ICLR 2023 |
| prompt | `rank` vectors that stand before every text, and the head | Lester and others, EMNLP 2021 |

lora, adalora and prompt are those of `peft`. peft has no adapter of Houlsby's kind; it is here.
"""

import warnings
from collections.abc import Callable

import torch
from torch import Tensor, nn

# Peaks, tried on minilm with movie_sentences: full, head and lora with all of its rows, the others with 600.
LEARNING_RATES = {
    "full": 1e-4,
    "last-layers": 3e-4,
    "head": 3e-3,
    "adapter": 1e-3,
    "lora": 1e-3,
    "adalora": 1e-2,
    "prompt": 3e-2,
}
NAMES = tuple(LEARNING_RATES)


def prepare(model, method: str, rank: int, layers: int, steps: int):
    """The model with the weights of the method left to train, and no others; `steps` is how many there will be."""
    if hasattr(model, "peft_config") or any(isinstance(part, Adapter) for part in model.modules()):
        raise ValueError("the model has been prepared by a method that adds weights to it: load it again")
    in_encoder = f"{model.base_model_prefix}."
    trained = trained_parts(model, layers) if method == "last-layers" else []
    for name, weight in model.named_parameters():
        weight.requires_grad_(method == "full" or not name.startswith(in_encoder) or name.startswith(tuple(trained)))
    if method == "adapter":
        add_adapters(model, rank)
    if method not in ("lora", "adalora", "prompt"):
        return model
    import peft

    if method == "prompt":
        config = peft.PromptTuningConfig(task_type="SEQ_CLS", num_virtual_tokens=rank)
    elif method == "lora":
        config = peft.LoraConfig(task_type="SEQ_CLS", r=rank, lora_alpha=2 * rank, lora_dropout=0.1)
    else:
        config = peft.AdaLoraConfig(
            task_type="SEQ_CLS",
            target_r=rank,
            init_r=rank + (rank + 1) // 2,
            lora_alpha=2 * rank,
            lora_dropout=0.1,
            total_step=steps,
            tinit=steps // 10,
            tfinal=steps // 3,
        )
    with warnings.catch_warnings(action="ignore", category=FutureWarning):  # peft calls what transformers will rename
        return peft.get_peft_model(model, config)


def encoder_layers(model) -> tuple[str, nn.ModuleList]:
    """The encoder's layers and the name that they have in the model: its longest list of modules."""
    lists = {name: part for name, part in model.named_modules() if isinstance(part, nn.ModuleList)}
    name = max(lists, key=lambda name: len(lists[name]))
    return name, lists[name]


def trained_parts(model, layers: int) -> list[str]:
    """What the names of the weights begin with that "last-layers" trains, beside the head."""
    name, found = encoder_layers(model)
    if layers > len(found):
        raise ValueError(f"layers is {layers}; the model has {len(found)}")
    last = [f"{name}.{number}." for number in range(len(found) - layers, len(found))]
    return [*last, f"{model.base_model_prefix}.pooler."]


class Adapter(nn.Module):
    """x + W₂·gelu(W₁·x), with W₁ to `width` and W₂ back. W₂ starts at 0, so that the model starts as it was."""

    def __init__(self, hidden: int, width: int):
        super().__init__()
        self.down, self.up = nn.Linear(hidden, width), nn.Linear(width, hidden)
        for weight in self.up.parameters():
            nn.init.zeros_(weight)

    def forward(self, states: Tensor) -> Tensor:
        return states + self.up(nn.functional.gelu(self.down(states)))


def add_adapters(model, width: int) -> None:
    """An adapter behind each layer's two projections back to the hidden size, before they are added and normalised."""
    hidden = model.config.hidden_size
    for layer in encoder_layers(model)[1]:
        back = [part for part in layer.modules() if isinstance(part, nn.Linear) and part.out_features == hidden]
        attention = [part for part in back if part.in_features == hidden][-1:]  # query, key and value stand before it
        for part in [*attention, *(part for part in back if part.in_features != hidden)]:
            part.adapter = Adapter(hidden, width).to(part.weight.device)
            part.register_forward_hook(lambda part, _, states: part.adapter(states))


def penalty(model) -> Tensor | float:
    """What AdaLoRA adds to the loss, so that its factors stay orthogonal (peft adds it to a loss of its own); else 0."""
    if getattr(getattr(model, "active_peft_config", None), "peft_type", None) != "ADALORA":
        return 0.0
    factors = [weight if "lora_A" in name else weight.T for name, weight in model.named_parameters() if "lora_" in name]
    factors = [weight for weight in factors if min(weight.shape) > 1]  # the scaling, lora_E, is no factor
    gaps = [torch.linalg.norm(weight @ weight.T - torch.eye(len(weight), device=weight.device)) for weight in factors]
    return model.active_peft_config.orth_reg_weight * torch.stack(gaps).mean()


def after_step(model) -> Callable[[int], None]:
    """What has to be called with the number of each step once it is taken: AdaLoRA moves its ranks then."""
    allocate = getattr(getattr(model, "base_model", None), "update_and_allocate", None)
    return allocate or (lambda step: None)


def state(model) -> dict:
    """What a method knows beside its weights, for a checkpoint: how much each of AdaLoRA's ranks has mattered."""
    if (allocator := getattr(getattr(model, "base_model", None), "rankallocator", None)) is None:
        return {}
    kept = {name: dict(getattr(allocator, name)) for name in ("ipt", "exp_avg_ipt", "exp_avg_unc")}
    return kept | {"rank_pattern": model.active_peft_config.rank_pattern}


def restore(model, kept: dict) -> None:
    """Give a prepared model what `state` has kept."""
    for name, value in kept.items():
        owner = model.active_peft_config if name == "rank_pattern" else model.base_model.rankallocator
        setattr(owner, name, value)
