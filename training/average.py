"""models -> one model, each weight the mean of theirs: python -m training.average MODEL_FOLDER … --output FOLDER

For runs that began with the same first layer. Each has settled on its own side of the same valley; their mean stands
nearer to its middle, costs nothing more to run, and knows unseen text better than any of them (model soups: Wortsman et
al. 2022, arXiv 2203.05482). EXPERIMENTS.md says what it gave.

A model of the first layer alone is grown first (start.grow). `--shares 0.7 0.3` weighs the models; as the first layer
learns best alone and the others only together, `--upper-shares 0.3 0.7` weighs them anew for the layers above it.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import BertForMaskedLM

from training import bert
from training.bert import Plan
from training.start import grow


def mean(
    models: Sequence[BertForMaskedLM], shares: Sequence[float] = (), upper: Sequence[float] = ()
) -> BertForMaskedLM:
    """A new model of the same shape, in single precision, weighed by `shares` (of any sum; equal if there are none);
    in the layers above the first by `upper`. Raises ValueError where shapes or numbers differ."""
    states = [model.state_dict() for model in models]
    shapes = [{name: tuple(value.shape) for name, value in state.items()} for state in states]
    if any(each != shapes[0] for each in shapes):
        raise ValueError("These models differ in shape: only models of one shape have a mean.")
    shares = shares or [1.0] * len(models)
    upper = upper or shares
    if not len(shares) == len(upper) == len(models):
        raise ValueError(f"There are {len(models)} models: give as many shares.")
    made = BertForMaskedLM(models[0].config)
    made.load_state_dict(
        {name: weighed([state[name] for state in states], upper if is_upper(name) else shares) for name in states[0]},
        strict=True,
    )
    return made


def weighed(values: Sequence[torch.Tensor], shares: Sequence[float]) -> torch.Tensor:
    """The weighted mean of tensors of one shape."""
    weights = torch.tensor(shares) / sum(shares)
    found: torch.Tensor = torch.tensordot(weights, torch.stack([value.float() for value in values]), 1)
    return found


def is_upper(name: str) -> bool:
    """A weight of a layer above the first?"""
    return ".encoder.layer." in name and ".encoder.layer.0." not in name


def read(folders: Sequence[Path]) -> list[BertForMaskedLM]:
    """The models, those of fewer layers grown to the most."""
    models = [BertForMaskedLM.from_pretrained(folder, dtype=torch.float32) for folder in folders]
    most = max(model.config.num_hidden_layers for model in models)
    return [model if model.config.num_hidden_layers == most else grown(model, most) for model in models]


def grown(model: BertForMaskedLM, layers: int) -> BertForMaskedLM:
    """With more layers that change nothing."""
    config = model.config
    large = bert.new_model(
        Plan(
            layers=layers,
            width=config.hidden_size,
            heads=config.num_attention_heads,
            positions=config.max_position_embeddings,
        )
    )
    grow(model, large)
    return large


def main() -> None:
    """Parse, read, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path, nargs="+", metavar="MODEL_FOLDER", help="as training.bert writes it")
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--shares", type=float, nargs="*", default=[], help="one for each model")
    parser.add_argument("--upper-shares", type=float, nargs="*", default=[], help="of the layers above the first")
    options = parser.parse_args()
    bert.save_model(mean(read(options.models), options.shares, options.upper_shares), options.output)


if __name__ == "__main__":
    main()
