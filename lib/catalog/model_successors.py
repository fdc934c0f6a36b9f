"""Model successors: for each model, a newer or smaller one that lists less for the same tokens."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

_CHECKED = dt.date(2026, 11, 1)
_LUNA_CHEAPER = dt.date(2026, 7, 30)


@dataclass(frozen=True)
class Successor:
    """`successor` may take over from `model`; `why` it lists less: it is `newer` or `smaller`.

    `since` is the first day on which it is known to; what it saves on any day is for the price list to say.
    """

    model: str
    successor: str
    why: str
    since: dt.date = _CHECKED


SUCCESSORS: Mapping[str, Successor] = {
    s.model: s
    for s in (
        Successor("gpt-4o", "gpt-6.1-terra", "newer"),
        Successor("gpt-4o-mini", "gpt-6-luna", "newer"),
        Successor("gpt-4.1", "gpt-6.1-terra", "newer"),
        Successor("gpt-4.1-mini", "gpt-5.6-luna", "newer", _LUNA_CHEAPER),
        Successor("gpt-5", "gpt-6.1-terra", "newer"),
        Successor("gpt-5-mini", "gpt-5.6-luna", "newer", _LUNA_CHEAPER),
        Successor("gpt-5.1", "gpt-6.1-terra", "newer"),
        Successor("gpt-5.2", "gpt-6.1-terra", "newer"),
        Successor("gpt-5.3-codex", "gpt-6.1-terra", "newer"),
        Successor("gpt-5.4", "gpt-6.1-sol", "newer"),
        Successor("gpt-5.5", "gpt-6.1-sol", "newer"),
        Successor("gpt-5.6-sol", "gpt-6.1-sol", "newer"),
        Successor("gpt-5.6-terra", "gpt-6.1-terra", "newer"),
        Successor("gpt-6-sol", "gpt-6.1-terra", "smaller"),
        Successor("gpt-6-astra", "gpt-6.1-sol", "smaller"),
        Successor("o1", "gpt-6.1-sol", "newer"),
        Successor("gpt-6.1-sol", "gpt-6.1-terra", "smaller"),
    )
}
"""By the model that is to be replaced, as bills name it without a date."""
