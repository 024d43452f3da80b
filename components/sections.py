"""The sections of a tab, as HTML: a row of names, and a panel for each, of which the tab's script shows one."""

from collections.abc import Sequence

from components.markup import Html, tag


def section_names(prefix: str, sections: Sequence[tuple[str, str]]) -> Html:
    """The row of names; `sections`: ids, as the address has them, and names. `prefix` sets the tab's ids apart."""
    buttons = (
        tag(
            "button",
            name,
            type="button",
            role="tab",
            data_section=id,
            aria_selected="false",
            aria_controls=f"{prefix}-{id}",
        )
        for id, name in sections
    )
    return tag("div", tag("div", *buttons, class_="sections", role="tablist", aria_label="Sections"), class_="frame")


def section_panel(prefix: str, id: str, *children: Html, class_: str = "panel") -> Html:
    """The panel of one section."""
    return tag("section", *children, id=f"{prefix}-{id}", class_=class_, role="tabpanel", data_panel=id, hidden=True)
