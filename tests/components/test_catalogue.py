"""The catalogue says true things about models, in plain data."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from components import catalogue
from components.errors import PathshalaError
from tests import small_models

ROOT = Path(__file__).parents[2]


def test_it_is_data_alone() -> None:
    code = "import json, sys, components.catalogue; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"torch", "gradio", "transformers", "huggingface_hub", "numpy"} & set(json.loads(run.stdout))


def test_the_models_a_class_asks_for_are_listed() -> None:
    wanted = (
        "distilbert-base-multilingual-cased bert-base-multilingual-cased google/muril-base-cased"
        " ai4bharat/IndicBERTv2-MLM-only xlm-roberta-base bert-base-uncased distilbert-base-uncased roberta-base"
        " albert-base-v2 google/electra-small-discriminator jhu-clsp/mmBERT-small gpt2 openai/clip-vit-base-patch32"
        " google/siglip2-base-patch16-224 sentence-transformers/clip-ViT-B-32-multilingual-v1"
        " pathshala-bert pathshala-bert-student pathshala-bert-early/100 pathshala-bert-early/1000"
        " pathshala-bert-early/10000 pathshala-counted"
    )
    assert set(wanted.split()) <= {entry.id for entry in catalogue.ENTRIES}


def test_every_name_means_one_model() -> None:
    names = [name for entry in catalogue.ENTRIES for name in (entry.id, *entry.aliases)]
    assert len(names) == len(set(names))
    folders = [entry.folder for entry in catalogue.EMBEDDED]
    assert len(folders) == len(set(folders))
    assert None not in folders


@pytest.mark.parametrize("entry", catalogue.ENTRIES, ids=lambda entry: entry.id)
def test_an_entry_is_whole(entry: catalogue.Entry) -> None:
    assert entry.tasks
    assert set(entry.tasks) <= set(catalogue.TASKS)
    assert entry.revision is None or re.fullmatch(r"[0-9a-f]{40}", entry.revision)
    assert entry.why.endswith((".", "?"))
    assert entry.licence
    assert entry.languages
    assert entry.architecture in small_models.BUILDERS or entry.architecture == "counted"
    assert ("preprocessor_config.json" in entry.files) <= ("caption_image" in entry.tasks)
    for need in entry.needs:
        assert set(catalogue.get(need).tasks) & set(entry.tasks)


@pytest.mark.parametrize("entry", catalogue.HUB, ids=lambda entry: entry.id)
def test_sizes_agree_with_parameters(entry: catalogue.Entry) -> None:
    """Single precision, and a tokenizer of at most 36 MB."""
    assert entry.parameters is not None
    masks = 12 * 1024 * 1024 * 4 if entry.id == "gpt2" else 0  # its file holds the causal mask of every layer
    assert 0.995 * 4 * entry.parameters < entry.download - masks < 1.02 * 4 * entry.parameters + 36_000_000


def configurations() -> dict[str, Any]:
    """id -> the model's class and its published configuration, where it is not the class's default."""
    import transformers as t

    base = {"hidden_size": 768, "num_attention_heads": 12, "num_hidden_layers": 12, "intermediate_size": 3072}
    muril = (t.BertForMaskedLM, t.BertConfig(vocab_size=197285))
    electra = {**base, "hidden_size": 256, "num_attention_heads": 4, "intermediate_size": 1024, "embedding_size": 128}
    roberta = {"max_position_embeddings": 514, "type_vocab_size": 1}
    siglip_text = {"max_position_embeddings": 64}
    return {
        "bert-base-uncased": (t.BertForMaskedLM, t.BertConfig(vocab_size=30522)),
        "distilbert-base-uncased": (t.DistilBertForMaskedLM, t.DistilBertConfig(vocab_size=30522)),
        "roberta-base": (t.RobertaForMaskedLM, t.RobertaConfig(vocab_size=50265, **roberta)),
        "albert-base-v2": (t.AlbertForMaskedLM, t.AlbertConfig(vocab_size=30000, **base)),
        "google/muril-base-cased": muril,
        "l3cube-pune/hindi-bert-v2": muril,
        "l3cube-pune/marathi-bert-v2": muril,
        "ai4bharat/IndicBERTv2-MLM-only": (t.BertForMaskedLM, t.BertConfig(vocab_size=250000)),
        "ai4bharat/indic-bert": (t.AlbertForMaskedLM, t.AlbertConfig(vocab_size=200000, **base)),
        "jhu-clsp/mmBERT-small": (
            t.ModernBertForMaskedLM,
            t.ModernBertConfig(
                vocab_size=256000,
                hidden_size=384,
                intermediate_size=1152,
                num_hidden_layers=22,
                num_attention_heads=6,
            ),
        ),
        "xlm-roberta-base": (t.XLMRobertaForMaskedLM, t.XLMRobertaConfig(vocab_size=250002, **roberta)),
        "bert-base-multilingual-cased": (t.BertForMaskedLM, t.BertConfig(vocab_size=119547)),
        "distilbert-base-multilingual-cased": (t.DistilBertForMaskedLM, t.DistilBertConfig(vocab_size=119547)),
        "gpt2": (t.GPT2Model, t.GPT2Config()),
        "google/electra-small-discriminator": (t.ElectraModel, t.ElectraConfig(**electra)),
        "google/electra-small-generator": (t.ElectraForMaskedLM, t.ElectraConfig(**electra)),
        "openai/clip-vit-base-patch32": (t.CLIPModel, t.CLIPConfig()),
        "google/siglip2-base-patch16-224": (
            t.SiglipModel,
            t.SiglipConfig(text_config={**siglip_text, "vocab_size": 256000}, vision_config={"image_size": 224}),
        ),
        "google/siglip-base-patch16-256-multilingual": (
            t.SiglipModel,
            t.SiglipConfig(text_config={**siglip_text, "vocab_size": 250000}, vision_config={"image_size": 256}),
        ),
    }


def test_parameters_are_those_of_the_published_configurations() -> None:
    """Counted on models without weights (torch's meta device)."""
    import torch

    counted = {}
    for id, (kind, config) in configurations().items():
        with torch.device("meta"):
            counted[id] = sum(each.numel() for each in kind(config).parameters())
    listed = {entry.id: entry.parameters for entry in catalogue.HUB if entry.id in counted}
    assert counted == listed
    dense = 768 * 512  # the multilingual CLIP is distilbert-base-multilingual-cased without its head, and a matrix
    with torch.device("meta"):
        import transformers as t

        text = sum(each.numel() for each in t.DistilBertModel(t.DistilBertConfig(vocab_size=119547)).parameters())
    assert catalogue.get("sentence-transformers/clip-ViT-B-32-multilingual-v1").parameters == text + dense


def test_an_alias_is_the_same_model() -> None:
    assert catalogue.get("google-bert/bert-base-uncased") is catalogue.get("bert-base-uncased")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("bert-base-uncase", "bert-base-uncased"),
        ("muril", "google/muril-base-cased"),
        ("google/muril-base", "google/muril-base-cased"),
        ("GPT-2", "gpt2"),
        ("pathshala-bert-early/10", "pathshala-bert-early/100"),
    ],
)
def test_an_unknown_id_is_answered_with_the_nearest(asked: str, meant: str) -> None:
    with pytest.raises(PathshalaError, match=f"“{asked}”.*“{meant}”"):
        catalogue.get(asked)


