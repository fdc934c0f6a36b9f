"""How the bill charges for what a source counts: its words, its unit and its list price."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class LineItemKind(StrEnum):
    """What a line item bills."""

    TOKENS = "tokens"
    IMAGES = "images"
    TRAINING = "training"
    SPEECH = "speech"
    TRANSCRIPTION = "transcription"
    TOOL = "tool"
    CREDIT = "credit"
    UNREAD = "unread"
    """Nothing that is known here: to be shown as it stands."""


@dataclass(frozen=True)
class Billing:
    """How line items charge for a source.

    Most lines name a model and a class of tokens, and pay for every source that counts such tokens.
    Others name a service in words of its own and pay for `metric`.
    """

    metric: str
    """The billed unit. Of sources with input tokens, each class of tokens is billed by itself."""
    kind: LineItemKind = LineItemKind.TOKENS
    words: str = ""
    """A phrase (a regular expression, lower case) by which line items name the service."""
    model_prefix: str = ""
    """How the models of a service begin, where its line items begin so too: `tts hd` bills `tts-1-hd`."""
    models: Mapping[str, str] = field(default_factory=dict)
    """The model that usage names for a whole line item, where both can be compared at list prices."""
    price_field: str = ""
    """The field of the price data that lists one `metric`."""
    price_units: int = 1_000_000
    """How many units the listed price is for."""
    in_tokens_too: bool = False
    """Whether lines in tokens of the source's models pay for `metric` as well."""
    surface: str = ""
    """The word before the bar of every line item in tokens, where the source has one of its own."""

    def names(self, text: str) -> bool:
        """Return whether a line item (lower case, without its surface) names the service."""
        patterns = (self.words and rf"\b(?:{self.words})", self.model_prefix and rf"^{self.model_prefix}\b")
        return any(re.search(pattern, text) for pattern in patterns if pattern)
