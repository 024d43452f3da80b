"""Small real models of every architecture in the catalogue, in a cache shaped as the hub's, and a small hub.

Random weights, two layers, tokenizers trained here on a few sentences; the files are those that the real repositories
have (safetensors or pickle, tokenizer.json or the older files), under the real ids and commits. The code that serves
the real models therefore runs on them, without a network:

    cache = build_cache(tmp_path)                            all ids in IDS, or build_cache(tmp_path, ids=["gpt2"])
    monkeypatch.setenv("HF_HUB_CACHE", str(cache))
    with models.use("bert-base-uncased", "attention") as loaded: ...

`build_embedded(folder)` makes such models for `embedded/` (set downloads.EMBEDDED_FOLDER to the folder), and
`SmallHub` serves a cache over HTTP as the hub does (set HF_ENDPOINT to its `url`).
"""

import hashlib
import json
import os
import shutil
import threading
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from components import catalogue
from components.errors import PathshalaError

# One of each architecture, and each kind of file that the catalogue has.
IDS = (
    "bert-base-uncased",  # tokenizer.json, safetensors
    "google/muril-base-cased",  # vocab.txt alone, pickle
    "distilbert-base-uncased",
    "roberta-base",
    "xlm-roberta-base",
    "albert-base-v2",
    "ai4bharat/indic-bert",  # spiece.model alone
    "google/electra-small-discriminator",
    "google/electra-small-generator",
    "jhu-clsp/mmBERT-small",
    "gpt2",
    "openai/clip-vit-base-patch32",
    "google/siglip2-base-patch16-224",
    "google/siglip-base-patch16-256-multilingual",
    "sentence-transformers/clip-ViT-B-32-multilingual-v1",
)

SENTENCES = (
    "The children go to school every day. The capital of India is Delhi.",
    "She reads a book, he writes a letter, and they sing a song.",
    "वह लड़की स्कूल जा रही है। भारत की राजधानी दिल्ली है।",
    "मुझे किताबें पढ़ना पसंद है। आज मौसम अच्छा है।",
    "इंडिया இந்தியா ఇండియా ভারত ભારત ਭਾਰਤ ಭಾರತ ഇന്ത്യ ଭାରତ انڈیا",
    "தமிழ் ஒரு பழமையான மொழி. பள்ளிக்கு செல்கிறேன்.",
)
WIDTH, HEADS, LAYERS, INNER, LONGEST = 32, 2, 2, 64, 96


def build_cache(folder: Path, ids: Iterable[str] = IDS) -> Path:
    """Builds the models of these ids of the catalogue in `folder`, which it returns."""
    for id in ids:
        build_model(folder, id)
    return folder


def build_model(cache: Path, id: str) -> Path:
    """One model in the cache; the folder of its snapshot."""
    entry = catalogue.get(id)
    files = cache / "being-made"
    files.mkdir(parents=True)
    BUILDERS[entry.architecture](files, entry)
    if entry.weights == "pickle":
        to_pickle(files)
    snapshot = add_to_cache(cache, entry.id, entry.revision or made_up_commit(entry.id), files)
    shutil.rmtree(files)
    return snapshot


def build_embedded(folder: Path) -> Path:
    """pathshala-bert, its student, its early selves (in eight bits) and pathshala-clip, small and random."""
    from safetensors.torch import load_file, save_file

    from components import weights

    for entry in catalogue.EMBEDDED:
        if entry.architecture == "counted":
            continue
        assert entry.folder is not None
        files = folder / entry.folder
        files.mkdir(parents=True)
        BUILDERS[entry.architecture](files, entry)
        if "early" in entry.id:
            save_file(weights.compact(load_file(files / "model.safetensors")), files / weights.COMPACT)
            (files / "model.safetensors").unlink()
    return folder


def made_up_commit(id: str) -> str:
    """For models whose commit nobody has pinned."""
    return hashlib.sha1(id.encode()).hexdigest()


