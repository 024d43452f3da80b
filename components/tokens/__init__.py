"""The Tokens tab: what a tokenizer makes of the visitor's text."""


def build() -> None:
    """Make the tab's components. Gradio is imported only here, so that the other layers stand alone."""
    from components.tokens import tab

    tab.build()
