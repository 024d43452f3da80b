"""DistilBERT, a matrix and CLIP's eyes -> the multilingual CLIP of sentence-transformers, without that library.

DistilBERT's outputs, averaged over the text's tokens, times the matrix, lie where the original CLIP's text vectors lay;
pictures and the logit scale are the original CLIP's (Reimers and Gurevych 2020, arXiv 2004.09813).
"""

from typing import Any


def join(text: Any, dense: Any, eyes: Any) -> Any:
    """`text` is a DistilBERT, `dense` a matrix of 512 x 768, `eyes` a CLIP.

    The result has CLIP's `get_text_features` and `get_image_features`, whose answers carry `pooler_output`
    (captions or pictures x 512), and `logit_scale`.
    """
    import torch
    from torch import nn
    from transformers.modeling_outputs import BaseModelOutputWithPooling as Pooled

    class Joined(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.text_model = text
            self.text_projection = nn.Linear(dense.shape[1], dense.shape[0], bias=False)
            self.text_projection.weight = nn.Parameter(dense.float())
            self.vision_model = eyes.vision_model
            self.visual_projection = eyes.visual_projection
            self.logit_scale = eyes.logit_scale
            self.config = eyes.config

        def get_text_features(self, input_ids: Any, attention_mask: Any = None, **options: Any) -> Any:
            mask = torch.ones_like(input_ids) if attention_mask is None else attention_mask
            seen = self.text_model(input_ids=input_ids, attention_mask=mask, **options)
            weights = mask[..., None].to(seen.last_hidden_state.dtype)  # captions x tokens x 1
            mean = (seen.last_hidden_state * weights).sum(1) / weights.sum(1).clamp(min=1)  # captions x 768
            return Pooled(
                last_hidden_state=seen.last_hidden_state,
                pooler_output=self.text_projection(mean),
                attentions=seen.attentions,
            )

        def get_image_features(self, pixel_values: Any, **options: Any) -> Any:
            seen = self.vision_model(pixel_values=pixel_values, **options)
            return Pooled(
                last_hidden_state=seen.last_hidden_state,
                pooler_output=self.visual_projection(seen.pooler_output),
                attentions=seen.attentions,
            )

    return Joined()