def add_to_cache(cache: Path, id: str, commit: str, files: Path) -> Path:
    """models--ORG--NAME/{blobs, refs/main, snapshots/COMMIT} as huggingface_hub lays them out; the snapshot."""
    home = cache / "--".join(["models", *id.split("/")])
    snapshot = home / "snapshots" / commit
    (home / "blobs").mkdir(parents=True, exist_ok=True)
    for file in sorted(each for each in files.rglob("*") if each.is_file()):
        blob = home / "blobs" / hashlib.sha256(file.read_bytes()).hexdigest()
        shutil.copyfile(file, blob)
        link = snapshot / file.relative_to(files)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(Path(*[".."] * (len(link.relative_to(home).parts) - 1), "blobs", blob.name))
    (home / "refs").mkdir(exist_ok=True)
    (home / "refs" / "main").write_text(commit, encoding="ascii")
    return snapshot


def to_pickle(files: Path) -> None:
    """model.safetensors -> pytorch_model.bin, as many repositories have only that."""
    import torch
    from safetensors.torch import load_file

    torch.save(load_file(files / "model.safetensors"), files / "pytorch_model.bin")
    (files / "model.safetensors").unlink()


# -- tokenizers -------------------------------------------------------------------------------------------------------


def wordpiece(files: Path, lower: bool = True, only_vocabulary: bool = False) -> int:
    """BERT's; its size. `only_vocabulary` leaves vocab.txt alone, as in MuRIL's repository."""
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertTokenizer

    trained = BertWordPieceTokenizer(lowercase=lower, strip_accents=None)
    trained.train_from_iterator(SENTENCES, vocab_size=400, min_frequency=1, show_progress=False)
    trained.save_model(str(files))
    if only_vocabulary:
        write_json(files / "tokenizer_config.json", {"do_lower_case": lower, "model_max_length": 512})
    else:
        BertTokenizer(vocab=trained.get_vocab(), do_lower_case=lower).save_pretrained(files)
        (files / "vocab.txt").unlink(missing_ok=True)
    return int(trained.get_vocab_size())


def byte_pairs(files: Path, kind: str, special: list[str]) -> int:
    """Byte-level BPE, as GPT-2 and RoBERTa have it, under the tokenizer class `kind`; its size."""
    import transformers
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trained.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trained.train_from_iterator(
        SENTENCES,
        trainers.BpeTrainer(vocab_size=500, special_tokens=special, initial_alphabet=alphabet, show_progress=False),
    )
    model = json.loads(trained.to_str())["model"]
    merges = [tuple(pair) for pair in model["merges"]]
    made = getattr(transformers, kind)(vocab=model["vocab"], merges=merges)
    made.save_pretrained(files)
    return len(made)


def modern(files: Path) -> int:
    """A tokenizer.json under transformers' plain class, as ModernBERT's repositories have it; its size."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    trained = Tokenizer(models.BPE(unk_token="<unk>"))
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trained.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trained.train_from_iterator(
        SENTENCES,
        trainers.BpeTrainer(vocab_size=500, special_tokens=special, initial_alphabet=alphabet, show_progress=False),
    )
    trained.post_processor = processors.TemplateProcessing(
        single="<bos> $A <eos>", special_tokens=[("<bos>", 2), ("<eos>", 1)]
    )
    roles = {"cls_token": "<bos>", "sep_token": "<eos>", "bos_token": "<bos>", "eos_token": "<eos>"}
    made = PreTrainedTokenizerFast(
        tokenizer_object=trained, pad_token="<pad>", unk_token="<unk>", mask_token="<mask>", **roles
    )
    made.save_pretrained(files)
    return len(made)


def unigram(files: Path, kind: str, special: list[str]) -> int:
    """SentencePiece's kind, as XLM-RoBERTa and ALBERT have it, under the tokenizer class `kind`; its size."""
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    trained = Tokenizer(models.Unigram())
    trained.pre_tokenizer = pre_tokenizers.Metaspace()
    trained.train_from_iterator(
        SENTENCES,
        trainers.UnigramTrainer(vocab_size=300, special_tokens=special, unk_token="<unk>", show_progress=False),
    )
    pieces = [(text, score) for text, score in json.loads(trained.to_str())["model"]["vocab"]]
    made = getattr(transformers, kind)(vocab=pieces)
    made.save_pretrained(files)
    return len(made)


