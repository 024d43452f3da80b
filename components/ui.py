"""The little gradio that all tabs share: the page around them, and what becomes of an error."""

import hashlib
import inspect
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import gradio as gr
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send

from components.device import report_device
from components.errors import PathshalaError
from components.markup import Html, tag, template
from tokenizer_indic.errors import TokenizerError

P = ParamSpec("P")
R = TypeVar("R")

HERE = Path(__file__).parent
LATE = HERE / "late.js"  # a tab's own scripts come once it is on the screen
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tab:
    """`id` is its name in the address (`?tab=tokens`); `build` makes its components."""

    id: str
    title: str
    build: Callable[[], None]


class Page(gr.Blocks):
    """Blocks whose endpoints can be called without the arguments that have a default, by curl as well.

    Gradio's own client fills them in before it calls; over plain HTTP a short list of arguments would end in an
    error that says nothing.
    """

    def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:
        parameters = list(inspect.signature(block_fn.fn).parameters.values())
        for missing in parameters[len(inputs) : len(block_fn.inputs)]:
            if missing.default is missing.empty:
                raise gr.Error(f"The argument “{missing.name}” is missing.", print_exception=False)
            inputs.append(missing.default)
        super().validate_inputs(block_fn, inputs)


def build_page(tabs: Sequence[Tab], when_up: Callable[[], object] | None = None) -> gr.Blocks:
    """The heading, the tabs, and the one that the address asks for opened.

    `when_up` is called each time a visitor's page is on the screen, and must return at once.
    """
    page = Page(title="Transformer Pathshala", analytics_enabled=False, fill_width=True)
    with page:
        gr.HTML(
            html_template=template(_heading(tabs)),
            js_on_load=read_script(HERE / "ui.js"),
            apply_default_css=False,
            padding=False,
            elem_id="pathshala-heading",
        )
        with gr.Tabs(selected=tabs[0].id, elem_id="pathshala-tabs") as shown:
            for tab in tabs:
                with gr.Tab(tab.title, id=tab.id):
                    tab.build()
        if len(tabs) > 1:
            shown.select(None, None, None, js=NAME_TAB)
            page.load(None, None, shown, js=_open_tab(tabs))
        if when_up is not None:
            page.load(_silent(when_up), None, None, queue=False, show_progress="hidden", api_visibility="private")
        gr.events.api(report_device, api_name="device", api_visibility="undocumented")
    return page


def _silent(function: Callable[[], object]) -> Callable[[], None]:
    """The same without a result, for an event that changes nothing on the page."""

    def call() -> None:
        function()

    return call


def _heading(tabs: Sequence[Tab]) -> Html:
    """Its `data-tabs` tells the scripts which tabs there are."""
    return tag(
        "header",
        tag("h1", "Transformer ", tag("span", "पाठशाला", lang="hi"), aria_label="Transformer Pathshala"),
        tag("p", "What happens inside a transformer, in the languages of India"),
        tag(
            "button",
            "Projector",
            type="button",
            aria_pressed="false",
            title="Everything large enough for the back row",
        ),
        tag("p", class_="pathshala-says", role="status"),
        class_="pathshala-heading",
        data_tabs=" ".join(tab.id for tab in tabs),
    )


def _open_tab(tabs: Sequence[Tab]) -> str:
    """JavaScript: ?tab=… -> the update that selects it; the first tab for an unknown name."""
    known = [tab.id for tab in tabs]
    return f"""() => {{
        const asked = new URLSearchParams(location.search).get("tab");
        return {{selected: {known}.includes(asked) ? asked : "{known[0]}", __type__: "update"}};
    }}"""


