"""finished runs -> embedded/: python -m training.embed [--first RUN] [--teacher RUN] [--again RUN] [--drilled RUN]
                                                    [--student RUN]

What is not given stays as it is.

    pathshala-bert/                 half precision, in files below 15 MB, with the tokenizer as transformers loads it
    pathshala-bert-student/         the same
    pathshala-bert-early/N/         the teacher after N steps, eight bits a number (see components.weights.compact)

Cards are written by cards.py, once the figures are measured.
"""

import argparse
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import BertForMaskedLM

from components.weights import COMPACT, compact
from tokenizer_indic.exporting import to_huggingface
from tokenizer_indic.storage import write_whole
from training import texts
from training.bert import HERE

LARGEST_FILE = "13MB"  # in transformers' words; 24,000 x 256 half-precision numbers are 12.3 MB


def tokenizer_files(folder: Path, longest: int) -> list[Path]:
    """The `indic` tokenizer as a model's own: [CLS] text [SEP], and [MASK] takes the space before it.

    'जा [MASK] है': in training the space belongs to the masked word, so a space of its own must not stand there.
    """
    made = texts.tokenizer()
    special = made.special_tokens
    content = to_huggingface(made)
    for added in content["added_tokens"]:
        added["lstrip"] = added["content"] == "[MASK]"

    def token(name: str, segment: int) -> dict[str, dict[str, str | int]]:
        return {"SpecialToken": {"id": name, "type_id": segment}}

    def sequence(name: str, segment: int) -> dict[str, dict[str, str | int]]:
        return {"Sequence": {"id": name, "type_id": segment}}

    content["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [token("[CLS]", 0), sequence("A", 0), token("[SEP]", 0)],
        "pair": [token("[CLS]", 0), sequence("A", 0), token("[SEP]", 0), sequence("B", 1), token("[SEP]", 1)],
        "special_tokens": {name: {"id": name, "ids": [special[name]], "tokens": [name]} for name in ("[CLS]", "[SEP]")},
    }
    mask = {"__type": "AddedToken", "content": "[MASK]", "lstrip": True, "normalized": False, "special": True}
    config = {
        "tokenizer_class": "TokenizersBackend",
        "model_max_length": longest,
        "clean_up_tokenization_spaces": False,
        "model_input_names": ["input_ids", "token_type_ids", "attention_mask"],
        "pad_token": "[PAD]",
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
        "mask_token": {**mask, "single_word": False, "rstrip": False},
        "eos_token": "<|endoftext|>",
    }
    return [
        write_whole(folder / "tokenizer.json", json.dumps(content, ensure_ascii=False, separators=(",", ":"))),
        write_whole(folder / "tokenizer_config.json", json.dumps(config, ensure_ascii=False, indent=1)),
    ]


def read_model(folder: Path) -> BertForMaskedLM:
    """Single precision. The second segment never occurred in training: its vector becomes that of the first."""
    model = BertForMaskedLM.from_pretrained(folder, dtype=torch.float32)
    with torch.no_grad():
        segments = model.bert.embeddings.token_type_embeddings.weight
        segments[1:] = segments[:1]
    return model


def write_model(model: BertForMaskedLM, folder: Path) -> None:
    """Half precision, in files that fit a plain repository."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("model*"):
        old.unlink()
    torch.nn.Module.half(model)
    model.save_pretrained(folder, max_shard_size=LARGEST_FILE)
    tokenizer_files(folder, model.config.max_position_embeddings)


def write_early(model: BertForMaskedLM, folder: Path) -> None:
    """Eight bits a number; the output table is the input table and is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        name: value for name, value in model.state_dict().items() if not name.startswith("cls.predictions.decoder")
    }
    save_file(compact(state), folder / COMPACT)
    model.config.save_pretrained(folder)
    tokenizer_files(folder, model.config.max_position_embeddings)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse, then copy each model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=Path, metavar="RUN", help="what training.first_layer wrote")
    parser.add_argument("--teacher", type=Path, metavar="RUN", help="what training.bert wrote")
    parser.add_argument(
        "--again", type=Path, metavar="RUN", help="what training.first_layer made of the teacher's first"
    )
    parser.add_argument("--drilled", type=Path, metavar="RUN", help="what training.grammar made of the teacher")
    parser.add_argument("--student", type=Path, metavar="RUN", help="what training.distil wrote")
    parser.add_argument("--output", type=Path, default=HERE / "embedded", metavar="FOLDER")
    options = parser.parse_args(arguments)
    given = (options.first, options.teacher, options.again, options.drilled, options.student)
    if not any(given):
        parser.error("say which: --first, --teacher, --again, --drilled or --student")
    models = [("pathshala-bert", options.drilled or options.teacher), ("pathshala-bert-student", options.student)]
    for name, run in models:
        if run is not None:
            write_model(read_model(run / "model"), options.output / name)
    logs = [
        ("pathshala-bert/training.jsonl", options.teacher),
        ("pathshala-bert/first_layer.jsonl", options.first),
        ("pathshala-bert/first_layer_again.jsonl", options.again),
        ("pathshala-bert/drills.jsonl", options.drilled),
        ("pathshala-bert-student/training.jsonl", options.student),
    ]
    for name, run in logs:
        if run is not None:
            shutil.copyfile(run / "log.jsonl", options.output / name)
    early = [step for run in (options.teacher, options.first) if run is not None for step in run.glob("step-*")]
    for run in early:
        write_early(read_model(run), options.output / "pathshala-bert-early" / run.name.removeprefix("step-"))
    for file in sorted(options.output.rglob("*")):
        if file.is_file():
            print(f"{file.stat().st_size:>12,}  {file.relative_to(options.output)}")


if __name__ == "__main__":
    main()