def clip_pairs(files: Path) -> int:
    """CLIP's BPE: small letters, words end in </w>; its size."""
    from tokenizers import CharBPETokenizer, pre_tokenizers
    from transformers import CLIPTokenizer

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = CharBPETokenizer(lowercase=True)
    words.train_from_iterator(SENTENCES[:2], vocab_size=200, min_frequency=1, show_progress=False)
    pairs = [tuple(pair) for pair in json.loads(words.to_str())["model"]["merges"]]
    ascii_pairs = [pair for pair in pairs if "".join(pair).isascii()]
    pieces = [*letters, *(f"{letter}</w>" for letter in letters), *("".join(pair) for pair in ascii_pairs)]
    pieces = list(dict.fromkeys([*pieces, "<|startoftext|>", "<|endoftext|>"]))
    made = CLIPTokenizer(vocab={piece: id for id, piece in enumerate(pieces)}, merges=ascii_pairs)
    made.save_pretrained(files)
    return len(made)


def gemma(files: Path) -> int:
    """Gemma's BPE with byte fallback, as SigLIP 2's repository has it: it keeps capitals; its size."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
    from transformers import GemmaTokenizer

    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    trained = Tokenizer(models.BPE(unk_token="<unk>"))
    trained.normalizer = normalizers.Replace(" ", "▁")
    trained.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    trainer = trainers.BpeTrainer(
        vocab_size=700,
        special_tokens=[*special, *(f"<0x{byte:02X}>" for byte in range(256))],
        show_progress=False,
    )
    trained.train_from_iterator(SENTENCES, trainer)
    model = json.loads(trained.to_str())["model"]
    made = GemmaTokenizer(vocab=model["vocab"], merges=[tuple(pair) for pair in model["merges"]])
    made.save_pretrained(files)
    return len(made)


def sentencepiece(files: Path, settings: dict[str, object], special: list[str]) -> int:
    """spiece.model alone, as the repositories of IndicBERT and the first SigLIP have it; its size."""
    import io

    import sentencepiece as library

    model = io.BytesIO()
    library.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES * 4),
        model_writer=model,
        vocab_size=200,
        model_type="unigram",
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        pad_piece="<pad>",
        control_symbols=special,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    (files / "spiece.model").write_bytes(model.getvalue())
    write_json(files / "tokenizer_config.json", settings)
    return int(library.SentencePieceProcessor(model_proto=model.getvalue()).vocab_size())


# -- models -----------------------------------------------------------------------------------------------------------


def write_json(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def save(kind: Callable[[Any], Any], config: Any, files: Path) -> None:
    """Random weights, the same each time, large enough that attention is not flat."""
    import torch
    from transformers.utils import logging

    logging.disable_progress_bar()
    torch.manual_seed(7)
    model = kind(config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.normal_(std=0.12)
    model.save_pretrained(files)


def bert(files: Path, entry: catalogue.Entry) -> None:
    from transformers import BertConfig, BertForMaskedLM

    size = wordpiece(files, lower="uncased" in entry.id, only_vocabulary="muril" in entry.id)
    save(BertForMaskedLM, BertConfig(vocab_size=size, max_position_embeddings=LONGEST, **_sizes()), files)
    if entry.id in ("bert-base-uncased", "google/muril-base-cased"):
        _with_names_of_2018(files / "model.safetensors")


def _with_names_of_2018(file: Path) -> None:
    """Files of that age say gamma and beta."""
    from safetensors.torch import load_file, save_file

    old = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}
    tensors = {}
    for name, tensor in load_file(file).items():
        for new, was in old.items():
            name = name.replace(new, was)
        tensors[name] = tensor
    save_file(tensors, file, metadata={"format": "pt"})


def _sizes() -> dict[str, int]:
    return {
        "hidden_size": WIDTH,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "intermediate_size": INNER,
    }


def distilbert(files: Path, entry: catalogue.Entry) -> None:
    from transformers import DistilBertForMaskedLM

    save(DistilBertForMaskedLM, _distilbert_config(wordpiece(files, lower="uncased" in entry.id)), files)


def _distilbert_config(size: int) -> Any:
    from transformers import DistilBertConfig

    return DistilBertConfig(
        vocab_size=size, dim=WIDTH, n_layers=LAYERS, n_heads=HEADS, hidden_dim=INNER, max_position_embeddings=LONGEST
    )


def roberta(files: Path, entry: catalogue.Entry) -> None:
    from transformers import RobertaConfig, RobertaForMaskedLM

    size = byte_pairs(files, "RobertaTokenizer", ["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    config = RobertaConfig(vocab_size=size, max_position_embeddings=LONGEST, type_vocab_size=1, **_sizes())
    save(RobertaForMaskedLM, config, files)


def xlm_roberta(files: Path, entry: catalogue.Entry) -> None:
    from transformers import XLMRobertaConfig, XLMRobertaForMaskedLM

    size = unigram(files, "XLMRobertaTokenizer", ["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    config = XLMRobertaConfig(vocab_size=size, max_position_embeddings=LONGEST, type_vocab_size=1, **_sizes())
    save(XLMRobertaForMaskedLM, config, files)


def albert(files: Path, entry: catalogue.Entry) -> None:
    from transformers import AlbertConfig, AlbertForMaskedLM

    if "indic" in entry.id:
        size = sentencepiece(files, {"model_max_length": 512}, ["[CLS]", "[SEP]", "[MASK]"])
    else:
        size = unigram(files, "AlbertTokenizer", ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"])
    config = AlbertConfig(vocab_size=size, embedding_size=16, max_position_embeddings=LONGEST, **_sizes())
    save(AlbertForMaskedLM, config, files)


def electra(files: Path, entry: catalogue.Entry) -> None:
    from transformers import ElectraConfig, ElectraForMaskedLM, ElectraForPreTraining

    config = ElectraConfig(vocab_size=wordpiece(files), embedding_size=16, max_position_embeddings=LONGEST, **_sizes())
    save(ElectraForMaskedLM if "generator" in entry.id else ElectraForPreTraining, config, files)


def modernbert(files: Path, entry: catalogue.Entry) -> None:
    from transformers import ModernBertConfig, ModernBertForMaskedLM

    config = ModernBertConfig(
        vocab_size=modern(files),
        max_position_embeddings=LONGEST,
        pad_token_id=0,
        bos_token_id=2,
        eos_token_id=1,
        cls_token_id=2,
        sep_token_id=1,
        **_sizes(),
    )
    save(ModernBertForMaskedLM, config, files)


def gpt2(files: Path, entry: catalogue.Entry) -> None:
    from transformers import GPT2Config, GPT2LMHeadModel

    size = byte_pairs(files, "GPT2Tokenizer", ["<|endoftext|>"])
    ends = {"bos_token_id": size - 1, "eos_token_id": size - 1}
    config = GPT2Config(vocab_size=size, n_positions=LONGEST, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS, **ends)
    save(GPT2LMHeadModel, config, files)


def clip(files: Path, entry: catalogue.Entry) -> None:
    from transformers import CLIPConfig, CLIPModel

    size = clip_pairs(files)
    text = {**_sizes(), "vocab_size": size, "max_position_embeddings": 77}
    text |= {"bos_token_id": size - 2, "eos_token_id": size - 1, "pad_token_id": size - 1}
    vision = {**_sizes(), "image_size": 32, "patch_size": 8}
    save(CLIPModel, CLIPConfig(text_config=text, vision_config=vision, projection_dim=16), files)
    picture_preparation(files, "CLIPImageProcessor", {"shortest_edge": 32})


def picture_preparation(files: Path, kind: str, size: dict[str, int]) -> None:
    """preprocessor_config.json"""
    preparation: dict[str, object] = {"image_processor_type": kind, "size": size, "do_normalize": True}
    preparation |= {"image_mean": [0.5] * 3, "image_std": [0.5] * 3, "do_resize": True}
    if kind == "CLIPImageProcessor":
        preparation |= {"do_center_crop": True, "crop_size": {"height": 32, "width": 32}}
    write_json(files / "preprocessor_config.json", preparation)


def siglip(files: Path, entry: catalogue.Entry) -> None:
    from transformers import SiglipConfig, SiglipModel

    first = {"tokenizer_class": "SiglipTokenizer", "model_max_length": 64}
    size = gemma(files) if entry.architecture == "siglip2" else sentencepiece(files, first, [])
    text = {**_sizes(), "vocab_size": size, "max_position_embeddings": 64, "projection_size": WIDTH}
    text |= {"bos_token_id": 2, "eos_token_id": 1, "pad_token_id": 0}
    vision = {**_sizes(), "image_size": 32, "patch_size": 8}
    save(SiglipModel, SiglipConfig(text_config=text, vision_config=vision), files)
    picture_preparation(files, "SiglipImageProcessor", {"height": 32, "width": 32})


def clip_multilingual(files: Path, entry: catalogue.Entry) -> None:
    """DistilBERT and a dense layer in 2_Dense, as sentence-transformers lays them out; its width is small CLIP's."""
    import torch
    from safetensors.torch import save_file
    from transformers import DistilBertModel

    save(DistilBertModel, _distilbert_config(wordpiece(files, lower=False)), files)
    (files / "2_Dense").mkdir()
    weight = torch.randn(16, WIDTH, generator=torch.Generator().manual_seed(3))
    save_file({"linear.weight": weight}, files / "2_Dense" / "model.safetensors")
    write_json(files / "2_Dense" / "config.json", {"in_features": WIDTH, "out_features": 16, "bias": False})
    write_json(files / "modules.json", [])