# JavaScript: a tab that was clicked goes into the address, and what the address said of another goes. It hangs on the
# row of tabs: a single tab is also reported as selected when the page comes up, before the one asked for is opened.
NAME_TAB = """() => {
    const id = document.querySelector("#pathshala-tabs [data-tab-id][aria-selected=true]")?.dataset.tabId;
    const address = new URL(location.href);
    if (!id || address.searchParams.get("tab") === id) return;
    for (const key of [...address.searchParams.keys()])
        if (key !== "projector" && key !== "__theme") address.searchParams.delete(key);
    address.searchParams.set("tab", id);
    address.hash = "";
    history.replaceState(history.state, "", address);
}"""


def launch_options(tabs: Sequence[Tab] = ()) -> dict[str, Any]:
    """What `launch` is told. Port and address stay Gradio's: GRADIO_SERVER_PORT, GRADIO_SERVER_NAME.

    The tabs are named in the head of the page as well: a tab's script may run before the heading is there.

    Server-side rendering is off, although Spaces turn it on: the tabs build themselves in the browser, so it
    would only add a Node process and a second way for the page to come up.
    """
    return {
        "theme": theme(),
        "css": (HERE / "ui.css").read_text(encoding="utf-8"),
        "head": f'<meta name="color-scheme" content="light dark"><meta name="tabs"{_names(tabs)}>',
        "footer_links": [],
        "run_history": False,  # it would keep what students typed on a shared machine
        "enable_monitoring": False,
        "ssr_mode": False,
        "app_kwargs": {"middleware": [Middleware(CompressedPage, minimum_size=1000)]},
    }


class CompressedPage(GZipMiddleware):
    """The page itself, a quarter of its size on the way; Gradio compresses scripts and styles, but not the page.

    Nothing else passes through: an answer that comes bit by bit must not wait until it is worth compressing.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        through = scope["type"] == "http" and scope["path"].removeprefix(scope.get("root_path", "")) in ("", "/")
        await (super().__call__ if through else self.app)(scope, receive, send)


def _names(tabs: Sequence[Tab]) -> str:
    return f' data-tabs="{" ".join(tab.id for tab in tabs)}"' if tabs else ""


def theme() -> gr.themes.Base:
    """Fonts that the visitor's machine has, so that none is fetched; one accent colour.

    Tamil is named, since Chromium on Linux may take Noto Sans Grantha for it, which lacks most of its letters.
    """
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.slate,
        font=["system-ui", "Noto Sans", "Noto Sans Tamil", "sans-serif"],
        font_mono=["ui-monospace", "Noto Sans Mono", "monospace"],
    )


def read_script(path: Path) -> str:
    """The JavaScript of a `gr.HTML`: the body of a function of element, props, trigger, watch and server."""
    return path.read_text(encoding="utf-8")


def address_of(file: Path) -> str:
    """Where the page fetches it, with a mark of its content, so that no browser shows an old one."""
    return f"gradio_api/file={file}?{hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"


# -- errors ----------------------------------------------------------------------------------------


def for_endpoint(function: Callable[P, R]) -> Callable[P, R]:
    """What was written for the visitor becomes the endpoint's error; all else stays a traceback for us."""

    @wraps(function)
    def translated(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (PathshalaError, TokenizerError) as error:
            raise gr.Error(_sentence(error), print_exception=False) from error

    return translated


def for_page(function: Callable[P, dict[str, Any]]) -> Callable[P, dict[str, Any]]:
    """The same for a function that a view's script calls: {"error": "a sentence"} instead of an answer.

    The page's own scripts ask as they should, so what is asked in another way comes from elsewhere.
    """

    @wraps(function)
    def translated(*args: P.args, **kwargs: P.kwargs) -> dict[str, Any]:
        try:
            return function(*args, **kwargs)
        except (PathshalaError, TokenizerError) as error:
            return {"error": _sentence(error)}
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
            log.warning("%s was asked for what it does not know", function.__name__, exc_info=True)
            return {"error": "The page asked for something in a way that it should not: reload it."}

    return translated


def _sentence(error: Exception) -> str:
    """What it says, fit for JSON: a name that was asked for may hold half of a character."""
    return str(error).encode("utf-8", "replace").decode()
