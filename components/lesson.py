"""The guided lesson of a tab, as HTML; lesson.js walks through its steps."""

from components.markup import Html, tag


def lesson_button() -> Html:
    """Begins the lesson, and ends it."""
    return tag("button", "Guided lesson", type="button", class_="lesson-begin", aria_pressed="false")


def lesson_bar() -> Html:
    """The guided lesson: closed until somebody begins it."""
    return tag(
        "section",
        tag("p", class_="lesson-title"),
        tag("p", class_="lesson-says", aria_live="polite"),
        tag(
            "div",
            tag("button", "‹ Back", type="button", class_="lesson-back"),
            tag("button", "Next ›", type="button", class_="lesson-next"),
            tag("button", "Leave", type="button", class_="lesson-leave"),
            class_="lesson-steps",
        ),
        class_="lesson",
        aria_label="Guided lesson",
        hidden=True,
    )