def vision_text(files: Path, entry: catalogue.Entry) -> None:
    from transformers import BertConfig, CLIPVisionConfig, VisionTextDualEncoderConfig, VisionTextDualEncoderModel

    text = BertConfig(vocab_size=wordpiece(files, lower=False), max_position_embeddings=LONGEST, **_sizes())
    vision = CLIPVisionConfig(image_size=32, patch_size=8, **_sizes())
    config = VisionTextDualEncoderConfig.from_vision_text_configs(vision, text, projection_dim=16)
    save(VisionTextDualEncoderModel, config, files)
    picture_preparation(files, "CLIPImageProcessor", {"shortest_edge": 32})


BUILDERS: dict[str, Callable[[Path, catalogue.Entry], None]] = {
    "bert": bert,
    "distilbert": distilbert,
    "roberta": roberta,
    "xlm-roberta": xlm_roberta,
    "albert": albert,
    "electra": electra,
    "modernbert": modernbert,
    "gpt2": gpt2,
    "clip": clip,
    "siglip": siglip,
    "siglip2": siglip,
    "clip-multilingual": clip_multilingual,
    "vision-text-dual-encoder": vision_text,
}


# -- a small hub ------------------------------------------------------------------------------------------------------


@dataclass
class SmallHub:
    """Serves a cache over HTTP, as far as a download asks. Its fields may be changed while it runs.

    `hold`: weights stop after their first bytes until it is set. `break_after`: the line is cut after so many bytes.
    """

    cache: Path
    gated: set[str] = field(default_factory=set)
    trouble: int = 0  # the status that every request gets, if any
    break_after: int | None = None
    hold: threading.Event | None = None
    holding: threading.Event = field(default_factory=threading.Event)  # set when a transfer is being held
    asked: Counter[str] = field(default_factory=Counter)  # "GET /path" -> how often
    url: str = ""

    def files(self, id: str) -> dict[str, Path] | None:
        """name -> file, of the only snapshot."""
        snapshots = self.cache / "--".join(["models", *id.split("/")]) / "snapshots"
        if not snapshots.is_dir():
            return None
        folder = next(snapshots.iterdir())
        return {str(file.relative_to(folder)): file for file in folder.rglob("*") if file.is_file()}

    def commit(self, id: str) -> str:
        return next((self.cache / "--".join(["models", *id.split("/")]) / "snapshots").iterdir()).name


