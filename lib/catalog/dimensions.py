"""Dimensions: what results can be grouped and filtered by, one declaration for each."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lib.catalog.whole_text import whole_text

UNATTRIBUTED = "(none)"
"""How a row without a value for a dimension is named in addresses, commands and tables."""

OTHER = "Other"
"""The label of everything below the cut: always grey, always last."""

_SHARE = ", share"
_OTHER_OF = re.compile(r"Other( \([\d,]+ [^()]*\))?")

CREDITS = "Credits"
"""The label of what is taken off the bill: never within another group, always after "Other"."""
TEAM = "team"
"""The dimension that a file of the company's own declares (`lib.store.team_file`)."""
ORGANIZATION = "organization"
"""The dimension of whoever has several organizations: whose rows are, by the names in the settings."""
_NEWEST = 1_000


@dataclass(frozen=True)
class Dimension:
    """Something that results can be grouped by.

    `name` is the API's `group_by` value and the result field; `parameter` is the array that filters
    by it, where there is one; `named_by` says which kinds of names its ids go by. `added` is its place
    in the order in which the API added dimensions: the later, the fewer organizations have it.
    `is_filterable` dimensions can always be filtered by; others once a link or a click narrows to them.
    """

    name: str
    label: str
    plural: str
    parameter: str | None = None
    named_by: tuple[str, ...] = ()
    added: int | None = None
    is_filterable: bool = False

    @property
    def in_words(self) -> str:
        """Return the label as it stands within a sentence: `project`, `API key`."""
        return self.label if self.label.startswith("API") else self.label[0].lower() + self.label[1:]


DIMENSIONS: Mapping[str, Dimension] = {
    d.name: d
    for d in (
        Dimension(
            "project_id", "Project", "projects", "project_ids", ("project",), added=1, is_filterable=True
        ),
        Dimension("model", "Model", "models", "models", added=2, is_filterable=True),
        Dimension(
            "user_id", "User", "users", "user_ids", ("user", "service_account"), added=11, is_filterable=True
        ),
        Dimension(
            "api_key_id", "API key", "API keys", "api_key_ids", ("api_key",), added=10, is_filterable=True
        ),
        Dimension("batch", "Batch", "batch settings", "batch", added=7),
        Dimension("service_tier", "Service tier", "service tiers", added=9),
        Dimension("api_source", "API source", "API sources", added=12),
        Dimension("size", "Image size", "image sizes", "sizes", added=5),
        Dimension("source", "Image source", "image sources", "sources", added=6),
        Dimension("vector_store_id", "Vector store", "vector stores", "vector_store_ids", added=4),
        Dimension("context_level", "Search context", "search contexts", "context_levels", added=8),
        Dimension("line_item", "Line item", "line items", "line_items", added=3),
        Dimension("token_class", "Token class", "token classes"),
        Dimension(TEAM, "Team", "teams"),
        Dimension(ORGANIZATION, "Organization", "organizations"),
    )
}


def other_of(held: int, plural: str) -> str:
    """Return how `OTHER` reads where it holds so many: Other (37 projects), Other (1 project)."""
    return f"{OTHER} ({held:,} {_SINGULAR.get(plural, plural) if held == 1 else plural})"


def is_other(label: str) -> bool:
    """Return whether a label reads `OTHER`, with or without how many it holds."""
    return bool(_OTHER_OF.fullmatch(label))


def without_count(text: Any) -> Any:
    """Return a label in which `OTHER`, or its share, does not say how many it holds; all else stays."""
    label = str(text).removesuffix(_SHARE)
    return OTHER + str(text)[len(label) :] if is_other(label) else text


_SINGULAR = {"people": "person", "rows": "row"} | {d.plural: d.in_words for d in DIMENSIONS.values()}

FILTERABLE = tuple(d.name for d in DIMENSIONS.values() if d.is_filterable)
"""The dimensions that can always be filtered by."""


def newest_first(dimensions: Iterable[str]) -> tuple[str, ...]:
    """Return `dimensions`, the latest added first; those whose place is not known count as the newest."""
    return tuple(sorted(dimensions, key=lambda name: -(DIMENSIONS[name].added or _NEWEST)))


def text_of(value: str | None) -> str:
    """Return a dimension's value as addresses, commands and tables spell it."""
    return UNATTRIBUTED if value is None else value


def value_of(text: str) -> str | None:
    """Return the value that `text` spells: None for rows without one, which may also be spelt as nothing."""
    return None if text in (UNATTRIBUTED, "") else whole_text(text)