@pytest.mark.parametrize("asked", ["", "x" * 5_000, "../../etc/passwd", "<script>", None, 7, ["gpt2"]])
def test_nonsense_is_answered_with_a_sentence(asked: Any) -> None:
    with pytest.raises(PathshalaError, match="There is no model") as raised:
        catalogue.get(asked)
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize(
    ("id", "task"), [("gpt2", "masked_word"), ("openai/clip-vit-base-patch32", "attention"), ("gpt2", "caption_image")]
)
def test_a_model_for_something_else_is_refused_with_one_that_can(id: str, task: catalogue.Task) -> None:
    with pytest.raises(PathshalaError, match=f"“{id}”.*such as pathshala-") as raised:
        catalogue.check_task(catalogue.get(id), task)
    named = str(raised.value).split()[-1].rstrip(".")
    assert task in catalogue.get(named).tasks


def test_specialists_come_before_generalists() -> None:
    """The first that covers a language is the default, so a model of one language must not hide behind one of many."""
    for task in ("attention", "masked_word"):
        order = [entry.id for entry in catalogue.for_task(task)]
        assert order.index("l3cube-pune/hindi-bert-v2") < order.index("google/muril-base-cased")
        assert order.index("bert-base-uncased") < order.index("google/muril-base-cased")
        assert order.index("google/muril-base-cased") < order.index("pathshala-bert")
        assert order.index("pathshala-bert") < order.index("pathshala-bert-early/100")
