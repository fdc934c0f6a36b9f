"""Dimensions: what results can be grouped and filtered by, one declaration for each."""

from collections.abc import Mapping
from dataclasses import dataclass

UNATTRIBUTED = "(none)"
"""How a row without a value for a dimension is named in addresses, commands and tables."""


OTHER = "Other"
"""The label of everything below the cut: always grey, always last."""

CREDITS = "Credits"
"""The label of what is taken off the bill: never within another group, always after "Other"."""


@dataclass(frozen=True)
class Dimension:
    """Something that results can be grouped by.

    `name` is the API's `group_by` value and the result field; `parameter` is the array that filters
    by it, where there is one; `named_by` says which kinds of names its ids go by.
    """

    name: str
    label: str
    plural: str
    parameter: str | None = None
    named_by: tuple[str, ...] = ()

    @property
    def in_words(self) -> str:
        """Return the label as it stands within a sentence: `project`, `API key`."""
        return self.label if self.label.startswith("API") else self.label[0].lower() + self.label[1:]


DIMENSIONS: Mapping[str, Dimension] = {
    d.name: d
    for d in (
        Dimension("project_id", "Project", "projects", "project_ids", ("project",)),
        Dimension("model", "Model", "models", "models"),
        Dimension("user_id", "User", "users", "user_ids", ("user", "service_account")),
        Dimension("api_key_id", "API key", "API keys", "api_key_ids", ("api_key",)),
        Dimension("batch", "Batch", "batch and not", "batch"),
        Dimension("service_tier", "Service tier", "service tiers"),
        Dimension("api_source", "API source", "API sources"),
        Dimension("size", "Image size", "image sizes", "sizes"),
        Dimension("source", "Image source", "image sources", "sources"),
        Dimension("vector_store_id", "Vector store", "vector stores", "vector_store_ids"),
        Dimension("context_level", "Search context", "search contexts", "context_levels"),
        Dimension("line_item", "Line item", "line items", "line_items"),
        Dimension("token_class", "Token class", "token classes"),
    )
}
