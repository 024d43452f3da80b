"""Each layer is imported alone, in a fresh process, and must not have loaded what lies to its right."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

FORBIDDEN = {
    "tokenizer_indic": {"torch", "gradio", "plotly", "components"},
    "components.errors": {"torch", "gradio", "plotly"},
    "components.markup": {"torch", "gradio", "plotly"},
    "components.device": {"torch", "gradio", "plotly"},
    "components.catalogue": {"torch", "gradio", "plotly", "transformers", "huggingface_hub", "numpy"},
    "components.downloads": {"torch", "gradio", "plotly", "transformers", "huggingface_hub"},
    "components.weights": {"torch", "gradio", "plotly", "transformers", "huggingface_hub"},
    "components.hub_cache": {"torch", "gradio", "plotly", "transformers", "huggingface_hub"},
    "components.machine": {"torch", "gradio", "plotly", "transformers", "huggingface_hub"},
    "components.joined_clip": {"torch", "gradio", "plotly", "transformers", "huggingface_hub"},
    "components.shelf": {"torch", "gradio", "plotly", "transformers", "huggingface_hub"},
    "components.loading": {"torch", "gradio", "plotly", "transformers", "huggingface_hub"},
    "components.any_model": {"torch", "gradio", "plotly", "transformers", "huggingface_hub"},
    "components.comparing": {"torch", "gradio", "plotly", "transformers", "huggingface_hub"},
    "components.models": {"torch", "gradio", "plotly", "transformers", "huggingface_hub"},
    "components.counted": {"torch", "gradio", "plotly", "transformers"},
    "components.tokens": {"torch", "gradio", "plotly"},
    "components.tokens.presets": {"torch", "gradio", "plotly"},
    "components.tokens.compute": {"torch", "gradio", "plotly", "components.markup", "components.tokens.view"},
    "components.tokens.view": {"torch", "gradio", "plotly", "components.tokens.tab"},
    "components.tokens.tab": {"torch", "plotly", "transformers"},
    "components.tokens.own": {"torch", "gradio", "plotly", "components.markup"},
    "components.tokens.laboratory": {"torch", "gradio", "plotly"},
    **{
        f"components.tokens.{section}.{layer}": {"torch", "gradio", "plotly", "transformers", "huggingface_hub", *right}
        for section in ("letters", "merges", "pattern", "train", "beside", "vocabulary", "stages", "handin")
        for layer, right in (("compute", {"components.markup"}), ("view", {f"components.tokens.{section}.tab"}))
    },
    "components.attention.compute": {"torch", "gradio", "plotly", "transformers"},
    "components.attention.pictures": {"torch", "gradio", "plotly", "transformers"},
    "components.attention.view": {"torch", "gradio", "transformers", "components.attention.tab"},
    "components.attention.page": {"torch", "gradio", "transformers", "components.attention.tab"},
    "components.attention.tab": {"torch"},
    "components.attention.qkv": {"torch", "gradio", "plotly", "components.attention.compute"},
    "components.attention.observing": {"torch", "gradio", "plotly", "transformers"},
    "components.attention.merging": {"torch", "gradio", "plotly", "components.attention.observing"},
    "components.attention.heads": {"torch", "gradio", "plotly", "components.attention.observing"},
    "components.masked_word": {"torch", "gradio", "plotly"},
    "components.masked_word.presets": {"torch", "gradio", "plotly"},
    "components.masked_word.compute": {"torch", "gradio", "plotly", "components.masked_word.view"},
    "components.masked_word.view": {"torch", "gradio", "plotly", "components.masked_word.tab"},
    "components.masked_word.tab": {"torch", "plotly", "transformers"},
    "components.caption_image": {"torch", "gradio", "plotly"},
    "components.caption_image.drawings": {"torch", "gradio", "plotly", "transformers", "components.models"},
    "components.caption_image.opening": {"torch", "gradio", "plotly", "transformers", "components.models"},
    "components.caption_image.store": {"torch", "gradio", "plotly", "transformers", "components.models"},
    "components.caption_image.compute": {"torch", "gradio", "plotly", "transformers", "components.markup"},
    "components.caption_image.where": {"torch", "gradio", "plotly", "transformers", "components.markup"},
    "components.caption_image.trained": {"torch", "gradio", "plotly", "transformers", "components.markup"},
    "components.caption_image.space": {"torch", "gradio", "plotly", "transformers", "components.markup"},
    "components.caption_image.view": {"torch", "gradio", "plotly", "transformers", "components.caption_image.tab"},
    "components.caption_image.tab": {"torch", "plotly", "transformers"},
    "components.model_menu": {"torch", "gradio", "plotly", "transformers"},
    "components.ui": {"torch", "plotly"},
    "app": {"torch", "plotly", "transformers"},
}


@pytest.mark.parametrize("module", FORBIDDEN)
def test_a_layer_loads_nothing_to_its_right(module: str) -> None:
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not FORBIDDEN[module] & set(json.loads(run.stdout.splitlines()[-1]))
