"""The Caption and image tab: pictures and captions in one space, as CLIP puts them there."""


def build() -> None:
    """Make the tab's components. Gradio is imported only here, so that the other layers stand alone."""
    from components.caption_image import tab

    tab.build()
