"""Read the line items of the costs endpoint, which are display strings, not codes.

Grammar, as seen on live bills (undocumented):
`[<surface> | ]<model>[ <modality>], <direction>[, long context]`, or the bare name of a service.
"""

import re
from dataclasses import dataclass
from functools import cache

OTHER = "other"
_DIRECTIONS = (
    (re.compile(r"\bcache[ _]writes?\b"), "cache write"),
    (re.compile(r"\bcached[ _]input"), "cached input"),
    (re.compile(r"\binput"), "input"),
    (re.compile(r"\boutput"), "output"),
)
_MODALITY = re.compile(r" (text|image|audio)$")
_DATE = re.compile(r"-\d{4}-\d{2}-\d{2}$")
_FINE_TUNE = re.compile(r"^ft[:-]([^:]+)")


@dataclass(frozen=True)
class LineItem:
    """What a line item says: its `token_class` is `other` where it bills something else than tokens."""

    text: str
    model: str | None
    token_class: str
    surface: str | None = None
    modality: str | None = None
    long_context: bool = False


@cache
def parse(text: str) -> LineItem:
    """Return what `text` says; a service without a model, or what cannot be read, has model None."""
    surface, _, rest = text.rpartition(" | ")
    head, comma, tail = rest.partition(",")
    direction = next((name for pattern, name in _DIRECTIONS if pattern.search(tail)), None)
    if not comma or direction is None:
        return LineItem(text, None, OTHER, surface or None)
    modality = _MODALITY.search(head)
    return LineItem(
        text,
        model=head[: modality.start()] if modality else head.strip(),
        token_class=direction,
        surface=surface or None,
        modality=modality.group(1) if modality else None,
        long_context="long context" in tail,
    )


@cache
def base_model(name: str) -> str:
    """Return the name under which usage and costs agree on a model.

    Both name snapshots, though not always the same ones, and costs bills every fine-tune of a model
    as one: `ft:gpt-4o-2024-08-06:acme::x` and `ft-gpt-4o-2024-08-06` are both `ft-gpt-4o`.
    """
    tuned = _FINE_TUNE.match(name)
    return f"ft-{_DATE.sub('', tuned.group(1))}" if tuned else _DATE.sub("", name)


def read(text: str | None, dimension: str) -> str | None:
    """Return the `model` or the `token_class` that a line item names, None where it names none."""
    if text is None:
        return None
    item = parse(text)
    return item.token_class if dimension == "token_class" else item.model and base_model(item.model)
