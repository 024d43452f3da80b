"""models -> one model, each weight the mean of theirs: python -m training.average MODEL_FOLDER … --output FOLDER

For runs that began with the same first layer. Each has settled on its own side of the same valley; their mean stands
nearer to its middle, costs nothing more to run, and knows unseen text better than any of them (model soups: Wortsman et
al. 2022, arXiv 2203.05482). EXPERIMENTS.md says what it gave.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import BertForMaskedLM

from training import bert


def mean(models: Sequence[BertForMaskedLM]) -> BertForMaskedLM:
    """A new model of the same shape, in single precision. Raises ValueError where the shapes differ."""
    states = [model.state_dict() for model in models]
    shapes = [{name: tuple(value.shape) for name, value in state.items()} for state in states]
    if any(each != shapes[0] for each in shapes):
        raise ValueError("These models differ in shape: only models of one shape have a mean.")
    made = BertForMaskedLM(models[0].config)
    made.load_state_dict(
        {name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[0]}, strict=True
    )
    return made


def main() -> None:
    """Parse, read, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path, nargs="+", metavar="MODEL_FOLDER", help="as training.bert writes it")
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    options = parser.parse_args()
    models = [BertForMaskedLM.from_pretrained(folder, dtype=torch.float32) for folder in options.models]
    bert.save_model(mean(models), options.output)


if __name__ == "__main__":
    main()
