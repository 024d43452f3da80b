"""The page: a list of tabs. `python app.py` opens it on this machine, and a Space starts it the same way."""

from components import attention, caption_image, masked_word, models, tokens
from components.ui import Tab, build_page, launch_options

TABS = (
    Tab("tokens", "Tokens", tokens.build),
    Tab("attention", "Attention", attention.build),
    Tab("masked-word", "Masked word", masked_word.build),
    Tab("caption-image", "Caption and image", caption_image.build),
)

demo = build_page(TABS, models.warm_up)

if __name__ == "__main__":
    demo.launch(**launch_options(TABS))
