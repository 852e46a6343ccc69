"""Pages -> HTML: one file that asks the network for nothing."""

import hashlib
import json
from base64 import b64encode
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stance.errors import ReportError
from stance.report.article_page import ArticlePage
from stance.report.folder_page import FolderPage
from stance.report.plots import Plot
from stance.report.visible import visible, web_address

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES: Final = "stance.report"
# In a script element, what could end it or open a comment; the two separators end a line in
# older JavaScript.
_ESCAPES: Final = str.maketrans(
    {c: f"\\u{ord(c):04x}" for c in ("<", ">", "&", "\u2028", "\u2029")}
)


def render_article_page(page: ArticlePage) -> str:
    """Return the HTML of an article's page.

    Raises
    ------
    ReportError
        If jinja2 is not installed.
    """
    return render_template(
        "article.html", ("palette.css", "page.css", "article.css"), None, page=page
    )


def render_folder(page: FolderPage) -> str:
    """Return the HTML of a folder's page.

    Raises
    ------
    ReportError
        If jinja2 is not installed.
    """
    styles = ("palette.css", "page.css", "folder.css")
    return render_template("folder.html", styles, "folder.js", page=page, data=page.table)


def render_plot(plot: Plot) -> str:
    """Return a plot as an SVG file that follows the reader's colour scheme.

    Raises
    ------
    ReportError
        If jinja2 is not installed.
    """
    return render_template("plot.svg", ("palette.css",), None, plot=plot)


def write_page(path: str | Path, text: str) -> None:
    """Write a page as UTF-8.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    try:
        Path(path).write_bytes(text.encode("utf-8"))
    except OSError as error:
        raise ReportError(
            f"{path}: cannot write: {error.strerror}; give another place for the page"
        ) from error


def script_json(data: Any) -> str:
    r"""Return data as JSON that may stand in a script element.

    >>> script_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(_ESCAPES)


def render_template(
    template: str, styles: tuple[str, ...], script: str | None, **values: Any
) -> str:
    """Return a template with its styles and script inside, under a policy that allows no others."""
    from markupsafe import Markup

    environment = load_environment()
    css = "".join(template_text(name) for name in styles)
    code = "" if script is None else template_text(script)
    data = values.pop("data", None)
    return environment.get_template(template).render(
        values
        | {
            "css": Markup(css),
            "script": Markup(code),
            "policy": _policy(css, code),
            "data": None if data is None else Markup(script_json(data)),
        }
    )


def _policy(css: str, code: str) -> str:
    """Return the Content-Security-Policy under which only this style and this script run."""
    sources = {"default-src": "'none'", "style-src": _digest(css), "img-src": "data:"}
    if code:
        sources["script-src"] = _digest(code)
    sources |= {"base-uri": "'none'", "form-action": "'none'"}
    return "; ".join(f"{name} {value}" for name, value in sources.items())


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def template_text(name: str) -> str:
    """Return a file of the templates."""
    return (files(_TEMPLATES) / "templates" / name).read_text(encoding="utf-8")


@cache
def load_environment() -> "Environment":
    """Return the template engine; whatever it prints is escaped and made visible."""
    try:
        from jinja2 import Environment, FunctionLoader, StrictUndefined
    except ModuleNotFoundError as error:
        raise ReportError("report: jinja2 is missing; pip install 'stance[report]'") from error
    environment = Environment(
        loader=FunctionLoader(template_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
    )
    environment.filters |= {"percent": percent, "count": count}
    environment.globals["web_address"] = web_address
    return environment


def _finalize(value: Any) -> Any:
    return visible(value) if type(value) is str else value


def percent(share: float) -> str:
    """Return 0 to 100 as a whole number with its sign."""
    return f"{share:.0f}%"


def count(n: int) -> str:
    """Return a number with its thousands apart."""
    return f"{n:,}"
