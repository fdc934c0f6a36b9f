"""A chart as a picture that stands by itself: with its title, what it is about, and white behind it."""

import re
import textwrap
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import pyarrow as pa

from lib.charts import inline_rows

_WIDTH = {1: 960, 2: 460, 3: 300}
"""How wide a plot is, by how many stand in a row."""
_SCALE = 2
_VEGA_LITE = "6.4"
_INK, _PALE, _LINES = "#1c2430", "#5b6675", "#dde2ea"
_LETTERS = 130
_CONFIG = {
    "background": "#ffffff",
    "padding": 20,
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {"gridColor": _LINES, "labelColor": _PALE, "titleColor": _PALE, "titleFontWeight": "normal"},
    "legend": {"labelColor": _PALE, "titleColor": _PALE, "titleFontWeight": "normal", "offset": 24},
    "title": {"color": _INK, "subtitleColor": _PALE},
}


class PictureFormat(StrEnum):
    """What a picture can be saved as."""

    PNG = "png"
    SVG = "svg"


def picture(
    charts: Mapping[str, Mapping[str, Any]],
    title: str,
    about: Sequence[str],
    format: PictureFormat,  # noqa: A002
) -> bytes:
    """Return `charts` (Vega-Lite specifications by name, their datasets as Arrow streams) as one picture.

    `title` stands above it and each line of `about` below that; several charts stand in rows of three, each
    under its name. Nothing is asked of the network.
    """
    # It takes 60 MB, and most people never save a picture.
    import vl_convert

    spec = _titled(charts, title, about)
    how: dict[str, Any] = {"vl_version": _VEGA_LITE, "allowed_base_urls": []}
    if format is PictureFormat.SVG:
        return str(vl_convert.vegalite_to_svg(spec, **how)).encode()
    return bytes(vl_convert.vegalite_to_png(spec, scale=_SCALE, **how))


def _titled(charts: Mapping[str, Mapping[str, Any]], title: str, about: Sequence[str]) -> dict[str, Any]:
    lines = [part for line in about for part in textwrap.wrap(line, _LETTERS)]
    heading = {
        "text": title,
        "subtitle": lines,
        "anchor": "start",
        "fontSize": 18,
        "subtitleFontSize": 12,
        "subtitleLineHeight": 17,
        "offset": 16,
    }
    across = min(len(charts), 3)
    made = [_still(chart, _WIDTH[across]) for chart in charts.values()]
    if across == 1:
        return {**made[0], "title": heading, "config": _CONFIG}
    named = [
        {**chart, "title": {"text": name, "anchor": "start"}}
        for name, chart in zip(charts, made, strict=True)
    ]
    return {
        "concat": named,
        "columns": across,
        "resolve": {"scale": {"color": "independent"}},
        "title": heading,
        "config": _CONFIG,
    }


def _still(spec: Mapping[str, Any], width: int) -> dict[str, Any]:
    """Return a chart of a fixed width that nobody can click on, with its data as values."""
    data = {name: inline_rows.values(_read(stream)) for name, stream in spec.get("datasets", {}).items()}
    sizes = {"width": width, "height": spec.get("height", 0)}
    still: dict[str, Any] = _fixed(spec, data, sizes)
    return {**{name: part for name, part in still.items() if name not in _OF_A_PAGE}, "width": width}


_OF_A_PAGE = {"datasets", "autosize", "config"}


def _read(stream: bytes) -> pa.Table:
    return pa.ipc.open_stream(stream).read_all()


def _fixed(part: Any, data: Mapping[str, Any], sizes: Mapping[str, int]) -> Any:
    """Return a part of a specification without what depends on a page: its width, its ink, its clicks."""
    if isinstance(part, list):
        return [_fixed(each, data, sizes) for each in part]
    if not isinstance(part, Mapping):
        return _INK if part == "currentColor" else part
    fixed: dict[str, Any] = {}
    for name, inner in part.items():
        if name == "data" and inner.get("name") in data:
            fixed[name] = {"values": data[inner["name"]]}
        elif name in _EXPRESSIONS and isinstance(inner, str):
            fixed[name] = re.sub(r"(?<!\.)\b(width|height)\b", lambda found: str(sizes[found[0]]), inner)
        elif name == "condition" and isinstance(inner, Mapping) and "param" in inner:
            fixed["value"] = inner["value"]  # nothing is picked
        elif not _is_of_clicks(name, part):
            fixed[name] = _fixed(inner, data, sizes)
    return fixed


def _is_of_clicks(name: str, part: Mapping[str, Any]) -> bool:
    """Return whether an entry of a specification only serves clicks, as the name of a mark does."""
    at_rest = name == "value" and "param" in part.get("condition", ())
    return name == "params" or (name == "name" and "mark" in part) or at_rest


_EXPRESSIONS = {"expr", "labelExpr"}
