"""Markup escapes everything that is not markup already."""

import pytest

from components.markup import Html, join, tag, template


def test_text_and_attributes_are_escaped() -> None:
    assert tag("p", '1 < 2 & "x"', title='"><script>') == (
        '<p title="&quot;&gt;&lt;script&gt;">1 &lt; 2 &amp; &quot;x&quot;</p>'
    )


def test_markup_is_not_escaped_twice() -> None:
    assert tag("p", tag("b", "<"), "<") == "<p><b>&lt;</b>&lt;</p>"
    assert join("<", None, Html("<br>")) == "&lt;<br>"


def test_attributes_that_python_cannot_spell() -> None:
    assert tag("label", class_="a", for_="b", aria_label="c") == '<label class="a" for="b" aria-label="c"></label>'
    assert tag("button", disabled=True, hidden=False, title=None) == "<button disabled></button>"
    assert tag("input", value=0) == '<input value="0">'


@pytest.mark.parametrize("sign", ["{{value}}", "${value}", "`", "\\"])
def test_nothing_that_gradio_would_fill_in_gets_into_a_template(sign: str) -> None:
    with pytest.raises(AssertionError, match="meaning"):
        template(tag("p", sign))
