"""What a button copies. All pages of a browser share one clipboard, so it is emptied before the button is clicked."""

from typing import Any

# Asked again and again in the page itself: Playwright's wait_for_function takes a promise for a true answer.
WRITTEN = """async () => {
  for (const begun = Date.now(); Date.now() - begun < 20_000; await new Promise((go) => setTimeout(go, 20))) {
    const text = await navigator.clipboard.readText();
    if (text) return text;
  }
  throw new Error("nothing was copied within 20 seconds");
}"""


def copied(page: Any, button: Any) -> str:
    """The text on the clipboard once this button (a selector or a locator of the page) was clicked."""
    page.evaluate("navigator.clipboard.writeText('')")
    (page.locator(button) if isinstance(button, str) else button).click()
    text: str = page.evaluate(WRITTEN)
    return text
