"""What a button copies. All pages of a browser share one clipboard, so it is emptied before the button is clicked."""

from typing import Any

WRITTEN = "navigator.clipboard.readText().then(text => text !== '')"


def copied(page: Any, button: Any) -> str:
    """The text on the clipboard once this button (a selector or a locator of the page) was clicked."""
    page.evaluate("navigator.clipboard.writeText('')")
    (page.locator(button) if isinstance(button, str) else button).click()
    page.wait_for_function(WRITTEN)
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text
