"""Read the line items of the costs endpoint, which are display strings, not codes.

Grammar, as seen on live bills (undocumented):
`[<surface> | ]<model>[ <modality>], <direction>[, <kept>][, long context]`, or the name of a service.
"""

import re
from dataclasses import dataclass
from functools import cache

from lib.catalog.billing import LineItemKind
from lib.catalog.sources import SOURCES, Source

OTHER = "other"
TRAINING = "training"
_DIRECTIONS = (
    (re.compile(r"\bcache[ _]writes?\b"), "cache write"),
    (re.compile(r"\bcached[ _]input"), "cached input"),
    (re.compile(r"\binput"), "input"),
    (re.compile(r"\boutput"), "output"),
    (re.compile(r"\btraining\b"), TRAINING),
)
_MODALITY = re.compile(r" (text|image|audio)$")
_TUNING = re.compile(r" fine[- ]tun(?:ing|e)$")
_BATCH = re.compile(r" ?\(batch\)")
_KEPT = re.compile(r"\b12 ?h\b")
_DATE = re.compile(r"-\d{4}-\d{2}-\d{2}$")
_FINE_TUNE = re.compile(r"^ft[:-]([^:]+)")
_IMAGE_MODEL = re.compile(r"^(?:gpt-image|chatgpt-image|dall-e)\b")


_UNCOUNTED = (
    (re.compile(r"\bcontainer|\btool calls"), LineItemKind.TOOL),
    (re.compile(r"\bcredits?\b"), LineItemKind.CREDIT),
    (re.compile(r"\btraining\b"), LineItemKind.TRAINING),
)
"""What is billed though no source counts it."""


@dataclass(frozen=True)
class LineItem:
    """What a line item says: its `token_class` is `other` where it bills something else than tokens.

    `surface` is what stands before the bar: a tier, `evals`, `assistants api`, `decisions`. `kept` is how
    long a cache write is kept, where the line says so.
    """

    text: str
    model: str | None
    token_class: str
    surface: str | None = None
    modality: str | None = None
    long_context: bool = False
    kept: str | None = None
    kind: LineItemKind = LineItemKind.TOKENS

    @property
    def counted_as(self) -> str:
        """Return the class under which usage counts what is billed: a cache write by how long it is kept."""
        return f"{self.token_class}, {self.kept}" if self.kept else self.token_class


@cache
def parse(text: str) -> LineItem:
    """Return what `text` says; a service without a model, or what cannot be read, has model None."""
    surface, _, rest = text.rpartition(" | ")
    plain = _BATCH.sub("", rest)
    surface = surface or ("batch" if plain != rest else "")
    head, comma, tail = plain.partition(",")
    model = _TUNING.sub("", _MODALITY.sub("", head)).strip()
    direction = next((name for pattern, name in _DIRECTIONS if pattern.search(tail)), None)
    if not comma or not model or direction is None:
        return LineItem(text, None, OTHER, surface or None, kind=_service(plain))
    modality = _MODALITY.search(head)
    return LineItem(
        text,
        model=model,
        token_class=direction,
        surface=surface or None,
        modality=modality.group(1) if modality else None,
        long_context="long context" in tail,
        kept="12 h" if _KEPT.search(tail) else None,
        kind=_billed(model, direction),
    )


def _billed(model: str, direction: str) -> LineItemKind:
    if direction == TRAINING:
        return LineItemKind.TRAINING
    return LineItemKind.IMAGES if _IMAGE_MODEL.match(model) else LineItemKind.TOKENS


def _service(text: str) -> LineItemKind:
    source = _counted_by(text)
    if source and source.billing:
        return source.billing.kind
    return next((kind for pattern, kind in _UNCOUNTED if pattern.search(text.lower())), LineItemKind.UNREAD)


@cache
def service(item: LineItem) -> Source | None:
    """Return the source whose unit a line item bills by naming a service; None where it names none."""
    return None if item.model else _counted_by(_BATCH.sub("", item.text.rpartition(" | ")[2]))


def _counted_by(text: str) -> Source | None:
    lower = text.lower()
    return next((s for s in SOURCES.values() if s.billing and s.billing.names(lower)), None)


@cache
def base_model(name: str) -> str:
    """Return the name under which usage and costs agree on a model.

    Both name snapshots, though not always the same ones, and costs bills every fine-tune of a model
    as one: `ft:gpt-4o-2024-08-06:acme::x` and `ft-gpt-4o-2024-08-06` are both `ft-gpt-4o`.
    """
    tuned = _FINE_TUNE.match(name)
    return f"ft-{_DATE.sub('', tuned.group(1))}" if tuned else _DATE.sub("", name)


@cache
def untuned(name: str) -> str:
    """Return the name of the model that a fine-tune was made from; other models are themselves."""
    tuned = _FINE_TUNE.match(name)
    return tuned.group(1) if tuned else name


def read(text: str | None, dimension: str) -> str | None:
    """Return the `model` or the `token_class` that a line item names, None where it names none."""
    if text is None:
        return None
    item = parse(text)
    return item.token_class if dimension == "token_class" else item.model and base_model(item.model)
