"""The same question on the CPU in single precision and on the GPU as visitors get it: how far are they apart?"""

from dataclasses import dataclass
from pathlib import Path

from components import device, loading
from components.catalogue import Entry
from components.errors import PathshalaError
from components.loading import Loaded

SAMPLE = "The children go to school every day."


@dataclass(frozen=True)
class Comparison:
    """The greatest differences of what visitors see, between the CPU and the GPU."""

    id: str
    gpu: str
    dtype: str  # on the GPU
    attention: float  # of any weight, each between 0 and 1
    probability: float  # of any word (or, for pictures, cosine)


def compare(entry: Entry, folder: Path) -> Comparison:
    """One forward pass on each. Raises PathshalaError where there is no GPU."""
    if entry.architecture == "counted":
        raise PathshalaError(f"“{entry.id}” only counts: it runs on the CPU alone.")
    where = device.pick_device()
    if where.name == "cpu":
        raise PathshalaError(f"There is no GPU to compare with: {where.reason}.")
    task = entry.tasks[0]
    ours = answers(loading.load(entry, task, folder, device.Device("cpu", "to compare")))
    on_gpu = loading.load(entry, task, folder, where)
    theirs = answers(on_gpu)
    differences = [max(abs(a - b) for a, b in zip(x, y, strict=True)) for x, y in zip(ours, theirs, strict=True)]
    return Comparison(entry.id, where.reason, on_gpu.dtype, *differences)


def answers(loaded: Loaded) -> tuple[list[float], list[float]]:
    """Attention weights, and probabilities of words (0.0 where it predicts none; for pictures, cosines), flat."""
    import torch

    assert loaded.tokenizer is not None
    with torch.inference_mode():
        text = loaded.tokenizer(SAMPLE, return_tensors="pt").to(loaded.device)
        if loaded.images is not None:
            from PIL import Image

            picture = Image.effect_mandelbrot((224, 224), (-2, -1.5, 1, 1.5), 50).convert("RGB")
            pixels = loaded.images(picture, return_tensors="pt")["pixel_values"]
            dtype = next(loaded.model.parameters()).dtype
            seen = loaded.model.get_image_features(pixels.to(loaded.device, dtype), output_attentions=True)
            said = loaded.model.get_text_features(text["input_ids"])
            cosine = torch.nn.functional.cosine_similarity(
                seen.pooler_output.float().cpu(), said.pooler_output.float().cpu()
            )
            return seen.attentions[-1].float().cpu().flatten().tolist(), cosine.tolist()
        given = loaded.model(**text, output_attentions=True)
        attention = torch.cat([layer.float().cpu().flatten() for layer in given.attentions]).tolist()
        logits = given.logits if "masked_word" in loaded.entry.tasks else None
        return attention, [0.0] if logits is None else logits.float().softmax(-1).cpu().flatten().tolist()
