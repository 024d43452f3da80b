"""The Attention tab: what every head of a model looks at, with every number of it."""


def build() -> None:
    """Make the tab's components. Gradio is imported only here, so that the other layers stand alone."""
    from components.attention import tab

    tab.build()