@contextmanager
def serving(hub: SmallHub) -> Iterator[SmallHub]:
    """The hub at 127.0.0.1, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            _answer(hub, self)

        def do_GET(self) -> None:
            _answer(hub, self)

        def log_message(self, *_arguments: object) -> None:
            """Tests want no lines."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        if hub.hold is not None:
            hub.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(hub: SmallHub, request: BaseHTTPRequestHandler) -> None:
    path = urllib.parse.unquote(urllib.parse.urlparse(request.path).path)
    hub.asked[f"{request.command} {path}"] += 1
    if hub.trouble:
        return _send(request, hub.trouble, {}, b"{}")
    if path.startswith("/api/models/"):
        id, _, revision = path.removeprefix("/api/models/").partition("/revision/")
        name = ""
    else:
        id, _, rest = path.strip("/").partition("/resolve/")
        revision, _, name = rest.partition("/")
    files = hub.files(id)
    if files is None:
        return _send(request, 404, {"X-Error-Code": "RepoNotFound"}, b'{"error": "Repository not found"}')
    if name and id in hub.gated:  # the real hub shows a gated model's list, but not its files
        return _send(request, 403, {"X-Error-Code": "GatedRepo"}, b'{"error": "Access is restricted"}')
    if revision not in ("", "main", hub.commit(id)):
        return _send(request, 404, {"X-Error-Code": "RevisionNotFound"}, b"{}")
    if not name:
        siblings = [{"rfilename": each, "size": file.stat().st_size} for each, file in files.items()]
        content = {"id": id, "sha": hub.commit(id), "siblings": siblings, "tags": [], "downloads": 0, "likes": 0}
        return _send(request, 200, {"Content-Type": "application/json"}, json.dumps(content).encode())
    if name not in files:
        headers = {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": hub.commit(id)}
        return _send(request, 404, headers, b"{}")
    return _send_file(hub, request, hub.commit(id), files[name])


def _send(request: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes) -> None:
    request.send_response(status)
    for name, value in ({"Content-Length": str(len(body))} | headers).items():
        request.send_header(name, value)
    request.end_headers()
    if request.command == "GET":
        request.wfile.write(body)


def _send_file(hub: SmallHub, request: BaseHTTPRequestHandler, commit: str, file: Path) -> None:
    content = file.read_bytes()
    start = int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
    request.send_response(206 if "Range" in request.headers else 200)
    request.send_header("X-Repo-Commit", commit)
    request.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
    request.send_header("Content-Length", str(len(content) - start))
    if start:
        request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
    request.end_headers()
    if request.command == "HEAD":
        return
    weights = file.suffix in (".safetensors", ".bin")
    cut = hub.break_after if weights and hub.break_after is not None else len(content)
    first = min(1_000, cut, len(content))
    try:
        request.wfile.write(content[start : start + first])
        request.wfile.flush()
        if weights and hub.hold is not None:
            hub.holding.set()
            hub.hold.wait(60)
        request.wfile.write(content[start + first : cut])
    except (BrokenPipeError, ConnectionResetError):
        return  # the other side has hung up
    if cut < len(content):
        request.close_connection = True


# -- what several tests do ---------------------------------------------------------------------------------------------


def copy_of(cache: Path, folder: Path, id: str) -> Path:
    """Another cache with one model, to be spoilt; its snapshot, with files instead of links."""
    entry = catalogue.get(id)
    commit = entry.revision or made_up_commit(id)
    source = cache / "--".join(["models", *id.split("/")]) / "snapshots" / commit
    target = folder / source.relative_to(cache)
    shutil.copytree(source, target, symlinks=False)
    (target.parents[1] / "refs").mkdir()
    (target.parents[1] / "refs" / "main").write_text(commit, encoding="ascii")
    return target


def together(count: int, work: Callable[[], Any]) -> list[Any]:
    """What each thread gave or raised; all begin at once."""
    barrier, results = threading.Barrier(count), [None] * count

    def begin(number: int) -> None:
        barrier.wait()
        try:
            results[number] = work()
        except PathshalaError as error:
            results[number] = error  # type: ignore[call-overload]

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@dataclass
class Bomb:
    """A pickle that runs a program when it is read."""

    target: str

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, ...]]:
        return os.mkdir, (self.target,)
