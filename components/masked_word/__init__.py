"""The Masked word tab: what a model would put in the place of a hidden word."""


def build() -> None:
    """Make the tab's components. Gradio is imported only here, so that the other layers stand alone."""
    from components.masked_word import tab

    tab.build()
