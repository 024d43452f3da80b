"""Escaped HTML for the views. No gradio.

>>> tag("p", "1 < 2", class_="note")
'<p class="note">1 &lt; 2</p>'
"""

from html import escape


class Html(str):
    """Text that is markup already, and is not escaped again."""


VOID = {"input", "br", "hr", "img"}


def tag(name: str, *children: str | None, **attributes: str | int | bool | None) -> Html:
    """One element. A child that is no Html is escaped, and so is every attribute.

    `class_` is class, `aria_label` is aria-label; True is an attribute without a value, None and False none.
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: str | None) -> Html:
    """Several children beside one another, each escaped unless it is Html."""
    return Html("".join(child if isinstance(child, Html) else escape(child) for child in children if child))


def template(html: Html) -> Html:
    """The same, once it is sure that Gradio's template language finds nothing to fill in.

    `gr.HTML` reads its template as Handlebars and then as a JavaScript template string, where `${` runs code:
    a visitor's text never belongs in there, only in JSON.
    """
    for sign in ("{{", "${", "`", "\\"):
        assert sign not in html, f"{sign} has a meaning in Gradio's templates"
    return html
